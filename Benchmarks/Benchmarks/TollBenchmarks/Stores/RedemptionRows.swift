import Benchmark
import CLimits
import Dispatch
import Foundation
import PayWord
import Scenes
import StoreConformance
import TollBroker
import TollSQLite

/// One settlement of many channels, on SQLite: the time, its parts, and what it cannot beat, which is
/// the hashes on all cores and one transaction of as many rows.
func registerRedemptionRows() {
    let channels = Effort.isQuick ? 1_000 : 10_000
    row(
        "redeem many channels, SQLite", seconds: 6, full: 90, iterations: RedemptionBench.batches,
        warmUp: 1
    ) {
        let bench = try await RedemptionBench(channels: channels)
        let floor = try await RedemptionFloor(channels: channels)
        return Sides(
            ours: .init(units: bench.paywords, prepare: bench.prepare) {
                try await bench.redeem()
            },
            limit: .init(units: bench.paywords) {
                floor.walk()
                try floor.write()
            })
    }
    row("of a redemption: decode", seconds: 1, full: 3) {
        let bench = try await RedemptionBench(channels: channels)
        try bench.prepare()
        return Sides(ours: .init(units: bench.paywords) { blackHole(try bench.decode()) })
    }
    row("of a redemption: look up", seconds: 1, full: 3) {
        let bench = try await RedemptionBench(channels: channels)
        return Sides(ours: .init(units: bench.paywords) { blackHole(try await bench.lookUp()) })
    }
    row("of a redemption: transaction", seconds: 1, full: 3) {
        let bench = try await RedemptionBench(channels: channels)
        return Sides(
            ours: .init(units: bench.paywords, prepare: bench.prepareTransaction) {
                try await bench.transact()
            })
    }
    row("of its floor: walk on all cores", seconds: 1, full: 3) {
        let floor = try await RedemptionFloor(channels: channels)
        return Sides(
            ours: .init(units: channels * Int(RedemptionBench.stepsOfClaim)) { floor.walk() })
    }
    row("of its floor: one transaction", seconds: 1, full: 3) {
        let floor = try await RedemptionFloor(channels: channels)
        return Sides(
            ours: .init(units: channels * Int(RedemptionBench.stepsOfClaim)) { try floor.write() })
    }
}

/// The same hashes by the widest bare loop, and the same rows by SQLite alone.
final class RedemptionFloor {
    private let walks: [Walks]
    private let database: BareSQLite
    private let ids: [[UInt8]]
    private let positions: [UInt8]
    private var round: Int64 = 0
    /// The bench keeps the schema's file alive.
    private let bench: BrokerBench

    init(channels count: Int) async throws {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let lanes = Loop.many.lanes
        let share = (count + cores * lanes - 1) / (cores * lanes) * lanes
        walks = (0..<cores).map { _ in
            Walks(count: share, steps: RedemptionBench.stepsOfClaim)
        }
        let path = try temporaryFolder() + "/ledger.sqlite"
        let bench = try BrokerBench(SQLiteLedgerStore(path: path))
        self.bench = bench
        try await bench.enrolAll(funds: UInt64(count) * 100)
        try await bench.register(
            (0..<count).map { _ in try bench.lightChannel(denomination: 1, length: 8) })
        database = try BareSQLite(path)
        ids = try database.blobs("SELECT id FROM ledger_commitment_states ORDER BY id")
        positions =
            try database.blobs("SELECT positions FROM ledger_commitment_states LIMIT 1").first ?? []
    }

    func walk() {
        let walks = Shared(value: walks)
        DispatchQueue.concurrentPerform(iterations: walks.value.count) { core in
            walks.value[core].walk(Loop.many)
        }
    }

    func write() throws {
        round += 1
        try database.transaction {
            for id in ids {
                try database.run(
                    """
                    UPDATE ledger_commitment_states
                    SET locked = ?, redeemed = ?, positions = ? WHERE id = ?
                    """, [.integer(8), .integer(round), .bytes(positions), .bytes(id)])
            }
        }
    }
}

/// Each core takes its own.
private struct Shared: @unchecked Sendable { let value: [Walks] }
