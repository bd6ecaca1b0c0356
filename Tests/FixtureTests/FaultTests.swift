import FixtureKit
import Testing
import TollConformance

/// What the description of a case must say that catches the fault.
private let catchers: [FaultyStub.Fault: String] = [
    .acceptsSmallOrderKeys: "a key of order 8",
    .skipsTheChainsLength: "an index above the length",
    .jumpsOneTooFar: "one step more than is allowed; nothing is hashed",
    .refusesTheLongestJump: "as many steps as are allowed",
    .acceptsTrailingBytes: "a byte after the item",
    .ignoresExpiry: "at its expiry, and one second more",
    .ignoresClockAllowance: "dated 300 s ahead of the clock, to the second",
    .usesAnotherDomainTag: "the key of chain 0, which is no secret",
    .acceptsNonCanonicalCBOR: "23 in two bytes",
    .refusesTheLargestAmount: "add 9223372036854775806 and 1",
    .acceptsStaleIndexes: "an index below the accepted one; nothing is hashed",
    .hashesLeavesLikeNodes: "a tree of 1 leaves",
    .namesAnotherReason: "an index above the length",
    .doesNotVerifySignatures: "one bit of R altered",
    .acceptsAnyMerchant: "made out to another merchant",
    .acceptsUnknownFields: "an unknown field 99",
    .acceptsNineChains: "nine chains",
    .roundsTheFeeUp: "1.995, rounded down",
    .forgetsRepeatedBatches: "the same batch again: the recorded answer, byte for byte",
    .acceptsEmptyReferences: "a reference of no bytes",
    .believesAnyHelloAck: "another merchant, rightly signed",
    .letsWhatIsAcceptedFall: "what is accepted falls",
    .prefersMoreSteps: "two steps of 3 rather than three of 2",
    .cutsTheIndexTo16Bits: "one step from index 65536",
    .letsSigningKeysSignForEver: "settled 301 s after the period of the key that signed it",
    .countsCharactersForBytes: "a unit of 33 characters, which are 66 bytes",
    .takesAnyNumberOfCertificates: "seventeen certificates",
]

@Test(arguments: FaultyStub.Fault.allCases)
func aFaultyImplementationIsCaughtByACaseThatNamesTheFault(
    fault: FaultyStub.Fault
) async throws {
    let cases = try FixtureFolder.ofRepository.cases
    let faulty = FaultyStub(fault)
    let report = await ConformanceReport(of: cases) { position in
        try await faulty.answer(cases[position].request.line)
    }
    let wanted = try #require(catchers[fault])
    #expect(!report.isAgreed)
    #expect(
        report.disagreements.contains { $0.fixture.description == wanted },
        "\(report.disagreements.map(\.fixture.description).prefix(20))")
    #expect(report.disagreements.count < cases.count / 2, "it is faulty in one way alone")
}

@Test func thisImplementationAgreesWithAllCases() async throws {
    let cases = try FixtureFolder.ofRepository.cases
    let stub = ConformanceStub()
    let report = await ConformanceReport(of: cases) { position in
        await stub.answer(Array(cases[position].request.line.utf8))
    }
    #expect(report.isAgreed, "\(report.disagreements.prefix(5).map { ($0.fixture.id, $0.fault) })")
    #expect(report.subjects.map(\.cases).reduce(0, +) == cases.count)
}

private struct Silent: Error {}

@Test func anImplementationThatStopsAnsweringIsReported() async throws {
    let cases = Array(try FixtureFolder.ofRepository.cases.prefix(10))
    let stub = ConformanceStub()
    let report = await ConformanceReport(of: cases) { position in
        guard position < 4 else { throw Silent() }
        return await stub.answer(Array(cases[position].request.line.utf8))
    }
    #expect(!report.isAgreed)
    #expect(report.unanswered == 6)
    #expect(report.interruption == "Silent()")
}

@Test(arguments: [
    "", "nonsense", "[]", "{}", #"{"id":"x","ok":true}"#, #"{"id":"cbor-zero"}"#,
    #"{"id":"cbor-zero","ok":"true","result":{}}"#, #"{"id":"cbor-zero","ok":true}"#,
    #"{"id":"cbor-zero","ok":true,"result":{"bytes":"00","diagnostic":"1"}}"#,
    #"{"id":"cbor-zero","ok":false,"reason":"malformed"}"#,
])
func anAnswerThatIsNoneIsADisagreement(answer: String) async throws {
    let zero = try #require(
        try FixtureFolder.ofRepository.cases.first { $0.id == "cbor-zero" })
    let report = await ConformanceReport(of: [zero]) { _ in answer }
    #expect(report.disagreements.count == 1)
}

/// What an implementation answers beyond what a case says is its own affair.
@Test func moreThanIsAskedForIsNoDisagreement() async throws {
    let zero = try #require(
        try FixtureFolder.ofRepository.cases.first { $0.id == "cbor-zero" })
    let answer =
        #"{"id":"cbor-zero","ok":true,"result":{"diagnostic":"0","bytes":"00","time":1.5},"by":1}"#
    let report = await ConformanceReport(of: [zero]) { _ in answer }
    #expect(report.isAgreed)
}
