internal import DeterministicCBOR
internal import PayWord

/// What a merchant allows on one connection, told in its hello-ack: `{1: jump, 2: unanswered frames,
/// 3: channels}`, each at least 1.
///
/// ```swift
/// var limits = PeerLimits()   // 65,536 steps, 1,024 frames, 1,024 channels
/// limits.jump = 1 << 20       // longer walks for payers that pay seldom
/// ```
public struct PeerLimits: Hashable, Sendable {
    /// The longest walk from the accepted payword, in steps; beyond it a payment is
    /// `jump-too-long`.
    public var jump: UInt32
    /// How many frames may wait for their answer; the merchant reads no further beyond it.
    public var unansweredFrames: UInt32
    /// How many channels may be open at once; beyond it an open is `limit-exceeded`.
    public var channels: UInt32

    /// Limits; zero is raised to 1, since a connection that allows nothing has no use.
    public init(
        jump: UInt32 = 1 << 16, unansweredFrames: UInt32 = 1024, channels: UInt32 = 1024
    ) {
        self.jump = max(1, jump)
        self.unansweredFrames = max(1, unansweredFrames)
        self.channels = max(1, channels)
    }
}

extension PeerLimits {
    func write(to encoder: inout CBOREncoder) {
        encoder.writeMap(count: 3)
        for (key, value) in [(1, jump), (2, unansweredFrames), (3, channels)] {
            encoder.writeInteger(CBORKey(key))
            encoder.writeUnsigned(value)
        }
    }
}

extension CBORDecoder {
    /// The limits' map. The transcript covers it as it is written again, so it has these three keys
    /// and no extension.
    mutating func readLimits() throws(Refusal) -> PeerLimits {
        let start = offset
        let count = try refusing("limits") { () throws(CBORFault) in try readMap() }
        guard count == 3 else {
            throw Refusal(
                count > 3 ? .unknownField : .malformed, "limits have 3 fields, not \(count)",
                at: start)
        }
        return PeerLimits(
            jump: try readLimit(1), unansweredFrames: try readLimit(2), channels: try readLimit(3))
    }

    private mutating func readLimit(_ wanted: Int) throws(Refusal) -> UInt32 {
        let start = offset
        let key = try refusing("limits") { () throws(CBORFault) in try readInteger() }
        guard key == CBORKey(wanted) else {
            throw Refusal(.unknownField, "limits: field \(key) in place of \(wanted)", at: start)
        }
        return UInt32(
            truncatingIfNeeded: try readNumber("limit", in: 1...UInt64(UInt32.max)))
    }
}
