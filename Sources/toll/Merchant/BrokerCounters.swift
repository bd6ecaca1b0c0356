import Logging
import PayWord
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollSQLite

/// Holds what a broker has credited against what this database knows to be settled. More there than
/// here means that settlements are missing here: an older copy was put back. It holds for every engine,
/// and finds what no file beside the database can: a copy on a new machine.
///
/// It may miss a copy, as when money was withdrawn since; it never takes the newest copy for an older
/// one, as long as nobody but redemptions credits the merchant's account.
struct BrokerCounters {
    /// How a broker's books and this database compare.
    struct Standing: Sendable {
        let credited: Amount
        /// What the settlements that are known here came to.
        let settled: Amount
        /// What was sent and not answered, and may have been settled.
        let unanswered: Amount
        /// What was missing already when the owner took a copy up, and when that was.
        let takenUp: (amount: Amount, notedAt: Timestamp)?

        /// What is credited and cannot have come from here.
        var missing: Amount {
            credited.subtractingOrZero(settled).subtractingOrZero(unanswered)
        }
        /// All that may turn out to be missing: what was not answered may be answered with less.
        var missingAtMost: Amount { credited.subtractingOrZero(settled) }
        /// Whether more is missing than the owner knows of.
        var isOlderCopy: Bool { missing > takenUp?.amount ?? .zero }
    }

    let store: any ChannelStore
    let key: SigningKey
    let asset: Asset

    /// Asks the broker first and reads the store after that, so that what is settled meanwhile is not
    /// missing.
    func standing(at root: PublicKey, _ client: BrokerClient) async throws(Refusal) -> Standing {
        let request = try key.sign(
            StatementRequest(
                broker: root, account: key.publicKey, asset: asset,
                createdAt: CommandContext.clock()))
        let statement = try await client.statement(request)
        let credited = try statement.available.adding(statement.payable)
        var (unanswered, settled) = (Amount.zero, Amount.zero)
        for batch in try await store.unansweredBatches(at: root) where batch.asset == asset {
            unanswered = try unanswered.adding(try batch.expected)
        }
        var last: BatchID?
        while settled < credited {
            let page = try await store.settlements(before: last, limit: 256)
            guard let end = page.last else { break }
            for record in page where record.broker == root && record.asset == asset {
                settled = try settled.adding(record.net)
            }
            last = end.batchID
        }
        // Books in PostgreSQL have no command that takes them up.
        let takenUp = try await (store as? SQLiteChannelStore)?.missingCredit(of: root, in: asset)
        return Standing(
            credited: credited, settled: settled, unanswered: unanswered, takenUp: takenUp)
    }

    /// What to say of an older copy, and what to do.
    func words(_ standing: Standing, _ root: PublicKey) -> (problem: String, fix: String) {
        let known = standing.credited.subtractingOrZero(standing.missing)
        var knows = "this database knows of \(asset.text(known))"
        if let takenUp = standing.takenUp {
            knows +=
                ", besides \(asset.text(takenUp.amount)) that were missing when it was taken up at "
                + UTCText.text(takenUp.notedAt)
        }
        let command = store is SQLiteChannelStore ? "toll merchant restore" : "go on"
        return (
            "the broker \(root) has credited \(asset.textWithCode(standing.credited)) to this "
                + "merchant, and \(knows): it is an older copy, or another one redeems with the same "
                + "key",
            "stop, and look for the newest copy; if there is none, \(command): what was settled since "
                + "comes back as short, and payers show their latest paywords again "
                + "(docs/operations.md, “When only an older copy is left”)"
        )
    }

    /// What to say where all is well: of what is missing, the owner knows.
    func soundWords(_ standing: Standing) -> String {
        guard standing.missing > .zero, let takenUp = standing.takenUp else {
            return "the broker credited no more than is known here"
        }
        return "\(asset.textWithCode(standing.missing)) that the broker credited are not known "
            + "here: the copy without them was taken up knowingly at \(UTCText.text(takenUp.notedAt))"
    }
}

/// Asks each broker once after the start, however long it is away.
struct CounterWatch: Service {
    let counters: BrokerCounters
    let brokers: [(root: PublicKey, client: BrokerClient)]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for (root, client) in brokers {
                    group.addTask { await ask(root, client) }
                }
            }
        }
        // A service that ends by itself would end the others.
        try await gracefulShutdown()
    }

    private func ask(_ root: PublicKey, _ client: BrokerClient) async {
        while !Task.isCancelled {
            do throws(Refusal) {
                let standing = try await counters.standing(at: root, client)
                if standing.isOlderCopy {
                    let words = counters.words(standing, root)
                    logger.error("older copy", metadata: ["what": "\(words.problem); \(words.fix)"])
                }
                return
            } catch {
                guard error.reason.isRetryable || error.reason == .timedOut else { return }
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }
}
