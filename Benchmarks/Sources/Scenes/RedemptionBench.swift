import PayWord
import StoreConformance
import TollBroker
import TollSQLite

/// A broker on SQLite with channels that redeem some more paywords with every batch.
package final class RedemptionBench {
    package static let stepsOfClaim: UInt32 = 1_000
    /// How many batches the chains last for.
    package static let batches = 5

    private let bench: BrokerBench
    private let channels: [LightChannel]
    private let ids: [CommitmentID]
    private let steps: UInt32
    private var index: UInt32 = 0
    private var encoded: [UInt8] = []
    /// The first batch is looked at as a merchant does; later ones are measured.
    private var isChecked = false
    /// All commitments as they were read last.
    private var rows = LedgerSnapshot()
    private var changes = LedgerChanges()

    package var paywords: Int { channels.count * Int(steps) }

    package init(
        channels count: Int, steps: UInt32 = stepsOfClaim, batches: Int = batches + 1
    ) async throws {
        self.steps = steps
        let path = try temporaryFolder() + "/ledger.sqlite"
        let bench = try BrokerBench(SQLiteLedgerStore(path: path)) { policy in
            policy.batchStepsMaximum = .max
        }
        self.bench = bench
        let length = steps * UInt32(batches)
        try await bench.enrolAll(funds: UInt64(count) * UInt64(length) + 1)
        channels = try (0..<count).map { _ in
            try bench.lightChannel(denomination: 1, length: length)
        }
        try await bench.register(channels)
        ids = channels.map(\.id).sorted()
    }

    /// Makes the next batch.
    package func prepare() throws {
        index += steps
        let claims = channels.map { $0.claim(index) }
        encoded = try bench.redemption(claims).encoded
    }

    package func decode() throws -> SignedObject<Redemption> { try SignedObject(decoding: encoded) }

    package func redeem() async throws {
        let redemption = try decode()
        let answer = try await bench.broker.redeem(redemption)
        guard !isChecked else { return }
        isChecked = true
        let gross = try answer.verified(for: redemption).settlement.payload.gross
        try check(gross.units == UInt64(paywords), "\(gross) of \(paywords) paywords were redeemed")
    }

    /// Reads the rows of all commitments, as a redemption does.
    package func lookUp() async throws -> Int {
        rows = try await bench.store.read(query)
        return rows.commitments.count
    }

    /// Looks up all commitments, and makes what a redemption would change of them.
    package func prepareTransaction() async throws {
        _ = try await lookUp()
        changes.updated = query.commitments.compactMap { rows.commitments[$0] }.map { row in
            var chains = row.chains
            chains[0].redeemed = ChainPosition(
                index: ChainIndex(chains[0].redeemed.index.value + 1), payword: bench.drawn())
            return row.moved(
                to: chains, state: row.state, locked: row.locked, redeemed: row.redeemed,
                final: row.final)
        }
    }

    /// Writes it, as the transaction of a redemption does.
    package func transact() async throws {
        var query = query
        query.earlier = rows
        let changes = changes
        try await bench.store.decide(on: query) {
            (_) throws(Refusal) -> LedgerDecision<Void> in
            LedgerDecision((), changes: changes)
        }
    }

    private var query: LedgerQuery {
        var query = LedgerQuery()
        query.commitments = ids
        return query
    }
}
