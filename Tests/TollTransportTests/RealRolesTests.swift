import PayWord
import PeerProtocol
import StoreConformance
import Testing
import TollMerchant
import TollTransport
import TollWallet

/// The wallet and the merchant themselves, over sockets, with their stores in memory.
@Test func aWalletPaysAMerchantThousandsOfTimesOverSeveralChannels() async throws {
    try await RealMerchant.run { shop in
        let wallet = shop.wallet(seed: 5)
        let link = try await shop.connect()
        let offer = try await wallet.quote("/weather", over: link)
        #expect(offer.payload.price.units == 3)
        var ids: [CommitmentID] = []
        for number in 0..<5 as Range<UInt8> {
            ids.append(try await wallet.openTwoPartyChannel(try shop.terms(number)).id)
        }
        for (_, result) in await wallet.connect(ids, over: link) { _ = try result.get() }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for id in ids {
                group.addTask {
                    let intents = try (1...1000).map {
                        PaymentIntent(amount: try Amount(units: UInt64($0 % 5 + 1)))
                    }
                    return try await wallet.pay(id, intents).count(where: \.isAcknowledged)
                }
            }
            for try await count in group { #expect(count == 1000) }
        }
        for id in ids {
            let status = try await shop.merchant.status(id)
            #expect(status.payments == 1000)
            #expect(status.spent.units == 3000)
            #expect(status.accepted >= status.spent)
        }
        try await wallet.close(ids[0], at: nil)
        #expect(try await shop.merchant.status(ids[0]).isClosed)
        await link.end()
    }
}

/// The connection is cut under load, again and again, and the merchant's books and the wallet's
/// agree in the end: nothing is lost and nothing is paid twice.
@Test func paymentsGoOnOverANewConnectionAfterOneIsCut() async throws {
    try await RealMerchant.run { shop in
        let wallet = shop.wallet(seed: 6)
        let id = try await wallet.openTwoPartyChannel(try shop.terms(1)).id
        var wanted: UInt64 = 0
        for round in 0..<10 as Range<UInt64> {
            let link = try await shop.connect()
            _ = try await wallet.connect(id, over: link)
            let intents = try (0..<200 as Range<UInt64>).map { number in
                PaymentIntent(
                    amount: try Amount(units: 2),
                    reference: Array("\(round)/\(number)".utf8))
            }
            let cutting = Task { await link.end() }
            let outcomes = try await wallet.pay(id, intents)
            await cutting.value
            // What was sent and not answered may have been counted; asking again settles it.
            wanted += UInt64(
                outcomes.count { outcome in
                    if case .notSent = outcome { false } else { true }
                })
        }
        let link = try await shop.connect()
        _ = try await wallet.connect(id, over: link)
        let status = try await shop.merchant.status(id)
        #expect(status.spent.units == 2 * wanted)
        await link.end()
    }
}

@Test func threat42NothingSecretIsInWhatATransportRefuses() async throws {
    try await RealMerchant.run { shop in
        let wallet = shop.wallet(seed: 7)
        let link = try await shop.connect()
        let id = try await wallet.openTwoPartyChannel(try shop.terms(1)).id
        _ = try await wallet.connect(id, over: link)
        let outcome = try await wallet.pay(
            id, [PaymentIntent(amount: try Amount(units: 2))])
        #expect(outcome.first?.isAcknowledged == true)
        let paywords = try await shop.merchant.status(id).paywords
        let stale = try await link.pay(
            Handle(0),
            [
                OutgoingPayment(
                    paywords: PaywordClaims(
                        paywords.map {
                            PaywordClaim(
                                ordinal: $0.ordinal, index: ChainIndex($0.index.value + 1),
                                payword: $0.payword)
                        }), amount: .zero)
            ])
        guard case .failure(let refusal)? = stale.first else {
            Issue.record("a payword at a wrong index was accepted")
            return
        }
        #expect(refusal.reason == .badPayword)
        for claim in paywords {
            #expect(!refusal.description.contains(claim.payword.hex))
            #expect(!"\(claim)".contains(claim.payword.hex))
        }
        await link.end()
    }
}
