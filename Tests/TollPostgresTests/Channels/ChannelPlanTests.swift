import PayWord
import StoreConformance
import Testing
import TollMerchant

@testable import TollPostgres

/// What the statements of payments touch, as `EXPLAIN` tells it.
@Suite struct ChannelPlanTests {
    /// The parts of a partitioned table that a plan's scans really looked into.
    private func parts(of table: String, in plan: [String]) -> Set<String> {
        var parts: Set<String> = []
        for line in plan where line.contains("Scan") && !line.contains("never executed") {
            guard let found = line.firstRange(of: " on \(table)_") else { continue }
            parts.insert(String(line[found.upperBound...].prefix { $0.isNumber }))
        }
        return parts
    }

    private func plan(
        _ statement: PostgresStatement, in database: TestDatabase
    ) async throws -> [String] {
        let pool = try database.pool()
        return try await pool.run { connection in
            try connection.rows(
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + statement.text, statement.values,
                mayCommit: true
            ).map { try $0.words(0) }
        }
    }

    private func statement(
        _ channels: [PayingChannel], in store: PostgresChannelStore, reference: [UInt8]?,
        used: AdvanceBatch.UsedReferences
    ) async throws -> PostgresStatement {
        var batch = AdvanceBatch(channels.count)
        for channel in channels.sorted(by: { $0.id < $1.id }) {
            let state = try #require(try await store.channel(channel.id)).state
            try batch.append(
                channel.advance(state.indexes[0].value + 1, from: state, reference: reference),
                at: batch.positions.count)
        }
        return batch.statement(of: .zero, used: used)
    }

    private func opened(
        _ count: UInt64, in store: PostgresChannelStore
    ) async throws -> [PayingChannel] {
        let channels = try (1...count).map { try PayingChannel.sample($0) }
        for channel in channels { try await channel.open(in: store) }
        return channels
    }

    @Test(arguments: [[], Array("r".utf8)], [AdvanceBatch.UsedReferences.fail, .leftOut])
    func paymentsTouchTheirMerchantsPart(
        reference: [UInt8], used: AdvanceBatch.UsedReferences
    ) async throws {
        try await TestDatabase.with(.merchant, .byMerchant(8)) { database in
            let store = try await database.channels()
            let channels = try await opened(12, in: store)
            let statement = try await statement(
                channels, in: store, reference: reference.isEmpty ? nil : reference,
                used: used)
            let plan = try await plan(statement, in: database)
            #expect(
                parts(of: "toll_channels", in: plan).count == 1, "\(plan.joined(separator: "\n"))")
            #expect(
                parts(of: "toll_charges", in: plan).count
                    == (reference.isEmpty || used == .fail ? 0 : 1),
                "\(plan.joined(separator: "\n"))")
        }
    }

    @Test(arguments: [[], Array("r".utf8)], [AdvanceBatch.UsedReferences.fail, .leftOut])
    func aPaymentTouchesItsChannelsPart(
        reference: [UInt8], used: AdvanceBatch.UsedReferences
    ) async throws {
        try await TestDatabase.with(.merchant, .byChannel(8)) { database in
            let store = try await database.channels()
            let channels = try await opened(12, in: store)
            let statement = try await statement(
                [channels[3]], in: store, reference: reference.isEmpty ? nil : reference,
                used: used)
            let plan = try await plan(statement, in: database)
            #expect(
                parts(of: "toll_channels", in: plan).count == 1, "\(plan.joined(separator: "\n"))")
            #expect(
                parts(of: "toll_charges", in: plan).count
                    == (reference.isEmpty || used == .fail ? 0 : 1),
                "\(plan.joined(separator: "\n"))")
        }
    }

    /// The planner knows nothing of a table that was never analysed, and too little of one that has
    /// grown since.
    @Test(arguments: [AdvanceBatch.UsedReferences?.none, .fail, .leftOut], [0, 1, 400])
    func paymentsWalkTheKeyWhateverThePlannerBelieves(
        withReferences used: AdvanceBatch.UsedReferences?, analysedAt count: Int
    ) async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channels = try (1...400).map { try PayingChannel.sample($0) }
            for (place, channel) in channels.enumerated() {
                try await channel.open(in: store)
                if place + 1 == count { try database.run("ANALYZE") }
            }
            let statement = try await statement(
                Array(channels[..<100]), in: store, reference: used.map { _ in Array("r".utf8) },
                used: used ?? .fail)
            let plan = try await plan(statement, in: database)
            let isByKey = plan.contains {
                $0.contains("Index Cond: ((merchant = u.merchant) AND (channel = u.channel))")
            }
            #expect(isByKey, "\(plan.joined(separator: "\n"))")
            #expect(!plan.contains { $0.contains("Removed by Join Filter") })
            // Rows are locked in the order in which they stand in the statement.
            let outer = try #require(plan.firstIndex { $0.contains("Subquery Scan on u") })
            let inner = try #require(plan.firstIndex { $0.contains("toll_channels_pkey") })
            #expect(outer < inner)
        }
    }
}
