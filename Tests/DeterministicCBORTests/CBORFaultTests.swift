import DeterministicCBOR
import FixtureKit
import Testing

/// One input with one fault.
struct FaultCase: Sendable, CustomTestStringConvertible {
    let hex: String
    let code: CBORFault.Code
    let offset: Int
    let about: String

    init(_ hex: String, _ code: CBORFault.Code, at offset: Int, _ about: String) {
        self.hex = hex
        self.code = code
        self.offset = offset
        self.about = about
    }

    var testDescription: String { "\(about): \(hex)" }

    static let all: [FaultCase] = [
        FaultCase("", .endOfInput, at: 0, "nothing"),
        FaultCase("18", .endOfInput, at: 0, "a head without its argument"),
        FaultCase("1b00000001000000", .endOfInput, at: 0, "a head cut in its argument"),
        FaultCase("8201", .endOfInput, at: 0, "fewer elements than bytes for them"),
        FaultCase("820118", .endOfInput, at: 2, "an element cut in its head"),
        FaultCase("4201", .endOfInput, at: 0, "a byte string cut short"),
        FaultCase("820143ffff", .endOfInput, at: 2, "a nested byte string cut short"),
        FaultCase("a2000001", .endOfInput, at: 0, "fewer pairs than a map announces"),
        FaultCase("1c", .reservedInformation, at: 0, "additional information 28"),
        FaultCase("5d", .reservedInformation, at: 0, "additional information 29"),
        FaultCase("9e", .reservedInformation, at: 0, "additional information 30"),
        FaultCase("1f", .reservedInformation, at: 0, "an integer of indefinite length"),
        FaultCase("3f", .reservedInformation, at: 0, "a negative of indefinite length"),
        FaultCase("df", .reservedInformation, at: 0, "a tag of indefinite length"),
        FaultCase("f814", .reservedInformation, at: 0, "false in two bytes"),
        FaultCase("ff", .unexpectedBreak, at: 0, "a break alone"),
        FaultCase("8201ff", .unexpectedBreak, at: 2, "a break as an element"),
        FaultCase("61ff", .invalidText, at: 0, "text that is no UTF-8"),
        FaultCase("8162c080", .invalidText, at: 1, "an overlong encoding"),
        FaultCase("63eda080", .invalidText, at: 0, "a surrogate"),
        FaultCase("64f4908080", .invalidText, at: 0, "above U+10FFFF"),
        FaultCase("0000", .trailingBytes, at: 1, "two items"),
        FaultCase("8101f6", .trailingBytes, at: 2, "an item after an array"),
        FaultCase("818181818181818180", .nestedTooDeeply, at: 8, "nine arrays"),
        FaultCase(
            "a100a100a100a100a100a100a100a100a0", .nestedTooDeeply, at: 16, "nine maps"),
        FaultCase("1817", .notShortest, at: 0, "23 in two bytes"),
        FaultCase("1900ff", .notShortest, at: 0, "255 in three bytes"),
        FaultCase("1a0000ffff", .notShortest, at: 0, "65,535 in five bytes"),
        FaultCase("1b00000000ffffffff", .notShortest, at: 0, "2^32 - 1 in nine bytes"),
        FaultCase("3800", .notShortest, at: 0, "-1 in two bytes"),
        FaultCase("580100", .notShortest, at: 0, "a byte string's length"),
        FaultCase("8178016a", .notShortest, at: 1, "a text's length"),
        FaultCase("980100", .notShortest, at: 0, "an array's count"),
        FaultCase("b8010000", .notShortest, at: 0, "a map's count"),
        FaultCase("a1180000", .notShortest, at: 1, "a map's key"),
        FaultCase("5f4100ff", .indefiniteLength, at: 0, "a byte string"),
        FaultCase("817f6161ff", .indefiniteLength, at: 1, "a text"),
        FaultCase("9fff", .indefiniteLength, at: 0, "an array"),
        FaultCase("bfff", .indefiniteLength, at: 0, "a map"),
        FaultCase("a1616100", .keyNotInteger, at: 1, "a text key"),
        FaultCase("a1410000", .keyNotInteger, at: 1, "a byte string key"),
        FaultCase("a1f500", .keyNotInteger, at: 1, "a boolean key"),
        FaultCase("a1c10000", .keyNotInteger, at: 1, "a tagged key"),
        FaultCase("a202000100", .keysNotSorted, at: 3, "2 before 1"),
        FaultCase("a220000000", .keysNotSorted, at: 3, "-1 before 0"),
        FaultCase("a221002000", .keysNotSorted, at: 3, "-2 before -1"),
        FaultCase("a3010002000100", .keysNotSorted, at: 5, "1 after 2, once more"),
        FaultCase("a201000100", .duplicateKey, at: 3, "1 twice"),
        FaultCase("a220002000", .duplicateKey, at: 3, "-1 twice"),
        FaultCase("f90000", .floatingPoint, at: 0, "a half"),
        FaultCase("81fa00000000", .floatingPoint, at: 1, "a single"),
        FaultCase("fb0000000000000000", .floatingPoint, at: 0, "a double"),
        FaultCase("c000", .tagNotAllowed, at: 0, "tag 0"),
        FaultCase("d200", .tagNotAllowed, at: 0, "tag 18 where no tag may stand"),
        FaultCase("81d200", .tagNotAllowed, at: 1, "tag 18 inside"),
        FaultCase("f7", .simpleNotAllowed, at: 0, "undefined"),
        FaultCase("e0", .simpleNotAllowed, at: 0, "simple value 0"),
        FaultCase("f8ff", .simpleNotAllowed, at: 0, "simple value 255"),
    ]
}

