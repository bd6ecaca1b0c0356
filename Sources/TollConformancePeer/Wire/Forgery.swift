internal import DeterministicCBOR
internal import PayWord
internal import PeerProtocol

/// Frames that are right, and frames that no honest encoder writes.
enum Forgery {
    /// A whole frame of a message; empty for one that does not fit, which no caller here makes.
    static func frame(_ message: PeerMessage) -> [UInt8] { frame(body: message.encoded) }

    /// A length and a body, whatever they are.
    static func frame(body: [UInt8]) -> [UInt8] { length(body.count) + body }

    /// The four bytes of a length.
    static func length(_ count: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    }

    /// The length of a body that is one byte too long, and nothing of the body.
    static let oversized = length(Frame.bodyBytesMaximum + 1)

    /// A frame of no bytes.
    static let empty = length(0)

    /// The message with its array's head in two bytes where one would do.
    static func nonCanonical(_ message: PeerMessage) -> [UInt8] {
        let body = message.encoded
        guard let head = body.first else { return [] }
        return frame(body: [0x98, head & 0x1f] + body.dropFirst())
    }

    /// The message with a byte after its end.
    static func trailing(_ message: PeerMessage) -> [UInt8] {
        frame(body: message.encoded + [0xf6])
    }

    /// An array of indefinite length, which the profile does not have.
    static let indefinite = frame(body: [0x9f, 0x03, 0x61, 0x61, 0xff])

    /// A quote whose text promises a byte more than there is.
    static let truncated = frame(body: [0x82, 0x03, 0x62, 0x61])

    /// A message of a type that does not exist.
    static let unknownType = frame(body: [0x82, 0x18, 0x63, 0xf6])

    /// A quote with an element too many.
    static let wrongCount = frame(body: [0x83, 0x03, 0x61, 0x61, 0xf6])

    /// The first half of a frame.
    static func half(_ message: PeerMessage) -> [UInt8] {
        let whole = frame(message)
        return Array(whole.prefix(max(5, whole.count / 2)))
    }

    /// The bytes with the last one altered.
    static func altered(_ bytes: [UInt8]) -> [UInt8] {
        guard let last = bytes.last else { return [] }
        return bytes.dropLast() + [last ^ 0x01]
    }

    /// A signature with one bit altered.
    static func altered(_ signature: Signature) -> Signature {
        Signature(altered(signature.bytes)) ?? .zero
    }

    /// The bytes with every place of `old` taken by `new`, which has the same length.
    static func replacing(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        guard !old.isEmpty, old.count == new.count else { return bytes }
        var result = bytes
        var start = 0
        while start + old.count <= result.count {
            if Array(result[start..<start + old.count]) == old {
                result.replaceSubrange(start..<start + old.count, with: new)
                start += old.count
            } else {
                start += 1
            }
        }
        return result
    }

    /// A key that nobody has, of small order: *y* = 1.
    static let weakKey = PublicKey([1] + [UInt8](repeating: 0, count: 31)) ?? .zero
}
