import ArgumentParser
import PayWord
import TollBroker
import TollCLI
import TollSQLite

/// `toll broker accounts`: every account of the ledger.
struct BrokerAccounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "List the ledger's accounts and their balances.",
        discussion: """
            EXAMPLES
              toll broker accounts
              toll broker accounts --json
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let home = try await BrokerHome(common.context())
        var table = Table(["Owner", "Party", "Purpose", "Balance", "Asset"])
        table.emptyText = "no accounts yet"
        var cursor: LedgerAccountID?
        repeat {
            let page = try await home.store.accounts(after: cursor, limit: 1000)
            for account in page {
                table.add([
                    .text("\(account.id.owner)"), .text("\(account.id.party)"),
                    .text("\(account.id.purpose)"), account.balanceCell,
                    .text(account.id.asset.code),
                ])
            }
            cursor = page.count == 1000 ? page.last?.id : nil
        } while cursor != nil
        home.context.output.show(table)
    }
}

extension LedgerAccount {
    /// The balance with its sign.
    fileprivate var balanceCell: Cell {
        let text = id.asset.text(debt > .zero ? debt : funds)
        return .shown(debt > .zero ? "-\(text)" : text, .text(debt > .zero ? "-\(text)" : text))
    }
}

/// `toll broker deposit`: money came in.
struct BrokerDeposit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit",
        abstract: "Book money that came in for a payer's account.",
        discussion: """
            The reference names the payment outside, such as a bank's: the same reference again \
            books nothing more, and another amount under it is refused.

            EXAMPLES
              toll broker deposit q2V0…Xw 25 --reference bank-2026-0017
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The account, as toll wallet balance shows it.")
    var account: String

    @Argument(help: "How much.")
    var amount: String

    @Option(help: "The payment's name outside.")
    var reference: String

    func run() async throws {
        let home = try await BrokerHome(common.context(), writing: true)
        let party = try PartyText.typed(account, "an account", from: "toll wallet balance")
        let amount = try home.asset.typedAboveZero(amount)
        do throws(Refusal) {
            try await home.broker.deposit(
                amount, asset: home.asset, to: party, reference: reference)
        } catch {
            throw home.hinted(error, of: .payer)
        }
        home.show(moved: amount, "deposit", party, reference)
    }
}

/// `toll broker payout`: money went out.
struct BrokerPayout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payout",
        abstract: "Book money that was paid out to a merchant, or to a payer who withdrew.",
        discussion: """
            A payer is paid what it has withdrawn (toll wallet withdraw); a merchant what its \
            settlements have brought. The reference names the payment outside, and makes it once.

            EXAMPLES
              toll broker payout 9fK1…0w 120.50 --reference bank-2026-0042
              toll broker payout q2V0…Xw 5 --payer --reference bank-2026-0043
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The merchant, or with --payer the payer's account.")
    var party: String

    @Argument(help: "How much.")
    var amount: String

    @Option(help: "The payment's name outside.")
    var reference: String

    @Flag(help: "Pay out what a payer withdrew.")
    var payer = false

    func run() async throws {
        let home = try await BrokerHome(common.context(), writing: true)
        let party = try PartyText.typed(party, "a party", from: "toll broker accounts")
        let amount = try home.asset.typedAboveZero(amount)
        let role: Enrolment.Role = payer ? .payer : .merchant
        do throws(Refusal) {
            try await home.broker.payout(
                amount, asset: home.asset, from: party, as: role, reference: reference)
        } catch {
            throw home.hinted(error, of: role)
        }
        home.show(moved: amount, "payout", party, reference)
    }
}

extension BrokerHome {
    /// A refusal as the operator is told it, who enrols nobody.
    fileprivate func hinted(_ refusal: Refusal, of role: Enrolment.Role) -> any Error {
        guard refusal.reason == .unknownAccount else { return refusal }
        return CommandError(
            refusal,
            hint: role == .payer
                ? "no payer has this account: copy it whole from toll wallet balance"
                : "no merchant has this key; if it is a payer's account, add --payer: toll broker "
                    + "accounts lists both")
    }

    fileprivate func show(
        moved amount: Amount, _ what: String, _ party: PublicKey, _ reference: String
    ) {
        var facts = Facts()
        facts.add("Booked", .text(what))
        facts.add("Party", .text("\(party)"))
        facts.add("Amount", .amount(amount, asset))
        facts.add("Asset", .text(asset.code))
        facts.add("Reference", .text(reference))
        context.output.show(facts)
    }
}

/// `toll broker credit`: what an account may owe.
struct BrokerCredit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit",
        abstract: "Let a payer's account pay on credit, or end that.",
        discussion: """
            EXAMPLES
              toll broker credit q2V0…Xw --limit 100 --per-commitment 10 --guarantee 5
              toll broker credit q2V0…Xw --none
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The account, as toll wallet balance shows it.")
    var account: String

    @Option(help: "How much the account may owe in all.")
    var limit: String?

    @Option(help: "How much one commitment may be worth.")
    var perCommitment: String?

    @Option(help: "What the broker pays each merchant beyond the limit.")
    var guarantee = "0"

    @Flag(help: "No more credit.")
    var none = false

    func validate() throws {
        guard none != (limit != nil && perCommitment != nil) else {
            throw ValidationError("give --limit and --per-commitment, or --none")
        }
    }

    func run() async throws {
        let home = try await BrokerHome(common.context(), writing: true)
        let party = try PartyText.typed(account, "an account", from: "toll wallet balance")
        var terms: CreditTerms?
        if let limit, let perCommitment {
            terms = CreditTerms(
                limit: try home.asset.typed(limit),
                limitPerCommitment: try home.asset.typed(perCommitment),
                guarantee: try home.asset.typed(guarantee))
        }
        do throws(Refusal) {
            try await home.broker.setCredit(terms, of: party, asset: home.asset)
        } catch {
            throw home.hinted(error, of: .payer)
        }
        var facts = Facts()
        facts.add("Account", .text("\(party)"))
        facts.add("Credit", .amount(terms?.limit ?? .zero, home.asset))
        facts.add("Asset", .text(home.asset.code))
        home.context.output.show(facts)
    }
}
