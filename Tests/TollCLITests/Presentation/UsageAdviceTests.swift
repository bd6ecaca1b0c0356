import ArgumentParser
import Testing

@testable import TollCLI

/// What is said of a command line that the parser refuses.
@Suite struct UsageAdviceTests {
    private struct Pay: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "pay")
    }
    private struct Wallet: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "wallet", subcommands: [Pay.self])
    }
    private struct Hidden: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hidden", shouldDisplay: false)
    }
    private struct Root: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "toll", subcommands: [Wallet.self, Hidden.self])
    }

    @Test(
        arguments: [
            (["wlalet"], "wallet"), (["walet", "pay"], "wallet"), (["wallet", "pya"], "pay"),
            (["wallet", "pay", "wallt"], nil), (["fly"], nil), (["hiden"], nil), ([], nil),
            (["--json", "wallett"], "wallet"),
        ] as [([String], String?)])
    func aNameThatIsNearlyOneIsSuggested(arguments: [String], name: String?) {
        let expected = name.map { ". Did you mean '\($0)'?" } ?? ""
        #expect(UsageAdvice.suggestion(arguments, Root.self) == expected)
    }

    @Test func lettersAreCounted() {
        #expect(UsageAdvice.distance("pay", "pay") == 0)
        #expect(UsageAdvice.distance("pya", "pay") == 1)
        #expect(UsageAdvice.distance("", "pay") == 3)
        #expect(UsageAdvice.distance("payment", "pay") == 4)
    }

    @Test func anAmountBelowZeroIsNamed() {
        for text in ["-5", "-0.25"] {
            #expect(UsageAdvice.negative(["load", text])?.detail.contains(text) == true)
        }
        for text in ["5", "-", "-h", "--5", "-o6jVQ", "-inf", "-."] {
            #expect(UsageAdvice.negative(["load", text]) == nil, "\(text)")
        }
    }
}
