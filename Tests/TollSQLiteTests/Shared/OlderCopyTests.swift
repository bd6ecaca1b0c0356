import Foundation
import GRDB
import PayWord
import StoreConformance
import Testing
import TollBroker
import TollMerchant

@testable import TollSQLite

/// Databases that went back, two programs that serve one, and another key over old channels.
@Suite struct OlderCopyTests {
    /// Copies a database as `cp` does that knows nothing of its write-ahead log.
    private func copyWithoutLog(_ path: String) throws -> String {
        let copy = path + ".copy"
        for suffix in ["", "-height"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        return copy
    }

    private func paying(_ nonce: UInt64, seed: UInt64 = 1) throws -> PayingChannel {
        var generator = SeededGenerator(seed: seed)
        let keys = try (0..<3).map { _ in try SigningKey.generate(using: &generator) }
        return try PayingChannel(
            payer: keys[0], merchant: keys[1].publicKey, broker: keys[2].publicKey,
            asset: Asset(code: "EUR", scale: 6), chains: [(100, 10)], nonce: nonce)
    }

    private func open(_ channel: PayingChannel, in store: SQLiteChannelStore) async throws {
        _ = try await store.open(
            try ChannelRecord(
                opening: channel.commitment, funding: .reserved, at: TestTime.start),
            limits: .none, at: TestTime.start)
    }

    @Test func threat37BooksThatLostTheirLogAreReadAndNotWritten() async throws {
        try await withLedgerFile { path in
            let store = try SQLiteLedgerStore(path: path)
            let bench = try BrokerBench(store)
            try await bench.enrolAll(funds: 5000)
            let channel = try await bench.reserved()
            // What was written until here is in the file itself, what follows in its log.
            _ = try await store.pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
            _ = try await bench.redeem([channel.claim([(0, 10)])])
            #expect(try await bench.broker.checkLedger().faults == [])

            let older = try SQLiteLedgerStore(path: copyWithoutLog(path))
            #expect(older.staleness?.reason == .storageFailed)
            let copy = try BrokerBench(older)
            let report = try await copy.broker.checkLedger()
            #expect(report.faults.map(\.rule) == [.newestCopy])
            // What was settled is forgotten there, and is not settled again.
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await copy.redeem([channel.claim([(0, 10)])])
            }
            await #expect(throws: Refusal(.storageFailed)) { try await copy.enrolAll(funds: 1) }
            #expect(throws: Refusal(.storageFailed)) { try older.takeServingLock() }
        }
    }

    @Test func threat37ChannelsThatLostTheirLogTakeNoPayments() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            try await open(try paying(1), in: store)
            let older = try SQLiteChannelStore(at: copyWithoutLog(path))
            #expect(older.staleness?.detail.contains("older copy") == true)
            #expect(try await older.channels(after: nil, limit: 9).isEmpty)
            await #expect(throws: Refusal(.storageFailed)) {
                try await open(try paying(1), in: older)
            }
            #expect(throws: Refusal(.storageFailed)) { try older.takeServingLock() }
        }
    }

    @Test func anOlderCopyGoesOnWhenItsOwnerSaysSo() async throws {
        try await withChannelFile { path in
            let original = try SQLiteChannelStore(at: path)
            try await open(try paying(1), in: original)
            let copy = try copyWithoutLog(path)
            #expect(try SQLiteChannelStore(at: copy).staleness != nil)
            try FileManager.default.removeItem(atPath: copy + "-height")
            let store = try SQLiteChannelStore(at: copy)
            #expect(store.staleness == nil)
            try await open(try paying(2), in: store)
            #expect(try SQLiteChannelStore(at: copy).staleness == nil)
        }
    }

    /// The count is written after the commit and not flushed: after a loss of power it may be behind,
    /// or there may be nothing where it should be.
    @Test func aCountThatLagsIsNoFault() async throws {
        try await withChannelFile { path in
            try await open(try paying(1), in: try SQLiteChannelStore(at: path))
            let height = URL(filePath: path + "-height")
            let unwritten = String(repeating: "\0", count: 21)
            for text in ["00000000000000000000\n", "", unwritten] {
                try Data(text.utf8).write(to: height)
                #expect(try SQLiteChannelStore(at: path).staleness == nil, "‘\(text)’")
            }
        }
    }

    @Test(arguments: [
        "nonsense", "99999999999999999999\n\n", "99999999999999999999\n", "0000000000000000001\n",
        "+0000000000000000001\n",
    ]) func threat37ADamagedCountStopsWritingUntilItsOwnerHasLooked(text: String) async throws {
        try await withChannelFile { path in
            try await open(try paying(1), in: try SQLiteChannelStore(at: path))
            let height = URL(filePath: path + "-height")
            try Data(text.utf8).write(to: height)
            let store = try SQLiteChannelStore(at: path)
            #expect(store.staleness?.detail.contains("-height’ is damaged") == true)
            await #expect(throws: Refusal(.storageFailed)) {
                try await open(try paying(2), in: store)
            }
            #expect(try Data(contentsOf: height) == Data(text.utf8), "it is left as it was")
            try FileManager.default.removeItem(at: height)
            try await open(try paying(2), in: try SQLiteChannelStore(at: path))
        }
    }

    @Test func aFolderInPlaceOfTheCountIsDamage() async throws {
        try await withChannelFile { path in
            _ = try SQLiteChannelStore(at: path)
            try FileManager.default.createDirectory(
                atPath: path + "-height", withIntermediateDirectories: false)
            #expect(try SQLiteChannelStore(at: path).staleness?.reason == .storageFailed)
        }
    }

    @Test func whatChangesNothingIsNotCounted() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            let channel = try paying(1)
            try await open(channel, in: store)
            let count = HeightFile(besides: path).read()
            #expect(count == .count(1))
            try await open(channel, in: store)
            #expect(HeightFile(besides: path).read() == count)
        }
    }

    @Test func oneProcessServesAtATime() async throws {
        try await withChannelFile { path in
            var first: SQLiteChannelStore? = try SQLiteChannelStore(at: path)
            try first?.takeServingLock()
            try first?.takeServingLock()
            let second = try SQLiteChannelStore(at: path)
            #expect(throws: Refusal(.busy)) { try second.takeServingLock() }
            // It still reads and writes, as the commands beside a server do.
            try await open(try paying(1), in: second)
            first = nil
            try second.takeServingLock()
        }
    }

    @Test func anotherMerchantsKeyIsRefused() async throws {
        try await withChannelFile { path in
            let channel = try paying(1)
            let (own, other) = (channel.commitment.payload.merchant, PublicKey.zero)
            try await open(channel, in: try SQLiteChannelStore(path: path, merchant: own))
            #expect(throws: Refusal(.wrongMerchant)) {
                _ = try SQLiteChannelStore(path: path, merchant: other)
            }
            // A database of a version that did not remember: the commitments tell.
            try await SQLiteChannelStore(path: path, merchant: own).pool.write {
                try $0.execute(sql: "DELETE FROM keeper")
            }
            #expect(throws: Refusal(.wrongMerchant)) {
                _ = try SQLiteChannelStore(path: path, merchant: other)
            }
            _ = try SQLiteChannelStore(path: path, merchant: own)
        }
    }
}
