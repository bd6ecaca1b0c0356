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
        for text in ["5", "-", "-h", "--5", "-o6jVQ", "-inf", "-.", "-5dd", "-d"] {
            #expect(UsageAdvice.negative(["load", text]) == nil, "\(text)")
        }
    }

    @Test func whatAnOptionTakesIsCalledNoAmount() {
        for (arguments, message, hint) in [
            (["load", "--json", "-5"], "Unknown option '-5'", "an amount is above 0"),
            (["list", "--limit", "-5"], "Missing value for '--limit <n>'", "what --limit takes"),
            (["go", "--after", "-5d"], "Missing value for '--after <n>'", "what --after takes"),
        ] {
            let found = UsageAdvice.negative(arguments, message)?.hint
            #expect(found?.hasPrefix(hint) == true && found?.hasSuffix("without the sign") == true)
        }
    }
}