@Test(arguments: FaultCase.all)
func eachFaultHasItsCodeAndItsOffset(_ fault: FaultCase) throws {
    let bytes = try [UInt8](hex: fault.hex)
    let error = #expect(throws: CBORFault.self) { try CBORDecoder(bytes) }
    #expect(error?.code == fault.code)
    #expect(error?.offset == fault.offset)
}

@Test(arguments: FaultCase.all)
func offsetsCountFromTheFirstByteOfAView(_ fault: FaultCase) throws {
    let bytes = try [UInt8](hex: fault.hex)
    let padded = [0xff, 0xff, 0xff] + bytes + [0xff]
    let view = padded[3..<padded.count - 1]
    let error = #expect(throws: CBORFault.self) { try CBORDecoder(view) }
    #expect(error?.code == fault.code)
    #expect(error?.offset == fault.offset)
}

@Test func everyKindOfFaultHasACase() {
    let covered = Set(FaultCase.all.map(\.code)).union([.unexpectedType])
    #expect(covered == Set(CBORFault.Code.allCases))
}

@Test func everyKindOfFaultExplainsItself() {
    let explanations = CBORFault.Code.allCases.map(\.explanation)
    #expect(Set(explanations).count == explanations.count)
    #expect(explanations.allSatisfy { !$0.isEmpty })
    #expect(
        CBORFault(.notShortest, at: 3).description
            == "notShortest at byte 3: a head that is longer than it need be")
}

@Test func faultsAreEqualByTheirCodeAlone() {
    #expect(CBORFault(.endOfInput, at: 1) == CBORFault(.endOfInput, at: 2))
    #expect(CBORFault(.endOfInput, at: 1) != CBORFault(.trailingBytes, at: 1))
}

@Test(arguments: ["c1", "d9d9f7", "d211", "d81200"])
func aSignedObjectHasTag18AndNoOther(_ hex: String) throws {
    let bytes = try [UInt8](hex: hex) + [0x00]
    #expect(throws: CBORFault.self) { try CBORDecoder(bytes, tag: .signedObject) }
    #expect(throws: CBORFault.self) { try CBORDecoder(bytes, tag: .optional) }
}

@Test func theTagRuleSaysWhereTag18MayStand() throws {
    _ = try CBORDecoder([0xd2, 0x00], tag: .signedObject)
    _ = try CBORDecoder([0xd2, 0x00], tag: .optional)
    _ = try CBORDecoder([0x00], tag: .optional)
    let missing = #expect(throws: CBORFault.self) {
        try CBORDecoder([0x00], tag: .signedObject)
    }
    #expect(missing?.code == .unexpectedType)
    let twice = #expect(throws: CBORFault.self) {
        try CBORDecoder([0xd2, 0xd2, 0x00], tag: .signedObject)
    }
    #expect(twice?.code == .tagNotAllowed)
    #expect(twice?.offset == 1)
}

@Test func eightArraysAndMapsMayStandInsideOneAnother() throws {
    let arrays = try CBORValue(decoding: [0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x80])
    #expect(arrays.encoded.count == 8)
    // A tag does not count.
    _ = try CBORDecoder(
        [0xd2, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x80], tag: .signedObject)
}
