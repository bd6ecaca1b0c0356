import Foundation
import GRDB
import PayWord
import StoreConformance
import Testing
import TollMerchant
import TollSQLite

@Suite struct ChannelFileTests {
    private func channel(_ nonce: UInt64) throws -> PayingChannel {
        var generator = SeededGenerator(seed: 1)
        let keys = try (0..<3).map { _ in try SigningKey.generate(using: &generator) }
        return try PayingChannel(
            payer: keys[0], merchant: keys[1].publicKey, broker: keys[2].publicKey,
            asset: Asset(code: "EUR", scale: 6), chains: [(100, 10), (1, 50)], nonce: nonce)
    }

    private func open(_ channel: PayingChannel, in store: SQLiteChannelStore) async throws {
        _ = try await store.open(
            try ChannelRecord(
                opening: channel.commitment, funding: .reserved, at: TestTime.start),
            limits: .none, at: TestTime.start)
    }

    /// The payment of a channel's next payword, judged on how it stands.
    private func advance(
        _ channel: PayingChannel, _ index: UInt32, in store: SQLiteChannelStore
    ) async throws -> ChannelAdvance {
        let state = try #require(try await store.channel(channel.id)).state
        var next = state
        let amount = try Amount(units: 90)
        _ = try next.count([channel.claim(0, index)], amount)
        return ChannelAdvance(
            from: state, to: next,
            charges: [Charge(kind: .charge, reference: [UInt8(index)], amount: amount)])
    }

    @Test func threat35WhatWasAnsweredIsThereAfterARestart() async throws {
        try await withChannelFile { path in
            let channel = try channel(1)
            do {
                let store = try SQLiteChannelStore(at: path)
                try await open(channel, in: store)
                _ = try await store.advance([try await advance(channel, 1, in: store)])
            }
            let store = try SQLiteChannelStore(at: path)
            let state = try #require(try await store.channel(channel.id)).state
            #expect((state.accepted.units, state.spent.units, state.payments) == (100, 90, 1))
            #expect(state.paywords == [channel.claim(0, 1)])
            _ = try await store.advance([try await advance(channel, 2, in: store)])
            #expect(try await store.channel(channel.id)?.state.spent.units == 180)
        }
    }

    @Test func twoProcessesOnOneFileCountEachPaymentOnce() async throws {
        try await withChannelFile { path in
            let stores = [try SQLiteChannelStore(at: path), try SQLiteChannelStore(at: path)]
            let channel = try channel(1)
            try await open(channel, in: stores[0])
            try await open(channel, in: stores[1])
            for index: UInt32 in 1...10 {
                let advance = try await advance(channel, index, in: stores[0])
                async let first = stores[0].advance([advance])
                async let second = stores[1].advance([advance])
                var applied = 0
                for outcome in try await [first[0], second[0]] {
                    if case .applied = outcome { applied += 1 }
                }
                #expect(applied == 1)
            }
            #expect(try await stores[1].channel(channel.id)?.state.spent.units == 900)
        }
    }

    @Test func threat36AFaultInsideATransactionUndoesAllOfIt() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            let (first, second) = (try channel(1), try channel(2))
            try await open(first, in: store)
            try await open(second, in: store)
            // A trigger stands for a disk that fails at the second row.
            let intruder = try DatabaseQueue(path: path)
            try await intruder.write { database in
                try database.execute(
                    sql: """
                        CREATE TRIGGER fault BEFORE UPDATE ON channels
                        WHEN new.id = x'\(second.id.hex)'
                        BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END
                        """)
            }
            let advances = [
                try await advance(first, 1, in: store), try await advance(second, 1, in: store),
            ]
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.advance(advances)
            }
            for channel in [first, second] {
                #expect(try await store.channel(channel.id)?.state.payments == 0)
            }
            try await intruder.write { try $0.execute(sql: "DROP TRIGGER fault") }
            // Neither row nor charge was left: the same payments count now.
            for outcome in try await store.advance(advances) {
                guard case .applied = outcome else {
                    Issue.record("the advance fits")
                    continue
                }
            }
            for channel in [first, second] {
                #expect(try await store.channel(channel.id)?.state.payments == 1)
            }
        }
    }

    @Test func damagedRowsAreNamedAndNotTrusted() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            let channel = try channel(1)
            try await open(channel, in: store)
            let intruder = try DatabaseQueue(path: path)
            // The schema itself refuses more spent than accepted.
            await #expect(throws: DatabaseError.self) {
                try await intruder.write { try $0.execute(sql: "UPDATE channels SET spent = 1") }
            }
            try await intruder.write { database in
                try database.execute(
                    sql: "UPDATE channels SET chains = x'\(String(repeating: "ff", count: 60))'")
            }
            await #expect(throws: Refusal(.amountOverflow)) {
                _ = try await store.channel(channel.id)
            }
        }
    }

    @Test func theFileIsItsOwnersAndOfThisRole() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "toll-channels-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "merchant.sqlite").path
        _ = try SQLiteChannelStore(at: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: Refusal(.storageFailed)) { _ = try SQLiteChannelStore(at: path) }
        let foreign = folder.appending(path: "other.sqlite").path
        try DatabaseQueue(path: foreign).write { database in
            try database.execute(sql: "CREATE TABLE other (id INTEGER)")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: foreign)
        #expect(throws: Refusal(.storageFailed)) { _ = try SQLiteChannelStore(at: foreign) }
    }
}
