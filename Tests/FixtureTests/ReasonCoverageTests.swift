import Foundation
import PayWord
import Testing
import TollConformance

/// Why a reason has no case.
private struct Absence {
    let why: String
    /// The tests that show it, `Module/test`; none for what is not built.
    var tests: [String] = []
}

/// Reasons that no case can have, and why. `fixtures/README.md` has the same table.
private let absent: [Reason: Absence] = [
    .certificateRevoked: Absence(why: "revocation lists are not built"),
    .conditionNotMet: Absence(why: "conditions are not enforced"),
    .held: Absence(why: "rules against fraud are not built"),
    .alreadySettled: Absence(
        why: "a refund, which the merchant's own software refuses",
        tests: ["TollMerchantTests/refundsLowerSpentUntilItIsClaimed"]),
    .budgetExceeded: Absence(
        why: "a wallet's own budget", tests: ["TollWalletTests/aCommitmentAboveTheBudgetIsNotMade"]),
    .lockTooLong: Absence(
        why: "a wallet's or a broker's own ceiling",
        tests: [
            "TollWalletTests/moneyIsNotLockedForLongerThanTheCeiling",
            "TollBrokerTests/datesAreJudged",
        ]),
    .notEnabled: Absence(
        why: "a service that an operator has not switched on",
        tests: [
            "TollBrokerTests/theFaucetIsOffUnlessEnabled",
            "TollBrokerTests/anAccountWithoutCreditGetsNone",
        ]),
    .insecureTransport: Absence(
        why: "a connection, not bytes",
        tests: [
            "TollTransportTests/threat32PlainTCPOffLoopbackIsRefusedUnlessNamed",
            "TollBrokerAPITests/threat32PlainHTTPOffLoopbackIsRefusedUnlessAllowedByName",
        ]),
]

private let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

@Test func everyReasonHasACaseOrIsListedAsHavingNone() throws {
    var found: Set<String> = []
    for item in try FixtureFolder.ofRepository.cases {
        if let reason = item.reason { found.insert(reason) }
        for member in item.result where member.name == "refusals" || member.name == "foreign" {
            for line in member.value.asList ?? [] {
                if let reason = line["reason"]?.asText { found.insert(reason) }
            }
        }
    }
    for reason in Reason.allCases {
        #expect(
            found.contains(reason.code) == (absent[reason] == nil),
            "\(reason.code): \(absent[reason]?.why ?? "no case")")
    }
}

@Test func theReadmeListsTheReasonsWithoutACase() throws {
    let text = try String(
        contentsOf: repository.appending(path: "fixtures/README.md"), encoding: .utf8)
    for (reason, absence) in absent {
        let tests = absence.tests.map { "`\($0)`" }.joined(separator: ", ")
        let row = "| `\(reason.code)` | \(absence.why) | \(tests.isEmpty ? "" : tests + " ")|"
        #expect(text.contains(row), "\(row)")
    }
}

/// A test that the table names exists, in a file that speaks of the reason.
@Test func theTestsOfReasonsWithoutACaseExist() throws {
    for (reason, absence) in absent {
        for test in absence.tests {
            let parts = test.split(separator: "/").map(String.init)
            let folder = repository.appending(path: "Tests/\(parts[0])")
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            let texts = try files.filter { $0.hasSuffix(".swift") }.map {
                try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
            }
            let holds = texts.contains {
                $0.contains("@Test func \(parts[1])(") && $0.contains(".\(reason)")
            }
            #expect(holds, "\(test) for \(reason.code)")
        }
    }
}
