internal import DeterministicCBOR
public import PayWord

/// Writes messages as frames, one after another, into one buffer.
///
/// ```swift
/// var frames = FrameEncoder()
/// try frames.write(.quote("/weather"))
/// frames.take()  // 0000000b 8203 68 2f77656174686572
/// ```
public struct FrameEncoder: Sendable {
    /// The frames that were written and not taken yet.
    public private(set) var bytes: [UInt8] = []

    /// An encoder that has written nothing.
    public init() {}

    /// Writes one frame.
    /// - Throws: `too-large` if the message has more than ``Frame/bodyBytesMaximum`` bytes; then
    ///   nothing is written.
    public mutating func write(_ message: PeerMessage) throws(Refusal) {
        var body = CBOREncoder(capacity: 64)
        message.write(to: &body)
        let count = body.bytes.count
        guard count <= Frame.bodyBytesMaximum else {
            throw Refusal(.tooLarge, "a frame of \(count) bytes is above the limit")
        }
        for shift in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: count >> shift))
        }
        bytes.append(contentsOf: body.bytes)
    }

    /// The frames that were written since the last call.
    public mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
