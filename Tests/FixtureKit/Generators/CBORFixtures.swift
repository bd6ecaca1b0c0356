internal import DeterministicCBOR
internal import PayWord
internal import TollConformance

/// One input and its one fault.
private struct Fault {
    let id: String
    let hex: String
    let code: CBORFault.Code
    let offset: UInt64
    let base: String
    let about: String
}

/// Items of the profile, and inputs that are none.
func cborFixtures() throws -> FixtureFile {
    let accepted = try items.map { id, hex, about in
        let value = try CBORValue(decoding: try [UInt8](hex: hex), tag: .optional)
        return FixtureCase.accept(
            "cbor-\(id)", about, inputs(hex, isTagged: hex.hasPrefix("d2")),
            [("bytes", .text(hex)), ("diagnostic", .text(value.diagnostic))])
    }
    let refused = faults.map { fault in
        FixtureCase.refuse(
            "cbor-\(fault.id)", fault.about,
            inputs(fault.hex, isTagged: fault.base == "signed-tag"),
            CBORFault(fault.code, at: 0).isNotCanonical ? .notCanonical : .malformed,
            base: "cbor-\(fault.base)",
            [("fault", .text(fault.code.rawValue)), ("offset", .integer(fault.offset))])
    }
    return FixtureFile(
        subject: "cbor", name: "items",
        description: """
            Single items of the deterministic profile. `tag` says whether tag 18 must stand at the \
            top or may not; an accepted item is written back as the same bytes. `offset` is that \
            of the item at fault.
            """, cases: accepted + refused)
}

private func inputs(_ hex: String, isTagged: Bool) -> [(String, FixtureValue)] {
    [
        ("op", .text("cbor.decode")), ("bytes", .text(hex)),
        ("tag", .text(isTagged ? "required" : "none")),
    ]
}

private let items: [(String, String, String)] = [
    ("zero", "00", "the integer 0"),
    ("one-byte", "17", "23, the largest integer in one byte"),
    ("two-bytes", "1818", "24, the smallest in two"),
    ("three-bytes", "190100", "256, the smallest in three"),
    ("five-bytes", "1a00010000", "65,536, the smallest in five"),
    ("nine-bytes", "1b0000000100000000", "2^32, the smallest in nine"),
    ("largest", "1bffffffffffffffff", "2^64 - 1"),
    ("minus-one", "20", "-1"),
    ("least", "3bffffffffffffffff", "-2^64"),
    ("bytes", "43010203", "a byte string"),
    ("no-bytes", "40", "a byte string of no bytes"),
    ("text", "63e282ac", "the text €"),
    ("array", "8301024103", "an array"),
    ("empty-array", "80", "an array of nothing"),
    ("pairs", "a201000200", "a map with the keys 1 and 2"),
    ("extension", "a201002000", "a map with a negative key, which comes last"),
    ("simple", "83f4f5f6", "false, true and null"),
    ("eight-deep", "8181818181818180", "eight arrays, one in another"),
    ("signed-tag", "d280", "tag 18 at the top"),
]

