import Foundation
import GRDB
import PayWord
import StoreConformance
import Synchronization
import Testing
import TollMerchant

@testable import TollSQLite

/// Backups that are made while others write, and what becomes of one that is put back.
@Suite struct DatabaseCopyTests {
    private func paying(_ nonce: UInt64) throws -> PayingChannel {
        var generator = SeededGenerator(seed: 1)
        let keys = try (0..<3).map { _ in try SigningKey.generate(using: &generator) }
        return try PayingChannel(
            payer: keys[0], merchant: keys[1].publicKey, broker: keys[2].publicKey,
            asset: Asset(code: "EUR", scale: 6), chains: [(100, 1000)], nonce: nonce)
    }

    private func open(_ channel: PayingChannel, in store: SQLiteChannelStore) async throws {
        _ = try await store.open(
            try ChannelRecord(
                opening: channel.commitment, funding: .reserved, at: TestTime.start),
            limits: .none, at: TestTime.start)
    }

    private func pay(
        _ channel: PayingChannel, _ index: UInt32, in store: SQLiteChannelStore
    ) async throws {
        let state = try #require(try await store.channel(channel.id)).state
        var next = state
        _ = try next.count([channel.claim(0, index)], try Amount(units: 90))
        guard case .applied = try await store.advance([ChannelAdvance(from: state, to: next)])[0]
        else { throw CancellationError() }
    }

