import DeterministicCBOR
import FixtureKit
import Testing

/// Each type with one item of it.
private let items: [(type: CBORDecoder.ItemType, bytes: [UInt8])] = [
    (.unsigned, [0x18, 0x2a]), (.negative, [0x20]), (.bytes, [0x41, 0xff]),
    (.text, [0x61, 0x61]), (.array, [0x81, 0x00]), (.map, [0xa1, 0x00, 0x00]), (.bool, [0xf5]),
    (.null, [0xf6]),
]

@Test func readingAnotherTypeIsRefusedAndMovesNothing() throws {
    for item in items {
        var decoder = try CBORDecoder(item.bytes)
        #expect(try decoder.peekType() == item.type)
        let readers: [(CBORDecoder.ItemType, (inout CBORDecoder) throws -> Void)] = [
            (.unsigned, { _ = try $0.readUnsigned() }), (.bytes, { _ = try $0.readBytes() }),
            (.text, { _ = try $0.readText() }), (.array, { _ = try $0.readArray() }),
            (.map, { _ = try $0.readMap() }), (.bool, { _ = try $0.readBool() }),
            (.tag, { try $0.readSignedObjectTag() }),
        ]
        for (type, read) in readers where type != item.type {
            let error = #expect(throws: CBORFault.self) { try read(&decoder) }
            #expect(error?.code == .unexpectedType)
            #expect(decoder.offset == 0)
        }
        #expect(try decoder.readNullIfPresent() == (item.type == .null))
    }
}

@Test func eachTypeReadsBack() throws {
    var encoder = CBOREncoder()
    encoder.writeSignedObjectTag()
    encoder.writeArray(count: 8)
    encoder.writeUnsigned(UInt64.max)
    encoder.writeInteger(-5)
    encoder.writeBytes([1, 2, 3])
    encoder.writeText("é")
    encoder.writeMap(count: 1)
    encoder.writeUnsigned(UInt8(1))
    encoder.writeBool(false)
    encoder.writeBool(true)
    encoder.writeNull()
    encoder.writeEncoded([0x80])

    var decoder = try CBORDecoder(encoder.bytes, tag: .signedObject)
    try decoder.readSignedObjectTag()
    try decoder.readArray(count: 8)
    #expect(try decoder.readUnsigned() == .max)
    #expect(try decoder.readInteger() == -5)
    #expect(try decoder.readBytes() == [1, 2, 3])
    #expect(try decoder.readText() == "é")
    #expect(try decoder.readMap() == 1)
    #expect(try decoder.readInteger() == 1)
    #expect(try !decoder.readBool())
    #expect(try decoder.readBool())
    #expect(try decoder.readNullIfPresent())
    #expect(try decoder.readArray() == 0)
    #expect(decoder.isAtEnd)
    #expect(throws: CBORFault.self) { try decoder.peekType() }
    #expect(throws: CBORFault.self) { try decoder.skipItem() }
}

@Test func aValueOutOfRangeIsRefusedAndMovesNothing() throws {
    var decoder = try CBORDecoder([0x18, 0x2a])
    #expect(throws: CBORFault(.unexpectedType, at: 0)) { try decoder.readUnsigned(maximum: 41) }
    #expect(try decoder.readUnsigned(maximum: 42) == 42)
    var array = try CBORDecoder([0x82, 0x00, 0x00])
    #expect(throws: CBORFault(.unexpectedType, at: 0)) { try array.readArray(count: 3) }
    #expect(array.offset == 0)
}

@Test func stringsAreViewsOfTheInput() throws {
    let input: [UInt8] = [0x82, 0x41, 0xaa, 0x42, 0xbb, 0xcc]
    var decoder = try CBORDecoder(input)
    _ = try decoder.readArray()
    #expect(try decoder.readBytes().startIndex == 2)
    #expect(try decoder.readBytes().startIndex == 4)
}

@Test func keysAreOrderedAsTheirEncodingsAre() {
    let keys: [CBORKey] = [
        0, 23, 24, 256, CBORKey(isNegative: false, argument: .max), -1, -24, -25,
        CBORKey(isNegative: true, argument: .max),
    ]
    for (lower, upper) in zip(keys, keys.dropFirst()) {
        #expect(lower < upper)
        #expect(!(upper < lower))
        var (first, second) = (CBOREncoder(), CBOREncoder())
        first.writeInteger(lower)
        second.writeInteger(upper)
        #expect(first.bytes.lexicographicallyPrecedes(second.bytes))
    }
    #expect(keys.map(\.description).last == "-18446744073709551616")
    #expect(CBORKey(Int.min).description == "-9223372036854775808")
    #expect(CBORKey(Int.max).description == "9223372036854775807")
}

@Test func integersTakeTheirShortestForm() throws {
    let forms: [(UInt64, String)] = [
        (0, "00"), (23, "17"), (24, "1818"), (255, "18ff"), (256, "190100"),
        (65_535, "19ffff"), (65_536, "1a00010000"), (0xffff_ffff, "1affffffff"),
        (0x1_0000_0000, "1b0000000100000000"), (.max, "1bffffffffffffffff"),
    ]
    for (value, hex) in forms {
        #expect(CBORValue.unsigned(value).encoded.hex == hex)
        #expect(try CBORValue(decoding: try [UInt8](hex: hex)) == .unsigned(value))
    }
}
