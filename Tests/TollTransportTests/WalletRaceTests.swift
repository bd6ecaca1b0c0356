import PayWord
import StoreConformance
import Synchronization
import Testing
import TollMerchant
import TollTransport
import TollWallet

/// Several programs that pay from one wallet at once, each on a connection of its own.
@Suite struct WalletRaceTests {
    /// One of the programs: it pays until it has made its payments, and connects again when it is
    /// told that it is behind.
    private struct Racer: Sendable {
        let wallet: Wallet
        let shop: RealMerchant
        let id: CommitmentID
        let seed: UInt64

        /// The refusals that the loser of a race may meet.
        static let expected: Set<Reason> = [.staleIndex, .busy]

        func race(until target: Int) async throws {
            var random = SeededGenerator(seed: seed)
            var paid = 0
            for _ in 0..<2000 where paid < target {
                let link = try await shop.connect()
                do throws(Refusal) { try await wallet.connect(id, over: link) } catch {
                    await link.end()
                    try #require(Self.expected.contains(error.reason), "seed \(seed): \(error)")
                    continue
                }
                var isBehind = false
                while paid < target, !isBehind {
                    let intents = try (0..<Int.random(in: 1...5, using: &random)).map { _ in
                        PaymentIntent(
                            amount: try Amount(units: UInt64.random(in: 1...30, using: &random)))
                    }
                    for outcome in try await wallet.pay(id, intents) {
                        paid += outcome.isAcknowledged ? 1 : 0
                        isBehind = isBehind || !outcome.isAcknowledged
                        guard let refusal = outcome.refusal else { continue }
                        #expect(
                            Self.expected.contains(refusal.reason), "seed \(seed): \(refusal)")
                    }
                }
                await link.end()
            }
            #expect(paid >= target, "seed \(seed)")
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func threat17CopiesOfAWalletThatPayAtOnceAreNeverInDispute(seed: UInt64) async throws {
        try await RealMerchant.run { shop in
            let stores = [MemoryWalletStore(), MemoryWalletStore()]
            let wallets = (0..<2).map {
                shop.wallet(seed: seed, copy: UInt64($0), store: stores[$0])
            }
            let id = try await wallets[0].openTwoPartyChannel(try shop.terms(1)).id
            stores[1].restore(stores[0].snapshot())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, wallet) in wallets.enumerated() {
                    let racer = Racer(
                        wallet: wallet, shop: shop, id: id, seed: seed * 10 + UInt64(number))
                    group.addTask { try await racer.race(until: 60) }
                }
                try await group.waitForAll()
            }
            // Each finds out where the channel stands: where the merchant says, without a dispute.
            let status = try await shop.merchant.status(id)
            #expect(status.spent <= status.accepted)
            var acknowledged = Amount.zero
            for wallet in wallets {
                let link = try await shop.connect()
                try await wallet.connect(id, over: link)
                let record = try await wallet.channel(id)
                #expect(record.stage == .ready, "seed \(seed): \(record.dispute ?? "")")
                #expect(record.progress.spent == status.spent, "seed \(seed)")
                #expect(try await wallet.receipt(id).payload.spent == status.spent)
                let summary = try await wallet.summary(id)
                #expect(summary.counts[.pending] == nil, "seed \(seed)")
                acknowledged = try acknowledged.adding(summary.amounts[.acknowledged] ?? .zero)
                await link.end()
            }
            // Nobody was charged for more than the two have on record as paid. (It may be less: where
            // both showed the same payword, it counted once.)
            #expect(status.spent <= acknowledged, "seed \(seed)")
            try await redeem(shop, spent: status.spent)
        }
    }

    /// Programs over one store wait for each other, so nobody is refused.
    @Test func programsOnOneWalletThatPayAtOnceAllPay() async throws {
        try await RealMerchant.run { shop in
            let store = MemoryWalletStore()
            let first = shop.wallet(seed: 3, store: store)
            let id = try await first.openTwoPartyChannel(try shop.terms(1)).id
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for copy in 1...3 as ClosedRange<UInt64> {
                    let wallet = shop.wallet(seed: 3, copy: copy, store: store)
                    group.addTask {
                        let link = try await shop.connect()
                        try await wallet.connect(id, over: link)
                        var count = 0
                        for _ in 0..<20 {
                            let intents = try (1...7 as ClosedRange<UInt64>).map {
                                PaymentIntent(amount: try Amount(units: $0))
                            }
                            let outcomes = try await wallet.pay(id, intents)
                            #expect(outcomes.compactMap(\.refusal) == [])
                            count += outcomes.count(where: \.isAcknowledged)
                        }
                        await link.end()
                        return count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == [140, 140, 140])
            let status = try await shop.merchant.status(id)
            #expect(status.spent.units == 3 * 20 * 28)
            #expect(status.payments == 420)
            #expect(try await first.summary(id).counts == [.acknowledged: 420])
            try await redeem(shop, spent: status.spent)
        }
    }

    private func redeem(_ shop: RealMerchant, spent: Amount) async throws {
        let key = shop.key
        let ledger = OwnLedger(key: key, asset: shop.asset, store: shop.merchant.store)
        let redeemer = Redeemer(
            key: key, asset: shop.asset, store: shop.merchant.store,
            brokers: [key.publicKey: ledger], clock: { testNow })
        let report = try await redeemer.redeem(at: key.publicKey)
        #expect(try report.totals().gross == spent)
        #expect(report.discrepancies.isEmpty)
    }
}
