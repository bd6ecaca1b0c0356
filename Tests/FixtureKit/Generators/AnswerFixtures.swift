internal import DeterministicCBOR
internal import PayWord
internal import TollConformance

/// Answers of a broker: each as it usually is, as large as it may be and as small, and one step
/// beyond each bound.
func answerFixtures(_ samples: Samples) throws -> FixtureFile {
    let answers = AnswerSamples(samples)
    let all = [
        answers.description(), answers.answer(), try answers.settlement(),
        try answers.statement(),
    ]
    return FixtureFile(
        subject: "objects", name: "answers",
        description: """
            Answers of a broker: arrays without a tag, which are not signed. Objects in them are \
            decoded where the specification says so, and nothing is verified.
            """, cases: all.flatMap { $0.cases })
}

/// An answer's arrays, and what each becomes by one fault.
private struct AnswerLimits {
    let kind: String
    let usual: [CBORValue]
    let largest: [CBORValue]
    let smallest: [CBORValue]
    let above: [AnswerChange]
    var below: [AnswerChange] = []

    var cases: [FixtureCase] {
        [
            accept("", "a \(kind)", usual),
            accept("-largest", "a \(kind) as large as it may be", largest),
            accept("-smallest", "a \(kind) as small as it may be", smallest),
            refuse("too-few", "the last element missing", array(usual.dropLast())),
            refuse("too-many", "an element too many", array(usual + [.null])),
            refuse("trailing", "a byte after the array", array(usual) + [0]),
            refuse("tagged", "under tag 18", [0xd2] + array(usual), .notCanonical),
            refuse("map", "a map", [0xa0]),
        ] + above.map { changed($0, largest, "-largest") }
            + below.map { changed($0, smallest, "-smallest") }
    }

    private func array(_ elements: [CBORValue]) -> [UInt8] { CBORValue.array(elements).encoded }

    private func inputs(_ bytes: [UInt8]) -> [(String, FixtureValue)] {
        [("op", .text("answer.decode")), ("kind", .text(kind)), ("bytes", .hex(bytes))]
    }

    private func accept(
        _ suffix: String, _ about: String, _ elements: [CBORValue]
    ) -> FixtureCase {
        .accept(
            "answer-\(kind)\(suffix)", about, inputs(array(elements)),
            [("message", .text(CBORValue.array(elements).diagnostic))])
    }

    private func refuse(
        _ id: String, _ about: String, _ bytes: [UInt8], _ reason: Reason = .malformed,
        base: String = ""
    ) -> FixtureCase {
        .refuse(
            "answer-\(kind)-\(id)", about, inputs(bytes), reason, base: "answer-\(kind)\(base)")
    }

    private func changed(
        _ change: AnswerChange, _ elements: [CBORValue], _ base: String
    ) -> FixtureCase {
        var elements = elements
        elements[change.place] = change.value
        return refuse(change.id, change.about, array(elements), change.reason, base: base)
    }
}

/// One element set to another value.
private struct AnswerChange {
    let id: String
    let about: String
    let place: Int
    let value: CBORValue
    let reason: Reason

    init(
        _ id: String, _ about: String, _ place: Int, _ value: CBORValue,
        _ reason: Reason = .malformed
    ) {
        self.id = id
        self.about = about
        self.place = place
        self.value = value
        self.reason = reason
    }
}

private struct AnswerSamples {
    let samples: Samples
    private let certificate: CBORValue
    private let root: CBORValue
    private let asset: CBORValue

    init(_ samples: Samples) {
        self.samples = samples
        certificate = .bytes(samples.signingCertificate.encoded)
        root = .bytes(samples.parties.broker.publicKey.bytes)
        asset = .array([.text(samples.asset.code), .unsigned(UInt64(samples.asset.scale))])
    }

    private func certificates(_ count: UInt64) -> CBORValue { .list(count) { _ in certificate } }

    private var cutCertificate: CBORValue { .bytes(samples.signingCertificate.encoded.dropLast()) }

    func description() -> AnswerLimits {
        AnswerLimits(
            kind: "description",
            usual: [root, certificates(1), .array([asset]), .bool(true), .unsigned(1 << 28)],
            largest: [
                root, certificates(16), .list(16) { _ in .longestAsset }, .bool(true),
                .unsigned(.max),
            ],
            smallest: [
                root, certificates(0), .array([.shortestAsset]), .bool(false), .unsigned(0),
            ],
            above: [
                .init("root", "a root key of 33 bytes", 0, .bytes(count: 33)),
                .init("certificates", "seventeen certificates", 1, certificates(17), .tooLarge),
                .init(
                    "certificate", "a certificate cut short", 1, .array([cutCertificate])),
                .init(
                    "assets", "seventeen assets", 2, .list(17) { _ in .longestAsset }, .tooLarge),
                .init("faucet", "a number for the faucet", 3, .unsigned(1)),
                .init("steps", "a negative limit of steps", 4, .negative(argument: 0)),
            ],
            below: [.init("no-asset", "no asset", 2, .array([]))])
    }

