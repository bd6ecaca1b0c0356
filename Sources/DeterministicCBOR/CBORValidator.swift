/// One pass over an input that accepts it if, and only if, the encoder could have written it.
///
/// It allocates nothing but what checking a text string's UTF-8 takes, never more than the string
/// itself, and its recursion is bounded by ``CBORProfile/nestingMaximum``.
struct CBORValidator {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Refuses `bytes` with the first fault in reading order, or returns.
    static func validate(_ bytes: ArraySlice<UInt8>, tag: CBORTagRule) throws(CBORFault) {
        var validator = CBORValidator(bytes)
        try validator.readTag(tag)
        try validator.readItem(depth: 0)
        guard validator.position == bytes.endIndex else {
            throw CBORFault(.trailingBytes, at: validator.offset)
        }
    }

    private var offset: Int { position - bytes.startIndex }

    private mutating func readTag(_ rule: CBORTagRule) throws(CBORFault) {
        guard case .none = rule else {
            let head = try CBORHead(bytes, at: position)
            if head.major == MajorType.tag, head.argument == CBORProfile.signedObjectTag {
                position += head.length
            } else if case .signedObject = rule, head.major != MajorType.tag {
                throw CBORFault(.unexpectedType, at: offset)
            }
            return
        }
    }

    private mutating func readItem(depth: Int) throws(CBORFault) {
        let start = offset
        let head = try CBORHead(bytes, at: position)
        position += head.length
        switch head.major {
        case MajorType.unsigned, MajorType.negative:
            return
        case MajorType.bytes, MajorType.text:
            guard head.argument <= UInt64(bytes.endIndex - position) else {
                throw CBORFault(.endOfInput, at: start)
            }
            let end = position + Int(head.argument)
            if head.major == MajorType.text, !Self.isUTF8(bytes[position..<end]) {
                throw CBORFault(.invalidText, at: start)
            }
            position = end
        case MajorType.array:
            try checkCount(head.argument, bytesEach: 1, depth: depth, start: start)
            for _ in 0..<Int(head.argument) { try readItem(depth: depth + 1) }
        case MajorType.map:
            try checkCount(head.argument, bytesEach: 2, depth: depth, start: start)
            try readPairs(Int(head.argument), depth: depth + 1)
        case MajorType.tag:
            throw CBORFault(.tagNotAllowed, at: start)
        default:
            guard (SimpleValue.false...SimpleValue.null).contains(head.argument) else {
                throw CBORFault(.simpleNotAllowed, at: start)
            }
        }
    }

    /// Every element takes at least one byte, so a count that the rest of the input could not hold
    /// is refused before anything is done for it.
    private func checkCount(
        _ count: UInt64, bytesEach: UInt64, depth: Int, start: Int
    ) throws(CBORFault) {
        guard depth < CBORProfile.nestingMaximum else {
            throw CBORFault(.nestedTooDeeply, at: start)
        }
        guard count <= UInt64(bytes.endIndex - position) / bytesEach else {
            throw CBORFault(.endOfInput, at: start)
        }
    }

    private mutating func readPairs(_ count: Int, depth: Int) throws(CBORFault) {
        var previous: CBORKey?
        for _ in 0..<count {
            let keyOffset = offset
            let head = try CBORHead(bytes, at: position)
            guard head.major == MajorType.unsigned || head.major == MajorType.negative else {
                throw CBORFault(.keyNotInteger, at: keyOffset)
            }
            let key = CBORKey(
                isNegative: head.major == MajorType.negative, argument: head.argument)
            if let previous {
                guard key != previous else { throw CBORFault(.duplicateKey, at: keyOffset) }
                guard key > previous else { throw CBORFault(.keysNotSorted, at: keyOffset) }
            }
            previous = key
            position += head.length
            try readItem(depth: depth)
        }
    }

    private static func isUTF8(_ text: ArraySlice<UInt8>) -> Bool {
        text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
    }
}
