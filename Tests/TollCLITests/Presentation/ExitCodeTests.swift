import PayWord
import Testing
import TollCLI

@Suite struct ExitCodeTests {
    @Test func theNumbersAreStable() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test(
        arguments: [
            (Reason.storageFailed, ExitCode.failure), (.badSignature, .refused),
            (.insufficientFunds, .refused), (.unknownAccount, .unknown),
            (.unknownCommitment, .unknown), (.timedOut, .unreachable), (.busy, .unreachable),
            (.insecureTransport, .needsConfirmation), (.budgetExceeded, .budget),
            (.lockTooLong, .budget), (.overclaimed, .checkFailed),
        ] as [(Reason, ExitCode)]) func aReasonEndsTheProcess(reason: Reason, code: ExitCode)
    {
        #expect(ExitCode(reason) == code)
        #expect(CommandError(Refusal(reason)).exitCode == code)
    }

    @Test func noReasonEndsAProcessAsIfAllWereWell() {
        for reason in Reason.allCases { #expect(ExitCode(reason) != .ok) }
    }

    @Test func everyFailureHasACodeADetailAndAHint() {
        for reason in Reason.allCases {
            let failure = CommandError(Refusal(reason))
            #expect(failure.code == reason.code && !failure.detail.isEmpty && !failure.hint.isEmpty)
        }
    }

    @Test func aKnowingCallerReplacesHintAndCode() {
        let failure = CommandError(
            Refusal(.malformed, "1.5.5", at: 3), hint: "write 1.55", exitCode: .usage)
        #expect(
            failure.description == "error: malformed: 1.5.5 (at byte 3)\nhint: write 1.55")
        #expect(failure.exitCode == .usage)
    }
}
