import ArgumentParser
import PayWord
import TollBroker
import TollCLI

/// `toll broker ledger`: the books.
struct BrokerLedger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Look at the double-entry ledger.",
        discussion: """
            EXAMPLES
              toll broker ledger check
            """,
        subcommands: [BrokerLedgerCheck.self])
}

/// `toll broker ledger check`: recomputes everything.
struct BrokerLedgerCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that the books balance, offline. Ends with 8 if they do not.",
        discussion: """
            Every transaction sums to zero, every balance is the sum of its entries, no account is \
            below its floor, what is reserved is what live commitments hold, every settlement \
            follows from its outcomes, and every transaction links to the one before.

            EXAMPLES
              toll broker ledger check
              toll broker ledger check --json
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let home = try await BrokerHome(common.context())
        let report = try await home.broker.checkLedger()
        var facts = Facts()
        facts.add("Transactions", .count(report.transactions))
        facts.add("Accounts", .count(report.accounts))
        facts.add("Commitments", .count(report.commitments))
        facts.add("Settlements", .count(report.settlements))
        facts.add("Sums to zero", .flag(report.sums.values.allSatisfy { $0 == 0 }))
        facts.add("Head", .text("\(report.head)"))
        facts.add("Faults", .count(report.faultCount))
        home.context.output.show(facts)
        for fault in report.faults { home.context.output.warn("\(fault)") }
        guard report.isSound else {
            throw CommandError.checkFailed(
                "\(report.faultCount) faults in the ledger",
                hint: "stop serving, keep a copy of ledger.sqlite, and find out who wrote to it")
        }
    }
}
