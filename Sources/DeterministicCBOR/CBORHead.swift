/// The first bytes of an item: its major type and its argument.
struct CBORHead {
    let major: UInt8
    let additional: UInt8
    let argument: UInt64
    /// The number of bytes that the head takes, 1 to 9.
    let length: Int

    /// Reads the head at `position`, and refuses one that is truncated, reserved, indefinite or
    /// longer than it need be. `position` is an index of `bytes`, which starts at `startIndex`.
    init(_ bytes: ArraySlice<UInt8>, at position: Int) throws(CBORFault) {
        let offset = position - bytes.startIndex
        guard position < bytes.endIndex else { throw CBORFault(.endOfInput, at: offset) }
        let initial = bytes[position]
        major = initial >> 5
        additional = initial & 0x1f
        switch additional {
        case 0..<24:
            argument = UInt64(additional)
            length = 1
        case 24...27:
            let width = 1 << (Int(additional) - 24)
            guard bytes.endIndex - position > width else {
                throw CBORFault(.endOfInput, at: offset)
            }
            var value: UInt64 = 0
            for index in position + 1...position + width {
                value = value << 8 | UInt64(bytes[index])
            }
            argument = value
            length = 1 + width
            try Self.checkForm(major, additional, value, offset)
        case 31 where (MajorType.bytes...MajorType.map).contains(major):
            throw CBORFault(.indefiniteLength, at: offset)
        case 31 where major == MajorType.simple:
            throw CBORFault(.unexpectedBreak, at: offset)
        default:
            throw CBORFault(.reservedInformation, at: offset)
        }
    }

    private static func checkForm(
        _ major: UInt8, _ additional: UInt8, _ value: UInt64, _ offset: Int
    ) throws(CBORFault) {
        if major == MajorType.simple {
            guard additional == 24 else { throw CBORFault(.floatingPoint, at: offset) }
            throw CBORFault(value < 32 ? .reservedInformation : .simpleNotAllowed, at: offset)
        }
        let leastWorthThisWidth: UInt64 =
            switch additional {
            case 24: 24
            case 25: 1 << 8
            case 26: 1 << 16
            default: 1 << 32
            }
        guard value >= leastWorthThisWidth else { throw CBORFault(.notShortest, at: offset) }
    }
}
