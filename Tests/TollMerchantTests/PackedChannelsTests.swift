import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct PackedChannelsTests {
    private static let seed: UInt64 = 7

    private func channel(
        chains count: Int, _ random: inout SeededGenerator
    ) throws -> LiveChannel.Packable {
        func index() -> ChainIndex { ChainIndex(UInt32(truncatingIfNeeded: random.next())) }
        let chains = try (0..<count).map { _ in
            let claimed = index()
            return ChannelChain(
                denomination: try Amount(units: random.next() >> 8), length: index(),
                accepted: ChainPosition(index: index(), payword: .random(using: &random)),
                claimed: claimed, settled: claimed)
        }
        return LiveChannel.Packable(
            payer: .random(using: &random), expiresAt: Timestamp(random.next() >> 8),
            state: ChannelState(
                id: .random(using: &random), chains: chains,
                accepted: try Amount(units: random.next() >> 8),
                spent: try Amount(units: random.next() >> 8), payments: random.next(),
                version: random.next()),
            keys: chains.map { _ in .random(using: &random) })
    }

    /// Beside a dictionary that counts along: every operation on every number of chains.
    @Test func whatIsPackedComesBackWhole() throws {
        var random = SeededGenerator(seed: Self.seed)
        var packed = PackedChannels()
        var expected: [CommitmentID: LiveChannel.Packable] = [:]
        var ids: [CommitmentID] = []
        for step in 0..<40_000 {
            // It grows, shrinks to nearly nothing, and grows again.
            let isGrowing = step / 8_000 % 2 == 0
            if ids.isEmpty || random.next() % 4 != (isGrowing ? 0 : 1) && isGrowing {
                let new = try channel(chains: 1 + Int(random.next() % 8), &random)
                packed.insert(new)
                expected[new.state.id] = new
                ids.append(new.state.id)
            } else {
                let place = Int(random.next() % UInt64(ids.count))
                ids.swapAt(place, ids.count - 1)
                let id = ids.removeLast()
                let found = packed.remove(id)
                #expect(found == expected.removeValue(forKey: id), "seed \(Self.seed) \(step)")
                #expect(packed.remove(id) == nil)
            }
            #expect(packed.count == expected.count)
        }
        for id in ids { #expect(packed.remove(id) == expected[id]) }
        #expect(packed.count == 0)
    }

    @Test func whatIsNotHereIsNotFound() throws {
        var random = SeededGenerator(seed: Self.seed)
        var packed = PackedChannels()
        #expect(packed.remove(.zero) == nil)
        for _ in 0..<100 { packed.insert(try channel(chains: 2, &random)) }
        for _ in 0..<100 { #expect(packed.remove(.random(using: &random)) == nil) }
        #expect(packed.count == 100)
    }

    /// A channel is packed when two generations of objects came after it, and pays as before when it
    /// is used again; one that cannot be packed is read from the store.
    @Test func aPackedChannelPaysAsBefore() async throws {
        var limits = MerchantLimits()
        limits.liveChannelsMaximum = 3 * ChannelTable.objectsMaximum
        let bench = try MerchantBench(limits: limits)
        let (first, closed) = (try await bench.opened(), try await bench.opened(nonce: 2))
        try await bench.pay(first, [first.claim(0, 3)], 250)
        _ = try await bench.merchant.close(
            closed.id, request: try closed.closeRequest(at: bench.now))
        let table = bench.merchant.table
        let record = try #require(try await bench.store.channel(first.id))
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<2 * ChannelTable.objectsMaximum + 1 {
            let state = ChannelState(
                id: .random(using: &random), chains: record.state.chains)
            let terms = record.terms
            _ = try table.keep(
                ChannelRecord(
                    terms: ChannelTerms(
                        id: state.id, payer: terms.payer, broker: terms.broker, nonce: terms.nonce,
                        asset: terms.asset, funding: terms.funding, worth: terms.worth,
                        openedAt: terms.openedAt, expiresAt: terms.expiresAt,
                        redeemBy: terms.redeemBy, commitment: terms.commitment), state: state))
        }
        #expect(table.packedCount > 0)
        let packed = try #require(table.find(first.id))
        #expect(packed.settled == record.state)
        #expect(try await bench.pay(first, [first.claim(0, 4)], 150).spent.units == 400)
        await expectRefusal(.channelClosed) {
            try await bench.pay(closed, [closed.claim(0, 1)], 1)
        }
    }
}
