public import PayWord

/// Cuts a stream of bytes into frames, however the stream is chopped.
///
/// It holds what was handed in and not read yet, and nothing else: a length is checked before a byte
/// of its body is waited for, and no memory is taken for what a length promises.
///
/// ```swift
/// var frames = FrameDecoder()
/// frames.append([0, 0, 0, 2, 0x81])
/// try frames.next()  // nil: a byte is missing
/// frames.append([0x05])
/// try frames.next()  // [0x81, 0x05]
/// ```
public struct FrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    /// Where the next frame starts in the buffer; what is before it was read.
    private var start = 0

    /// A decoder that was handed nothing.
    public init() {}

    /// How many bytes wait to be read.
    public var count: Int { buffer.count - start }

    /// Whether a frame has begun and is not whole.
    public var isInsideFrame: Bool {
        guard count > 0 else { return false }
        guard let length = bodyLength else { return true }
        return count - Frame.lengthByteCount < length
    }

    /// Takes in the next bytes of the stream.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        } else if start >= Frame.bodyBytesMaximum {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The body of the next whole frame; nil while it is not there.
    /// - Throws: `too-large` for a length above ``Frame/bodyBytesMaximum``, as soon as the length is
    ///   there; `malformed` for a length of zero. The stream cannot be read after either.
    public mutating func next() throws(Refusal) -> ArraySlice<UInt8>? {
        guard let length = bodyLength else { return nil }
        guard length <= Frame.bodyBytesMaximum else {
            throw Refusal(
                .tooLarge,
                length == Self.httpLength
                    ? "an HTTP server answers, not a merchant"
                    : "a frame of \(length) bytes is above the limit")
        }
        guard length > 0 else { throw Refusal(.malformed, "a frame of no bytes") }
        let bodyStart = start + Frame.lengthByteCount
        guard buffer.count - bodyStart >= length else { return nil }
        start = bodyStart + length
        return buffer[bodyStart..<start]
    }

    /// The letters `HTTP`, read as a length: how a web server, or a broker, answers anything.
    private static let httpLength = 0x4854_5450

    private var bodyLength: Int? {
        guard count >= Frame.lengthByteCount else { return nil }
        return Int(buffer[start]) << 24 | Int(buffer[start + 1]) << 16
            | Int(buffer[start + 2]) << 8 | Int(buffer[start + 3])
    }
}
