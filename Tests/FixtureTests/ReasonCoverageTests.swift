import Foundation
import PayWord
import Testing
import TollConformance

/// Reasons that no case can have yet, and why. `fixtures/README.md` has the same list.
private let absent: [Reason: String] = [
    .certificateRevoked: "revocation lists are not built",
    .conditionNotMet: "conditions are not enforced",
    .held: "rules against fraud are not built",
    .alreadySettled: "a refund, which the merchant's own software refuses",
    .budgetExceeded: "a wallet's own budget",
    .lockTooLong: "a wallet's or a broker's own ceiling",
    .notEnabled: "a service that an operator has not switched on",
    .insecureTransport: "a connection, not bytes",
]

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
            "\(reason.code): \(absent[reason] ?? "no case")")
    }
}

@Test func theReadmeListsTheReasonsWithoutACase() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "fixtures/README.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    for (reason, why) in absent {
        #expect(text.contains("| `\(reason.code)` | \(why) |"), "\(reason.code)")
    }
}
