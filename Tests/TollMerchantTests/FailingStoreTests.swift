import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite(.timeLimit(.minutes(2))) struct FailingStoreTests {
    @Test func threat36AFailedCommitAcknowledgesNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let before = try await bench.pay(channel, [channel.claim(0, 1)], 100)
        bench.store.fault = .before
        await expectRefusal(.storageFailed) {
            try await bench.pay(channel, [channel.claim(0, 2)], 100)
        }
        let several = await bench.merchant.pay(
            try (2...9).map { try bench.request(channel, [channel.claim(0, $0)], 100) })
        for answer in several { #expect(throws: Refusal(.storageFailed)) { try answer.get() } }
        #expect(try await bench.merchant.status(channel.id) == before)
        #expect(try await bench.stored(channel).status == before)
        let other = try bench.channel(nonce: 2)
        await expectRefusal(.storageFailed) { try await bench.open(other) }
        await expectRefusal(.storageFailed) {
            _ = try await bench.merchant.refund(
                channel.id, amount: bench.amount(1), reference: nil)
        }
        // When the disk recovers, so does everything: the same paywords pay.
        bench.store.fault = .none
        #expect(try await bench.pay(channel, [channel.claim(0, 2)], 100).spent.units == 200)
        try await bench.open(other)
    }

    @Test func threat35ACommitThatIsNotAnsweredIsCountedOnce() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        bench.store.fault = .after
        await expectRefusal(.storageFailed) {
            try await bench.pay(channel, [channel.claim(0, 2)], 150)
        }
        await expectRefusal(.storageFailed) {
            try await bench.pay(channel, [], 30, reference: "r")
        }
        bench.store.fault = .none
        // Sent again, both are found counted.
        let again = try await bench.pay(channel, [channel.claim(0, 2)], 150)
        #expect((again.accepted.units, again.spent.units) == (200, 180))
        #expect(try await bench.pay(channel, [], 30, reference: "r") == again)
    }

    @Test func threat35PaymentsQueuedBehindAFailureAreJudgedAgain() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let gate = Gate()
        bench.store.gate = gate
        bench.store.fault = .before
        let merchant = bench.merchant
        async let first = merchant.pay([try bench.request(channel, [channel.claim(0, 3)], 300)])
        while merchant.pipeline.count < 1 { await Task.yield() }
        async let second = merchant.pay([try bench.request(channel, [channel.claim(0, 4)], 50)])
        while merchant.pipeline.count < 2 { await Task.yield() }
        let store = bench.store
        // The first commit fails; the second, which was judged on top of it, comes after the fault.
        let recovery = Task {
            while store.advances.count < 2 { await Task.yield() }
        }
        gate.open()
        let failed = try await first
        store.fault = .none
        await recovery.value
        #expect(throws: Refusal(.storageFailed)) { try failed[0].get() }
        let outcome = try await second[0]
        let stored = try await bench.stored(channel).status
        // It raised the whole way from what is on disk, or it failed too: never half.
        if case .success(let status) = outcome {
            #expect((status.accepted.units, status.spent.units) == (400, 50))
        }
        #expect([0, 400].contains(stored.accepted.units))
        #expect(try await bench.pay(channel, [channel.claim(0, 5)], 0).accepted.units == 500)
    }

    /// The version that a failed commit would have made may be made by another process.
    @Test func threat35WhatFollowsAFailureOverwritesNobody() async throws {
        let store = MemoryChannelStore()
        let bench = try MerchantBench(store)
        let channel = try await bench.opened()
        let other = Merchant(
            key: bench.key, policy: bench.policy, store: store, clock: { TestTime.start })
        let gate = Gate()
        bench.store.gate = gate
        bench.store.fault = .beforeOnce
        let merchant = bench.merchant
        async let first = merchant.pay([try bench.request(channel, [channel.claim(0, 3)], 300)])
        while merchant.pipeline.count < 1 { await Task.yield() }
        async let second = merchant.pay([try bench.request(channel, [channel.claim(0, 4)], 50)])
        while merchant.pipeline.count < 2 { await Task.yield() }
        _ = try await other.pay([try bench.request(channel, [channel.claim(0, 1)], 100)])[0].get()
        gate.open()
        let (failed, paid) = (try await first, try await second)
        #expect(throws: Refusal(.storageFailed)) { try failed[0].get() }
        #expect(try paid[0].get().spent.units == 150)
        let stored = try await bench.stored(channel)
        #expect((stored.accepted.units, stored.spent.units, stored.payments) == (400, 150, 2))
    }

    @Test func threat35ARedemptionSurvivesEveryFault() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let root = bench.broker.root.publicKey
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        for (seed, fault) in [HookedStore.Fault.before, .after].enumerated() {
            // The batch is not recorded, or recorded and not sent.
            bench.store.fault = fault
            await expectRefusal(.storageFailed) {
                _ = try await bench.redeemer(seed: UInt64(seed)).redeem(at: root)
            }
            #expect(bench.broker.received.isEmpty)
        }
        // The settlement comes, and cannot be recorded.
        bench.store.fault = .before
        await expectRefusal(.storageFailed) {
            _ = try await bench.redeemer(seed: 5).redeem(at: root)
        }
        bench.store.fault = .none
        let report = try await bench.redeemer(seed: 6).redeem(at: root)
        #expect(try report.totals().gross.units == 300)
        #expect(bench.broker.gross == 300)
        #expect(Set(bench.broker.received).count == 1 && bench.broker.received.count == 2)
    }
}
