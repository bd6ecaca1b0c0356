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
    private var encoder = CBOREncoder()

    /// The frames that were written and not taken yet.
    public var bytes: [UInt8] { encoder.bytes }

    /// An encoder that has written nothing.
    public init() {}

    /// Writes one frame.
    /// - Throws: `too-large` if the message has more than ``Frame/bodyBytesMaximum`` bytes; then
    ///   nothing is written.
    public mutating func write(_ message: PeerMessage) throws(Refusal) {
        let start = encoder.bytes.count
        encoder.writeEncoded(repeatElement(0, count: Frame.lengthByteCount))
        message.write(to: &encoder)
        let count = encoder.bytes.count - start - Frame.lengthByteCount
        guard count <= Frame.bodyBytesMaximum else {
            encoder.removeAll(after: start)
            throw Refusal(.tooLarge, "a frame of \(count) bytes is above the limit")
        }
        encoder.overwrite(UInt32(count), at: start)
    }

    /// The frames that were written since the last call.
    public mutating func take() -> [UInt8] {
        defer { encoder = CBOREncoder() }
        return encoder.bytes
    }
}
