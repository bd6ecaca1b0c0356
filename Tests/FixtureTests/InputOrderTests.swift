import FixtureKit
import Testing
import TollConformance

/// One fault for each input of `redemption.settle`, in the order of its table.
private let faults: [(name: String, value: JSONValue, reason: String)] = [
    ("broker_seed", "00", "malformed"),
    ("signing_seed", "00", "malformed"),
    ("signing_certificates", [], "bad-signature"),
    ("now", "soon", "malformed"),
    ("settlement_id", "00", "malformed"),
    // The head of tag 18 in two bytes.
    ("redemption", "d812", "not-canonical"),
    ("assets", [["EUR"]], "malformed"),
    ("outages", [[1]], "malformed"),
    ("enrolled", 1, "malformed"),
    ("fee", ["basis_points": 1, "fixed": "9223372036854775808"], "amount-overflow"),
    ("commitments", [["commitment": "d812"]], "not-canonical"),
    ("accounts", [["account": "00", "capacity": 1]], "malformed"),
    ("recorded", ["answer": ""], "malformed"),
]

private func settle(_ changes: [(String, JSONValue)]) async throws -> JSONValue {
    let batch = try #require(
        try FixtureFolder.ofRepository.cases.first { $0.id == "redemption-by-id" })
    let names = Set(changes.map(\.0))
    let request = JSONValue.object(
        [.init("op", "redemption.settle")]
            + batch.inputs.filter { !names.contains($0.name) && $0.name != "op" }
            + changes.map { .init($0.0, $0.1) })
    return await ConformanceStub().answer(to: request)
}

/// TC-13.5: of two inputs that are wrong, the one that the table lists first decides, and an object
/// is decoded when its turn comes.
@Test func theFirstInputThatIsWrongDecides() async throws {
    for (place, first) in faults.enumerated() {
        #expect(try await settle([(first.name, first.value)])["reason"] == .text(first.reason))
        for second in faults.dropFirst(place + 1) where second.reason != first.reason {
            // Handed in the other way round, so that the order in the line does not count.
            let answer = try await settle([
                (second.name, second.value), (first.name, first.value),
            ])
            #expect(
                answer["reason"] == .text(first.reason),
                "\(first.name) and \(second.name): \(answer.line)")
        }
    }
}

@Test func aBatchsFeeIsReadWhetherOrNotItsMerchantIsEnrolled() async throws {
    for isEnrolled in [true, false] {
        for fee in [.null, [:], ["basis_points": 10_001, "fixed": "0"]] as [JSONValue] {
            let answer = try await settle([("enrolled", .bool(isEnrolled)), ("fee", fee)])
            #expect(answer["reason"] == "malformed", "\(isEnrolled), \(fee.line): \(answer.line)")
        }
    }
    let right = try await settle([("enrolled", .bool(false))])
    #expect(right["reason"] == "unknown-account")
}

/// What a broker has on its books cannot be anything: each of these was a trap or a guess once.
@Test func booksThatCannotBeAreRefused() async throws {
    let batch = try #require(
        try FixtureFolder.ofRepository.cases.first { $0.id == "redemption-by-id" })
    let commitment = try #require(
        batch.request["commitments"]?.asList?.first?["commitment"])
    func payword(_ ordinal: UInt64, _ index: UInt64) -> JSONValue {
        [
            "ordinal": .integer(ordinal), "index": .integer(index),
            "payword": .text(String(repeating: "00", count: 32)),
        ]
    }
    let wrong: [(String, JSONValue, String)] = [
        ("redeemed", [payword(3, 1)], "unknown-chain"),
        ("redeemed", [payword(8, 1)], "unknown-chain"),
        ("redeemed", [payword(0, 1_001)], "index-past-end"),
        ("redeemed", [payword(1, 1), payword(0, 1)], "malformed"),
        ("redeemed", [payword(0, 1), payword(0, 2)], "malformed"),
        ("final", [1, 1], "malformed"), ("final", [1, 1, 1, 1], "malformed"),
        ("final", .null, "malformed"), ("final", [1_001, 1, 1], "index-past-end"),
        ("final", [4_294_967_296, 1, 1], "index-past-end"), ("state", "open", "malformed"),
        ("funding", "none", "malformed"), ("guarantee", "9223372036854775808", "amount-overflow"),
        ("guarantee_used", "9223372036854775808", "amount-overflow"),
        ("account", "00", "malformed"),
    ]
    for (name, value, reason) in wrong {
        var row: [JSONValue.Member] = [.init("commitment", commitment), .init(name, value)]
        if name == "final" { row.append(.init("state", "closed")) }
        let answer = try await settle([("commitments", [.object(row)])])
        #expect(answer["reason"] == .text(reason), "\(name) \(value.line): \(answer.line)")
    }
}

/// More of a list than there may be is found before its elements are looked at.
@Test func theLengthOfAListIsJudgedBeforeItsElements() async throws {
    let chains = JSONValue.list(Array(repeating: [:], count: 9))
    let answer = await ConformanceStub().answer(
        to: ["op": "wallet.choose", "chains": chains, "amount": "1"])
    #expect(answer["reason"] == "too-large")
}