    @Test func aCopyHasWhatWasAcknowledgedBeforeIt() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            let channel = try paying(1)
            try await open(channel, in: store)
            // Payments go on while it is copied, ten times.
            let isOver = Mutex(false)
            let payments = Task {
                var last: UInt32 = 0
                while !isOver.withLock({ $0 }) {
                    last += 1
                    try await pay(channel, last, in: store)
                    if last == 900 { break }
                }
                return last
            }
            for number in 1...10 {
                let before = try #require(try await store.channel(channel.id)).state
                let copy = try await store.copy(to: "\(path).\(number)", at: TestTime.start)
                let after = try #require(try await store.channel(channel.id)).state
                #expect(copy.bytes > 0)
                let copied = try SQLiteChannelStore(at: "\(path).\(number)")
                let state = try #require(try await copied.channel(channel.id)).state
                #expect(before.spent <= state.spent && state.spent <= after.spent)
                // Whole: what is spent fits the payments.
                #expect(state.spent.units == 90 * state.payments)
            }
            isOver.withLock { $0 = true }
            let last = try await payments.value
            #expect(try await store.channel(channel.id)?.state.payments == UInt64(last))
        }
    }

    @Test func aCopyIsOneFileForItsOwnerAndIsNeverWrittenOver() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            try await open(try paying(1), in: store)
            let target = path + ".copy"
            _ = try await store.copy(to: target, at: TestTime.start)
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.filter { $0.contains("copy") || $0.contains("partial") }.count == 1)
            let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600)
            let bytes = try Data(contentsOf: URL(filePath: target))
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.copy(to: target, at: TestTime.start)
            }
            #expect(try Data(contentsOf: URL(filePath: target)) == bytes)
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.copy(to: "\(folder)/missing/x", at: TestTime.start)
            }
            // The database itself is none the wiser.
            #expect(try SQLiteChannelStore(at: path).staleness == nil)
            try await open(try paying(2), in: store)
        }
    }

    @Test func threat37ABackupIsToldEvenWhereNothingLiesBesideIt() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            try await open(try paying(1), in: store)
            let backup = path + ".backup"
            let made = try await store.copy(to: backup, at: TestTime.start)
            #expect(made.changes == 1)
            let copy = try SQLiteChannelStore(at: backup)
            let detail = try #require(copy.staleness).detail
            #expect(detail.contains("is a backup of 2027-01-15"), "\(detail)")
            #expect(detail.contains("restore"))
            #expect(try await copy.channel(try paying(1).id) != nil)
            await #expect(throws: Refusal(.storageFailed)) {
                try await open(try paying(2), in: copy)
            }
            #expect(throws: Refusal(.storageFailed)) { try copy.takeServingLock() }
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await copy.copy(to: path + ".second", at: TestTime.start)
            }
        }
    }

    @Test func aBackupThatIsTakenUpGoesOnAndOutranksEveryOther() async throws {
        try await withChannelFile { path in
            var store: SQLiteChannelStore? = try SQLiteChannelStore(at: path)
            let live = try #require(store)
            try await open(try paying(1), in: live)
            for number in 1...2 {
                _ = try await live.copy(to: "\(path).\(number)", at: TestTime.start)
            }
            for nonce: UInt64 in 2...9 { try await open(try paying(nonce), in: live) }
            store = nil
            // The backup is put back beside the count of changes.
            func putBack(_ copy: String) throws {
                for end in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: path + end)
                }
                try FileManager.default.copyItem(atPath: copy, toPath: path)
            }
            try putBack("\(path).1")
            let old = try SQLiteChannelStore(at: path)
            #expect(try #require(old.staleness).detail.contains("of the 9 that were counted"))
            let adopted = try await old.adopt(at: TestTime.start)
            #expect(
                adopted
                    == AdoptedCopy(
                        changes: 1, changesKnown: 9, copiedAt: TestTime.start, epoch: 2))
            let again = try SQLiteChannelStore(at: path)
            #expect(again.staleness == nil)
            try await open(try paying(2), in: again)
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await again.adopt(at: TestTime.start)
            }
            // Any other copy is older, even if it is not marked.
            try putBack("\(path).2")
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: "UPDATE epoch SET copied_at = NULL") }
            try queue.close()
            #expect(
                try SQLiteChannelStore(at: path).staleness?.detail.contains("older copy") == true)
        }
    }

    @Test func whatWasMissingWhenACopyWasTakenUpIsKept() async throws {
        try await withChannelFile { path in
            let channel = try paying(1)
            let terms = channel.commitment.payload
            let (broker, asset) = (terms.broker, terms.asset)
            let store = try SQLiteChannelStore(at: path)
            try await open(channel, in: store)
            #expect(try await store.takenUp() == nil)
            func adopt(_ amount: UInt64, after seconds: Seconds) async throws {
                _ = try await store.adopt(
                    isKnown: true, at: TestTime.start.adding(seconds),
                    missing: [
                        MissingCredit(broker: broker, asset: asset, amount: Amount(units: amount))
                    ])
            }
            try await adopt(7, after: 1)
            try await adopt(9, after: 2)
            let takenUp = try #require(try await store.takenUp())
            #expect(takenUp.at == TestTime.start.adding(2) && takenUp.epoch == 3)
            let missing = try #require(try await store.missingCredit(of: broker, in: asset))
            #expect(missing.amount.units == 9 && missing.notedAt == TestTime.start.adding(2))
            #expect(try await store.missingCredit(of: .zero, in: asset) == nil)
            // A broker that was not asked leaves what was known; one that credited no more takes it
            // back.
            _ = try await store.adopt(isKnown: true, at: TestTime.start)
            #expect(try await store.missingCredit(of: broker, in: asset)?.amount.units == 9)
            try await adopt(0, after: 3)
            #expect(try await store.missingCredit(of: broker, in: asset) == nil)
        }
    }

    @Test func whatIsServedIsNotTakenUp() async throws {
        try await withChannelFile { path in
            let store = try SQLiteChannelStore(at: path)
            try await open(try paying(1), in: store)
            try store.takeServingLock()
            let second = try SQLiteChannelStore(at: path)
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await second.adopt(at: TestTime.start)
            }
            await #expect(throws: Refusal(.busy)) {
                _ = try await second.adopt(isKnown: true, at: TestTime.start)
            }
        }
    }
}
