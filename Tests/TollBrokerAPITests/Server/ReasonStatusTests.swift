import PayWord
import Testing

@testable import TollBrokerAPI

@Suite struct ReasonStatusTests {
    @Test func everyReasonHasAStatusOfAnError() {
        for reason in Reason.allCases { #expect((400...599).contains(reason.httpStatus)) }
    }

    @Test func onlyTheBrokersOwnFaultsAreStatusesOfTheServer() {
        let own = Reason.allCases.filter { $0.httpStatus >= 500 }
        #expect(Set(own) == [.busy, .storageFailed, .internal])
        #expect(own.allSatisfy { $0.isRetryable })
    }

    @Test func aProblemComesBackAsTheRefusalThatItWasMadeOf() throws {
        for reason in Reason.allCases {
            let problem = Problem(Refusal(reason, "it is so"))
            let back = try Problem(decoding: problem.encoded)
            #expect(back == problem)
            #expect(back.refusal == Refusal(reason) && back.refusal.detail == "it is so")
        }
    }

    @Test func aProblemOfALaterVersionBecomesInternalWithItsTextEscapedAndCut() throws {
        let text = """
            {"type":"urn:tollchain:reason:new","title":"","status":418,"number":999,"hint":"",
             "reason":"new\\u001b[2J","detail":"\\n\(String(repeating: "x", count: 9999))",
             "retryable":true}
            """
        let refusal = try Problem(decoding: Array(text.utf8)).refusal
        #expect(refusal.reason == .internal)
        #expect(refusal.detail.contains(#"new\u{1b}[2J: \nxxx"#))
        #expect(refusal.detail.count < 600)
    }

    @Test(arguments: ["", "[]", "{}", "\u{0}", #"{"reason": 7}"#])
    func whatIsNoProblemIsMalformed(text: String) {
        #expect(throws: Refusal(.malformed)) { try Problem(decoding: Array(text.utf8)) }
    }
}
