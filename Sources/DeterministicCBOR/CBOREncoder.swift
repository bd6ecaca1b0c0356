/// Writes items of the profile, one after another, in their shortest form.
///
/// It is the caller's part to follow an array's or a map's head with as many items as it announced,
/// and a map's keys in order; ``CBORValue`` does both by construction.
///
/// ```swift
/// var encoder = CBOREncoder()
/// encoder.writeArray(count: 2)
/// encoder.writeUnsigned(UInt8(1))
/// encoder.writeBytes([0xff])
/// encoder.bytes  // [0x82, 0x01, 0x41, 0xff]
/// ```
public struct CBOREncoder: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// An encoder that has written nothing.
    /// - Parameter capacity: how many bytes to have room for from the start.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Writes an unsigned integer.
    public mutating func writeUnsigned(_ value: some UnsignedInteger & FixedWidthInteger) {
        writeHead(MajorType.unsigned, UInt64(value))
    }

    /// Writes an integer of either sign, as a value or as a map key.
    public mutating func writeInteger(_ value: CBORKey) {
        writeHead(value.isNegative ? MajorType.negative : MajorType.unsigned, value.argument)
    }

    /// Writes a byte string.
    public mutating func writeBytes(_ value: some Collection<UInt8>) {
        writeHead(MajorType.bytes, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes a text string.
    public mutating func writeText(_ value: String) {
        let utf8 = value.utf8
        writeHead(MajorType.text, UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// Writes the head of an array; the caller writes `count` items after it.
    public mutating func writeArray(count: Int) {
        writeHead(MajorType.array, UInt64(count))
    }

    /// Writes the head of a map; the caller writes `count` pairs after it, keys in order.
    public mutating func writeMap(count: Int) {
        writeHead(MajorType.map, UInt64(count))
    }

    /// Writes a boolean.
    public mutating func writeBool(_ value: Bool) {
        writeHead(MajorType.simple, value ? SimpleValue.true : SimpleValue.false)
    }

    /// Writes null.
    public mutating func writeNull() { writeHead(MajorType.simple, SimpleValue.null) }

    /// Writes tag 18; the caller writes the item that it marks after it.
    public mutating func writeSignedObjectTag() {
        writeHead(MajorType.tag, CBORProfile.signedObjectTag)
    }

    /// Writes bytes that already are an item of the profile.
    public mutating func writeEncoded(_ item: some Collection<UInt8>) {
        bytes.append(contentsOf: item)
    }

    /// Puts four bytes over those at an offset, most significant first: a length that is known when
    /// what it counts is written.
    ///
    /// The offset is of four bytes that were written.
    public mutating func overwrite(_ value: UInt32, at offset: Int) {
        for place in 0..<4 {
            bytes[offset + place] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * place))
        }
    }

    /// Takes back what was written after the first `count` bytes.
    public mutating func removeAll(after count: Int) { bytes.removeLast(bytes.count - count) }

    private mutating func writeHead(_ major: UInt8, _ argument: UInt64) {
        let type = major << 5
        if argument < 24 {
            bytes.append(type | UInt8(argument))
            return
        }
        let (additional, width): (UInt8, Int) =
            argument <= 0xff
            ? (24, 1)
            : argument <= 0xffff
                ? (25, 2)
                : argument <= 0xffff_ffff ? (26, 4) : (27, 8)
        bytes.append(type | additional)
        for shift in stride(from: (width - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: argument >> UInt64(shift)))
        }
    }
}
