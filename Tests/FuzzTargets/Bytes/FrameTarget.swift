import PayWord
import PeerProtocol

/// The first four bytes say how the rest is chopped. However that is, the same frames come out, the
/// same messages, and the same fault; a message that is accepted is written back as the same bytes.
enum FrameTarget {
    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        let sizes = reader.take(4).map { Int($0) + 1 }
        let stream = reader.rest()
        let whole = try read([stream[...]])
        try promise(whole == reference(stream), "read at once, other frames than its bytes hold")
        var pieces: [ArraySlice<UInt8>] = []
        var rest = stream[...]
        while !rest.isEmpty, !sizes.isEmpty {
            let size = sizes[pieces.count % sizes.count]
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        try promise(try read(pieces) == whole, "chopped, other frames than in one piece")
        for body in whole.bodies { try checkMessage(body) }
    }

    private struct Frames: Equatable {
        var bodies: [[UInt8]] = []
        var fault: Reason?
        /// What waits for more; nothing after a fault.
        var left = 0
    }

    private static func read(_ pieces: [ArraySlice<UInt8>]) throws -> Frames {
        var decoder = FrameDecoder()
        var frames = Frames()
        for piece in pieces where frames.fault == nil {
            decoder.append(piece)
            do {
                while let body = try decoder.next() { frames.bodies.append(Array(body)) }
            } catch { frames.fault = error.reason }
        }
        if frames.fault == nil {
            frames.left = decoder.count
            try promise(decoder.isInsideFrame == (decoder.count > 0), "inside a frame, or not")
        }
        return frames
    }

    /// The same, in the plainest way.
    private static func reference(_ stream: [UInt8]) -> Frames {
        var frames = Frames()
        var rest = stream[...]
        while rest.count >= 4 {
            let length = rest.prefix(4).reduce(0) { $0 * 256 + Int($1) }
            if length > 65_536 {
                frames.fault = .tooLarge
                return frames
            }
            if length == 0 {
                frames.fault = .malformed
                return frames
            }
            guard rest.count - 4 >= length else { break }
            frames.bodies.append(Array(rest.dropFirst(4).prefix(length)))
            rest = rest.dropFirst(4 + length)
        }
        frames.left = rest.count
        return frames
    }

    private static func checkMessage(_ body: [UInt8]) throws {
        let message: PeerMessage
        do {
            message = try PeerMessage(decoding: body)
        } catch {
            try promise((error.offset ?? 0) <= body.count, "a fault outside: \(error)")
            return
        }
        try promise(message.encoded == body, "accepted, and written back as \(message.encoded)")
        try promise(!message.kind.description.isEmpty, "a kind without a name")
        var encoder = FrameEncoder()
        try encoder.write(message)
        try promise(encoder.take().dropFirst(4) == body[...], "its frame has another body")
        if case .error(let error) = message {
            let refusal = error.refusal
            try promise(
                !refusal.detail.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f },
                "a control character in an error that is shown")
            let told = PeerError(refusal, handle: error.handle, sequence: error.sequence)
            try promise(told.text.utf8.count <= PeerError.textBytesMaximum, "a text too long")
        }
    }
}
