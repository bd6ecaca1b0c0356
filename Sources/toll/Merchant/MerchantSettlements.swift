import ArgumentParser
import PayWord
import TollCLI
import TollMerchant

/// `toll merchant settlements`: what brokers settled, and whether the proofs hold.
struct MerchantSettlements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settlements",
        abstract: "List settlements, and check their proofs.",
        discussion: """
            Each settlement is signed by the broker, and its root binds one leaf for each claim. With \
            --verify, signature, leaves and figures are checked as they lie in the database, also \
            those of channels that were purged; it ends with 8 if one does not hold.

            EXAMPLES
              toll merchant settlements
              toll merchant settlements --verify --limit 100000
            """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "Check each proof.")
    var verify = false

    @Option(help: "How many to list at most, the newest first.")
    var limit = 100

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let home = try await MerchantHome(common.context())
        var table = Table([
            "Settled at", "Settlement", "Broker", "Claims", "Refused", "Gross", "Fee", "Net",
            "Proof",
        ])
        table.emptyText = "nothing was settled yet"
        var wrong: [String] = []
        var last: BatchID?
        while table.rows.count < limit {
            let page = try await home.store.settlements(
                before: last, limit: min(1000, limit - table.rows.count))
            for record in page {
                let proof = verify ? try await Self.proof(of: record, home) : nil
                if case .broken(let why) = proof {
                    wrong.append("\(record.settlementID.hex): \(why)")
                }
                table.add([
                    .text(UTCText.text(record.settledAt)), .text(record.settlementID.hex),
                    .text("\(record.broker)"), .count(record.claimsAccepted),
                    .count(record.claimsRefused), .amount(record.gross, record.asset),
                    .amount(record.fee, record.asset), .amount(record.net, record.asset),
                    .optional(proof?.word),
                ])
            }
            last = page.last?.batchID
            guard !page.isEmpty else { break }
        }
        home.context.output.show(table)
        guard let first = wrong.first else { return }
        throw CommandError.checkFailed(
            "\(wrong.count) of the settlements are not proved; \(first)",
            hint: "put back the newest backup of the database: the proofs in it may be whole")
    }

    private enum Proof {
        case holds
        /// Of a version that kept the settlement without its leaves.
        case withoutLeaves
        case broken(String)

        var word: String {
            switch self {
            case .holds: "holds"
            case .withoutLeaves: "signature only"
            case .broken: "broken"
            }
        }
    }

    private static func proof(
        of record: SettlementRecord, _ home: MerchantHome
    ) async throws(Refusal) -> Proof {
        guard let bytes = try await home.store.settlementAnswer(record.batchID) else {
            return .withoutLeaves
        }
        do throws(Refusal) {
            let answer = try SettlementAnswer(decoding: bytes)
            let (settlement, outcomes) = try answer.verified(by: record.broker)
            guard settlement.encoded == record.settlement,
                settlement.payload.batchID == record.batchID,
                settlement.payload.merchant == home.key.publicKey,
                settlement.payload.net == record.net, settlement.payload.gross == record.gross,
                UInt64(outcomes.count) == record.claimsAccepted + record.claimsRefused
            else { return .broken("the record says something else than the broker signed") }
            return .holds
        } catch {
            return .broken(error.detail)
        }
    }
}