private let faults: [Fault] = [
    Fault(
        id: "nothing", hex: "", code: .endOfInput, offset: 0, base: "zero",
        about: "no byte at all"),
    Fault(
        id: "cut-argument", hex: "1901", code: .endOfInput, offset: 0, base: "three-bytes",
        about: "an argument cut short"),
    Fault(
        id: "cut-bytes", hex: "430102", code: .endOfInput, offset: 0, base: "bytes",
        about: "a byte string cut short"),
    Fault(
        id: "cut-array", hex: "830102", code: .endOfInput, offset: 0, base: "array",
        about: "an array that announces more than follows"),
    Fault(
        id: "promise-bytes", hex: "5b7fffffffffffffff010203", code: .endOfInput, offset: 0,
        base: "bytes", about: "a byte string that promises 2^63 - 1 bytes"),
    Fault(
        id: "promise-array", hex: "9affffffff0102", code: .endOfInput, offset: 0, base: "array",
        about: "an array that promises 2^32 - 1 elements"),
    Fault(
        id: "promise-map", hex: "bbffffffffffffffff0100", code: .endOfInput, offset: 0,
        base: "pairs", about: "a map that promises 2^64 - 1 pairs"),
    Fault(
        id: "reserved-28", hex: "1c", code: .reservedInformation, offset: 0, base: "zero",
        about: "additional information 28"),
    Fault(
        id: "reserved-simple", hex: "83f814f5f6", code: .reservedInformation, offset: 1,
        base: "simple", about: "false in two bytes"),
    Fault(
        id: "break", hex: "ff", code: .unexpectedBreak, offset: 0, base: "zero",
        about: "a break with nothing to end"),
    Fault(
        id: "overlong-text", hex: "62c1a1", code: .invalidText, offset: 0, base: "text",
        about: "an overlong UTF-8 sequence"),
    Fault(
        id: "surrogate", hex: "63eda080", code: .invalidText, offset: 0, base: "text",
        about: "a surrogate in UTF-8"),
    Fault(
        id: "trailing", hex: "0000", code: .trailingBytes, offset: 1, base: "zero",
        about: "a byte after the item"),
    Fault(
        id: "nine-deep", hex: "818181818181818180", code: .nestedTooDeeply, offset: 8,
        base: "eight-deep", about: "nine arrays, one in another"),
    Fault(
        id: "long-integer", hex: "1817", code: .notShortest, offset: 0, base: "one-byte",
        about: "23 in two bytes"),
    Fault(
        id: "long-negative", hex: "3800", code: .notShortest, offset: 0, base: "minus-one",
        about: "-1 in two bytes"),
    Fault(
        id: "long-length", hex: "5803010203", code: .notShortest, offset: 0, base: "bytes",
        about: "a length in two bytes that fits in one"),
    Fault(
        id: "long-count", hex: "980301024103", code: .notShortest, offset: 0, base: "array",
        about: "a count in two bytes that fits in one"),
    Fault(
        id: "long-key", hex: "a21801000200", code: .notShortest, offset: 1, base: "pairs",
        about: "a key in two bytes that fits in one"),
    Fault(
        id: "long-tag", hex: "d81280", code: .notShortest, offset: 0, base: "signed-tag",
        about: "tag 18 in two bytes"),
    Fault(
        id: "indefinite-bytes", hex: "5f43010203ff", code: .indefiniteLength, offset: 0,
        base: "bytes", about: "a byte string of indefinite length"),
    Fault(
        id: "indefinite-text", hex: "7f63e282acff", code: .indefiniteLength, offset: 0,
        base: "text", about: "a text of indefinite length"),
    Fault(
        id: "indefinite-array", hex: "9f01024103ff", code: .indefiniteLength, offset: 0,
        base: "array", about: "an array of indefinite length"),
    Fault(
        id: "indefinite-map", hex: "bf01000200ff", code: .indefiniteLength, offset: 0,
        base: "pairs", about: "a map of indefinite length"),
    Fault(
        id: "text-key", hex: "a20100616100", code: .keyNotInteger, offset: 3,
        base: "pairs", about: "a text as a key"),
    Fault(
        id: "unsorted-keys", hex: "a202000100", code: .keysNotSorted, offset: 3, base: "pairs",
        about: "2 before 1"),
    Fault(
        id: "negative-first", hex: "a220000100", code: .keysNotSorted, offset: 3,
        base: "extension", about: "-1 before 1"),
    Fault(
        id: "duplicate-key", hex: "a201000100", code: .duplicateKey, offset: 3, base: "pairs",
        about: "the key 1 twice"),
    Fault(
        id: "float-half", hex: "f90000", code: .floatingPoint, offset: 0, base: "zero",
        about: "0 as a half"),
    Fault(
        id: "float-double", hex: "fb0000000000000000", code: .floatingPoint, offset: 0,
        base: "zero", about: "0 as a double"),
    Fault(
        id: "other-tag", hex: "d180", code: .tagNotAllowed, offset: 0, base: "signed-tag",
        about: "tag 17 at the top"),
    Fault(
        id: "missing-tag", hex: "80", code: .unexpectedType, offset: 0, base: "signed-tag",
        about: "no tag where one must stand"),
    Fault(
        id: "two-tags", hex: "d2d280", code: .tagNotAllowed, offset: 1, base: "signed-tag",
        about: "tag 18 twice"),
    Fault(
        id: "inner-tag", hex: "8301d2024103", code: .tagNotAllowed, offset: 2, base: "array",
        about: "tag 18 inside"),
    Fault(
        id: "date-tag", hex: "c100", code: .tagNotAllowed, offset: 0, base: "zero",
        about: "tag 1 around the item"),
    Fault(
        id: "undefined", hex: "83f4f5f7", code: .simpleNotAllowed, offset: 3, base: "simple",
        about: "undefined in place of null"),
    Fault(
        id: "simple-255", hex: "83f4f5f8ff", code: .simpleNotAllowed, offset: 3, base: "simple",
        about: "simple value 255 in place of null"),
]
