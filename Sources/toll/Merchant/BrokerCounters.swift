import Logging
import PayWord
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant

/// Holds what a broker has credited against what this database knows to be settled. More there than
/// here means that settlements are missing here: an older copy was put back. It holds for every engine,
/// and finds what no file beside the database can: a copy on a new machine.
///
/// It may miss a copy, as when money was withdrawn since; it never takes the newest copy for an older
/// one, as long as nobody but redemptions credits the merchant's account.
struct BrokerCounters {
    /// What does not fit.
    struct Gap: Equatable {
        let credited: Amount
        let known: Amount
    }

    let store: any ChannelStore
    let key: SigningKey
    let asset: Asset

    /// Asks the broker first and reads the store after that, so that what is settled meanwhile is no
    /// gap; what was sent and not answered may have been settled.
    func gap(at root: PublicKey, _ client: BrokerClient) async throws(Refusal) -> Gap? {
        let request = try key.sign(
            StatementRequest(
                broker: root, account: key.publicKey, asset: asset,
                createdAt: CommandContext.clock()))
        let statement = try await client.statement(request)
        let credited = try statement.available.adding(statement.payable)
        var known = Amount.zero
        for batch in try await store.unansweredBatches(at: root) where batch.asset == asset {
            known = try known.adding(try batch.expected)
        }
        var last: BatchID?
        while known < credited {
            let page = try await store.settlements(before: last, limit: 256)
            guard let end = page.last else { return Gap(credited: credited, known: known) }
            for record in page where record.broker == root && record.asset == asset {
                known = try known.adding(record.net)
            }
            last = end.batchID
        }
        return nil
    }

    /// What to say of a gap, and what to do.
    func words(_ gap: Gap, _ root: PublicKey) -> (problem: String, fix: String) {
        (
            "the broker \(root) has credited \(asset.textWithCode(gap.credited)) to this merchant, and "
                + "this database knows of \(asset.text(gap.known)): it is an older copy, or another one "
                + "redeems with the same key",
            "stop, and look for the newest copy; if there is none, go on: what was settled since comes "
                + "back as short, and payers show their latest paywords again (docs/operations.md, "
                + "“When only an older copy is left”)"
        )
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
                if let gap = try await counters.gap(at: root, client) {
                    let words = counters.words(gap, root)
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