    func answer() -> AnswerLimits {
        let object = CBORValue.bytes(count: 16_384)
        let small = CBORValue.bytes([])
        return AnswerLimits(
            kind: "answer",
            usual: [.array([.bytes(samples.reservation.encoded)]), certificates(1)],
            largest: [.array([object, small, small, small]), certificates(16)],
            smallest: [.array([]), .array([])],
            above: [
                .init("objects", "five objects", 0, .list(5) { _ in small }, .tooLarge),
                .init(
                    "object", "an object of 16,385 bytes", 0,
                    .array([.bytes(count: 16_385), small, small, small]), .tooLarge),
                .init("text-object", "an object that is text", 0, .array([.text("object")])),
                .init("certificates", "seventeen certificates", 1, certificates(17), .tooLarge),
                .init(
                    "certificate", "a certificate cut short", 1, .array([cutCertificate])),
            ])
    }

    func settlement() throws -> AnswerLimits {
        let settlement = try samples.settlementAnswer.settlement.encoded
        let leaves = try samples.outcomes.map { CBORValue.bytes($0.encoded) }
        return AnswerLimits(
            kind: "settlement",
            usual: [.bytes(settlement), certificates(1), .array(leaves)],
            largest: [
                .bytes(settlement), certificates(16), .array([.bytes(count: 1024)]),
            ],
            smallest: [.bytes(settlement), certificates(0), .array([])],
            above: [
                .init(
                    "settlement", "a settlement cut short", 0, .bytes(settlement.dropLast())),
                .init(
                    "kind", "a redemption in the place of the settlement", 0,
                    .bytes(try samples.redemption.encoded)),
                .init("certificates", "seventeen certificates", 1, certificates(17), .tooLarge),
                .init(
                    "leaf", "a leaf of 1,025 bytes", 2, .array([.bytes(count: 1025)]), .tooLarge),
                .init("array-leaf", "a leaf that is an array", 2, .array([.array([])])),
            ])
    }

    func statement() throws -> AnswerLimits {
        let account = CBORValue.bytes(samples.parties.account.publicKey.bytes)
        func mark(_ ordinal: UInt64, _ index: UInt64 = UInt64(UInt32.max)) -> CBORValue {
            .array([.unsigned(ordinal), .unsigned(index)])
        }
        let commitment = CBORValue.bytes(samples.commitment.encoded)
        let small = CBORValue.bytes([])
        let largest: [CBORValue] = [
            commitment, .array([.bytes(count: 16_384)] + Array(repeating: small, count: 7)),
            .bytes(count: 512), .unsigned(3), .list(8) { mark($0) },
        ]
        func entry(_ place: Int, _ value: CBORValue) -> CBORValue {
            var entry = largest
            entry[place] = value
            return .array([.array(entry)])
        }
        func amount(_ id: String, _ place: Int) -> AnswerChange {
            .init(id, "2^63 \(id)", place, .tooMuch, .amountOverflow)
        }
        let usual: [CBORValue] = [
            commitment,
            .array([.bytes(samples.reservation.encoded), certificate]), .null, .unsigned(1),
            .array([mark(0, 40)]),
        ]
        return AnswerLimits(
            kind: "statement",
            usual: [
                account, asset, .unsigned(5_000), .unsigned(0), .unsigned(31_000), .unsigned(0),
                .array([.array(usual)]), .null,
            ],
            largest: [
                account, .longestAsset, .most, .most, .most, .most, .array([.array(largest)]),
                .bytes(count: 16),
            ],
            smallest: [
                account, .shortestAsset, .unsigned(0), .unsigned(0), .unsigned(0), .unsigned(0),
                .array([]), .null,
            ],
            above: [
                .init("account", "an account of 33 bytes", 0, .bytes(count: 33)),
                amount("available", 2), amount("debt", 3), amount("reserved", 4),
                amount("payable", 5),
                .init("cursor", "a cursor of 17 bytes", 7, .bytes(count: 17)),
                .init("commitment", "a commitment of no bytes", 6, entry(0, small)),
                .init(
                    "funding", "nine funding objects", 6, entry(1, .list(9) { _ in small }),
                    .tooLarge),
                .init(
                    "funding-object", "a funding object of 16,385 bytes", 6,
                    entry(1, .array([.bytes(count: 16_385)])), .tooLarge),
                .init("note", "a note of 513 bytes", 6, entry(2, .bytes(count: 513)), .tooLarge),
                .init("state", "the state 4", 6, entry(3, .unsigned(4))),
                .init("state-zero", "the state 0", 6, entry(3, .unsigned(0))),
                .init("marks", "nine chains", 6, entry(4, .list(9) { mark($0) }), .tooLarge),
                .init("ordinal", "the chain 8", 6, entry(4, .array([mark(8)])), .unknownChain),
                .init(
                    "index", "the index 2^32", 6, entry(4, .array([mark(0, 1 << 32)])),
                    .indexPastEnd),
                .init("repeated", "a chain twice", 6, entry(4, .array([mark(0), mark(0)]))),
                .init(
                    "entry", "an entry of four elements", 6,
                    .array([.array(largest.dropLast())])),
            ])
    }
}
