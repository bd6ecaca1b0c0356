import ArgumentParser
import PayWord
import TollBrokerAPI
import TollCLI
import TollWallet

/// `toll wallet load`: play money from a broker that runs for trials.
struct WalletLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load the account from the broker's faucet (trials only).",
        discussion: """
            A broker for real money has no faucet: there, its operator books what you pay in with \
            toll broker deposit, to the account that toll wallet balance shows.

            EXAMPLES
              toll wallet load 5
              toll wallet load 0.50 --json
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "How much.")
    var amount: String

    func run() async throws {
        let home = try await WalletHome(common.context())
        let (root, _) = try home.broker()
        let amount = try home.asset.typedAboveZero(amount)
        let statement = try await home.asking(connection) { client in
            do throws(Refusal) {
                try await home.wallet.drawFaucet(amount, at: client, root: root, asset: home.asset)
            } catch {
                throw try hinted(error, home, root)
            }
            return try await home.wallet.statement(at: client, root: root, asset: home.asset)
        }
        home.context.output.show(statement.facts)
    }

    private func hinted(
        _ refusal: Refusal, _ home: WalletHome, _ root: PublicKey
    ) throws(Refusal) -> any Error {
        switch refusal.reason {
        case .notEnabled:
            let account = try home.wallet.accountKey(at: root)
            return CommandError(
                refusal,
                hint: "pay the operator, who books it: toll broker deposit \(account) AMOUNT "
                    + "--reference NAME")
        case .limitExceeded:
            return CommandError(
                refusal, hint: "load less, or have the operator raise the faucet in broker.json")
        case .rateLimited:
            return CommandError(
                refusal,
                hint: "wait a day, or have the operator raise the faucet in broker.json")
        default: return refusal
        }
    }
}

/// `toll wallet withdraw`: money out of the account.
struct WalletWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Ask the broker to pay available money out to you.",
        discussion: """
            EXAMPLES
              toll wallet withdraw 2.50 --to "IBAN NL00 BANK 0123 4567 89"
              toll wallet withdraw 1 --reference 5b1f00000000000000000000000000aa
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "How much.")
    var amount: String

    @Option(help: "Where to, in words that the operator understands.")
    var to: String?

    @Option(help: "32 hexadecimal digits: the same reference again withdraws nothing more.")
    var reference: String?

    func run() async throws {
        let home = try await WalletHome(common.context())
        let (root, _) = try home.broker()
        let amount = try home.asset.typedAboveZero(amount)
        let reference = try reference.map { text in
            guard let reference = RequestReference(hex: text) else {
                throw CommandError.usage("--reference is 32 hexadecimal digits")
            }
            return reference
        }
        let statement = try await home.asking(connection) { client in
            do throws(Refusal) {
                try await home.wallet.withdraw(
                    amount, at: client, root: root, asset: home.asset, destination: to,
                    reference: reference)
            } catch {
                guard error.reason == .insufficientFunds else { throw error }
                throw CommandError(
                    error,
                    hint: "withdraw less: toll wallet balance shows what is available; what is "
                        + "reserved comes back with toll wallet close --all, or when its channels end"
                )
            }
            return try await home.wallet.statement(at: client, root: root, asset: home.asset)
        }
        home.context.output.show(statement.facts)
    }
}

/// `toll wallet balance`: what the account at the broker holds.
struct WalletBalance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Show what is available, reserved, and left on channels.",
        discussion: """
            Paid today is what budgets count: all that was revealed, with what of it is credit on \
            open channels. Credit arises where the right denominations have run out; the next \
            payments use it first.

            EXAMPLES
              toll wallet balance
              toll wallet balance --json | jq -r .available
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let home = try await WalletHome(common.context())
        let (root, _) = try home.broker()
        let statement = try await home.asking(connection) { client in
            try await home.wallet.statement(at: client, root: root, asset: home.asset)
        }
        var facts = statement.facts
        let live = try await home.wallet.channels().filter { $0.stage == .ready }
        var (spendable, credit) = (Amount.zero, Amount.zero)
        for channel in live where channel.asset == home.asset {
            spendable = try spendable.adding(channel.spendable)
            credit = try credit.adding(channel.credit)
        }
        facts.add("On channels", .amount(spendable, home.asset))
        facts.add(
            "Paid today",
            .amount(
                try await home.wallet.revealedToday(asset: home.asset), home.asset))
        facts.add("Credit", .amount(credit, home.asset))
        home.context.output.show(facts)
        if credit > .zero {
            home.context.output.say(
                "\(home.asset.textWithCode(credit)) of what was paid is credit: the next payments "
                    + "on the same channel use it first, and closing gives it back.")
        }
    }
}

extension AccountStatement {
    /// The account's figures.
    var facts: Facts {
        var facts = Facts()
        facts.add("Account", .text("\(account)"))
        facts.add("Asset", .text(asset.code))
        facts.add("Available", .amount(available, asset))
        facts.add("Reserved", .amount(reserved, asset))
        facts.add("Payable", .amount(payable, asset))
        facts.add("Debt", .amount(debt, asset))
        return facts
    }
}
