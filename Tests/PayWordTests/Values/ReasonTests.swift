import PayWord
import Testing

/// The registry as protocol and numbers: what is here once stays as it is.
private let registry: [(UInt16, String)] = [
    (1, "malformed"), (2, "not-canonical"), (3, "unknown-field"), (4, "unsupported-version"),
    (5, "bad-signature"), (6, "weak-key"), (7, "wrong-merchant"), (8, "wrong-broker"),
    (9, "wrong-asset"), (10, "untrusted-broker"), (11, "certificate-expired"),
    (12, "certificate-revoked"), (13, "not-yet-valid"), (14, "commitment-expired"),
    (15, "redeem-window-closed"), (16, "unknown-commitment"), (17, "duplicate-commitment"),
    (18, "limit-exceeded"), (19, "not-reserved"), (20, "reservation-mismatch"),
    (21, "insufficient-funds"), (22, "unknown-chain"), (23, "index-past-end"),
    (24, "stale-index"), (25, "bad-payword"), (26, "jump-too-long"), (27, "amount-overflow"),
    (28, "amount-mismatch"), (29, "condition-not-met"), (30, "channel-closed"),
    (31, "already-settled"), (32, "batch-conflict"), (33, "held"), (34, "too-large"),
    (35, "rate-limited"), (36, "busy"), (37, "internal"), (38, "unsupported-condition"),
    (39, "unknown-handle"), (40, "unexpected-message"), (41, "unknown-account"),
    (42, "reference-conflict"), (43, "budget-exceeded"), (44, "lock-too-long"),
    (45, "not-enabled"), (46, "insecure-transport"), (47, "stale-request"),
    (48, "storage-failed"), (49, "overclaimed"), (50, "unknown-resource"), (51, "timed-out"),
]

@Test func numbersAndCodesStayWhatTheyAre() {
    #expect(registry.count <= Reason.allCases.count)
    for (number, code) in registry {
        #expect(Reason(rawValue: number)?.code == code)
        #expect(Reason(code: code)?.rawValue == number)
    }
    #expect(Reason(code: "no-such-reason") == nil)
    #expect(Reason(rawValue: 0) == nil)
}

@Test func everyReasonHasACodeOfItsOwnASummaryAndAHint() {
    #expect(Set(Reason.allCases.map(\.rawValue)).count == Reason.allCases.count)
    #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
    for reason in Reason.allCases {
        #expect(reason.code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(reason.code)")
        #expect(!reason.summary.isEmpty, "\(reason.code)")
        #expect(!reason.hint.isEmpty, "\(reason.code)")
    }
}

@Test func refusalsAreEqualByTheirReasonAndPrintTheirPlace() {
    #expect(Refusal(.busy, "one") == Refusal(.busy, "two", at: 3))
    #expect(Refusal(.busy) != Refusal(.internal))
    #expect(Refusal(.malformed, "here", at: 7).description == "malformed: here (at byte 7)")
    #expect(Refusal(.busy).detail == Reason.busy.summary)
}
