import ArgumentParser
import PayWord
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollSQLite

/// `toll merchant redeem`: what is spent becomes money.
struct MerchantRedeem: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeem",
        abstract: "Send what is due to the broker, thousands of channels in one batch.",
        discussion: """
            A batch that was sent and not answered is sent again, byte for byte, so running this \
            again after any failure is safe. With --evidence, each redemption and its answer are \
            left in a folder, from which anyone can check every figure.

            EXAMPLES
              toll merchant redeem
              toll merchant redeem --evidence ./settlements
              toll merchant redeem --json | jq -r .net
              toll merchant redeem --dry-run
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Leave redemptions and answers in this folder.", completion: .directory)
    var evidence: String?

    @Flag(help: "Say what would be claimed; send nothing and write nothing.")
    var dryRun = false

    func validate() throws {
        guard !dryRun || evidence == nil else {
            throw ValidationError("--dry-run leaves no evidence")
        }
    }

    func run() async throws {
        let home = try await MerchantHome(common.context(), writing: !dryRun)
        let (redeemer, clients) = try home.redeemer(connection, evidence: evidence)
        guard !dryRun else {
            for client in clients { await client.shutdown() }
            return try await MerchantDryRun(home: home, redeemer: redeemer).show()
        }
        var settlements: [SettlementRecord] = []
        var discrepancies: [ClaimDiscrepancy] = []
        var failure: (any Error)?
        for (broker, result) in await Self.redeem(redeemer) {
            do {
                let report = try result.get()
                settlements += report.settlements
                discrepancies += report.discrepancies
            } catch {
                if redeemer.brokers.count > 1 {
                    home.context.output.warn("nothing from the broker \(broker): \(error)")
                }
                failure = error
            }
        }
        for client in clients { await client.shutdown() }
        // What was not asked is not "nothing".
        if let failure, settlements.isEmpty, discrepancies.isEmpty { throw failure }
        try show(settlements, home)
        if settlements.contains(where: { $0.claimsRefused > 0 }) {
            home.context.output.say("why claims were refused: toll merchant refusals")
        }
        try await complain(discrepancies, home)
        if let failure { throw failure }
    }

    /// Redeems at all brokers at once: one that is away does not keep the others' money.
    private static func redeem(
        _ redeemer: Redeemer
    ) async -> [(broker: PublicKey, result: Result<RedemptionReport, Refusal>)] {
        await withTaskGroup { group in
            for broker in redeemer.brokers.keys {
                group.addTask { (broker, await Self.result(of: broker, redeemer)) }
            }
            var results: [(broker: PublicKey, result: Result<RedemptionReport, Refusal>)] = []
            for await (broker, result) in group {
                results.append((broker: broker, result: result))
            }
            return results.sorted { $0.broker < $1.broker }
        }
    }

    private static func result(
        of broker: PublicKey, _ redeemer: Redeemer
    ) async -> Result<RedemptionReport, Refusal> {
        do throws(Refusal) { return .success(try await redeemer.redeem(at: broker)) } catch {
            return .failure(error)
        }
    }

    /// Leaves what the broker signed in a folder, and says that it is not what was claimed.
    private func complain(_ discrepancies: [ClaimDiscrepancy], _ home: MerchantHome) async throws {
        guard let first = discrepancies.first else { return }
        let folder = home.context.places.file(.merchant, "disputes")
        for batch in Set(discrepancies.map(\.batchID)) {
            guard let kept = try await home.store.keptAnswer(batch) else { continue }
            try EvidenceKeeper.write(kept.redemption, kept.answer, batch, in: folder)
        }
        throw CommandError.checkFailed(
            "the broker counted other amounts than were claimed in \(discrepancies.count) claims; "
                + "in the first, \(home.asset.text(first.counted)) of "
                + "\(home.asset.text(first.expected))",
            hint: "unless this database is an older copy, hold the broker to what it signed: it is "
                + "in ‘\(folder)’")
    }

    private func show(_ settlements: [SettlementRecord], _ home: MerchantHome) throws {
        var table = Table([
            "Settlement", "Claims", "Refused", "Paywords", "Gross", "Fee", "Net",
        ])
        table.emptyText = "nothing is due"
        for record in settlements {
            table.add([
                .text(record.settlementID.hex), .count(record.claimsAccepted),
                .count(record.claimsRefused), .count(record.paywordsRedeemed),
                .amount(record.gross, record.asset), .amount(record.fee, record.asset),
                .amount(record.net, record.asset),
            ])
        }
        let net = try settlements.map(\.net).sum()
        let json: JSONText = [
            "settlements": table.json,
            "gross": .amount(try settlements.map(\.gross).sum(), home.asset),
            "fee": .amount(try settlements.map(\.fee).sum(), home.asset),
            "net": .amount(net, home.asset), "asset": .text(home.asset.code),
        ]
        home.context.output.show(
            json,
            table.lines(style: home.context.output.data.style)
                + ["", "\(home.asset.text(net)) \(home.asset.code) to you"])
    }
}
