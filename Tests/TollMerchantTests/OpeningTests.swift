import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct OpeningTests {
    @Test func aReservedCommitmentOpens() async throws {
        let bench = try MerchantBench()
        let channel = try bench.channel()
        let status = try await bench.open(channel)
        #expect(
            status
                == ChannelStatus(
                    commitmentID: channel.id, paywords: [], accepted: .zero, spent: .zero,
                    payments: 0, isClosed: false))
        let record = try #require(try await bench.store.channel(channel.id))
        #expect(record.terms.funding == .reserved)
        #expect(record.terms.commitment == channel.commitment.encoded)
    }

    @Test func aChannelIsResumedWhereItStands() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let paid = try await bench.pay(channel, [channel.claim(0, 3)], 250)
        #expect(try await bench.open(channel) == paid)
        // Without funding, after expiry, and in another process.
        bench.now = bench.now.adding(60 * .day)
        let resumed = try await bench.another().open(
            channel.commitment.object, funding: [], salt: nil)
        #expect(resumed == paid)
    }

    @Test func threat07And16OneCommitmentIsOneChannel() async throws {
        let bench = try MerchantBench()
        let (first, second) = (bench.merchant, bench.another())
        let channel = try bench.channel()
        let object = channel.commitment.object
        let funding = try bench.broker.reserve(object)
        await withTaskGroup(of: Void.self) { group in
            for merchant in [first, second, first, second] {
                group.addTask {
                    _ = try? await merchant.open(object, funding: funding, salt: nil)
                }
            }
        }
        #expect(try await bench.store.channels(after: nil, limit: 9).count == 1)
        // The two take turns, and neither counts what the other has counted.
        var paid: UInt64 = 0
        for index: UInt32 in 1...20 {
            let merchant = index.isMultiple(of: 2) ? first : second
            paid += 90
            let status = try await bench.pay(
                channel, [channel.claim(0, index)], 90, at: merchant)
            #expect(status.spent.units == paid)
            let again = try await bench.pay(
                channel, [channel.claim(0, index)], 90,
                at: index.isMultiple(of: 2) ? second : first)
            #expect(again == status)
        }
    }

    @Test func threat16ATopUpSentTwiceIsOneChannel() async throws {
        let bench = try MerchantBench()
        let topUp = try bench.channel(nonce: 2)
        try await bench.open(try bench.channel())
        try await bench.open(topUp)
        try await bench.pay(topUp, [topUp.claim(0, 1)], 10)
        #expect(try await bench.open(topUp).accepted.units == 100)
        #expect(try await bench.store.channels(after: nil, limit: 9).count == 2)
        // The same payer and nonce for another commitment is none.
        let other = try bench.channel(nonce: 2, lifetime: 20 * .day)
        await expectRefusal(.duplicateCommitment) { try await bench.open(other) }
    }

    @Test func fundingIsNeeded() async throws {
        let bench = try MerchantBench()
        let channel = try bench.channel()
        let object = channel.commitment.object
        func open(_ funding: [[UInt8]]) async throws {
            _ = try await bench.merchant.open(object, funding: funding, salt: nil)
        }
        await expectRefusal(.notReserved) { try await open([]) }
        await expectRefusal(.notReserved) { try await open([bench.broker.certificate.encoded]) }
        let credit = try bench.broker.credit(channel.payer.publicKey, limit: 9999, guarantee: 0)
        await expectRefusal(.notReserved) { try await open(credit) }
        await expectRefusal(.malformed) { try await open([channel.commitment.encoded]) }
        await expectRefusal(.malformed) { try await open([[1, 2, 3]]) }
        await expectRefusal(.tooLarge) {
            try await open(Array(repeating: bench.broker.certificate.encoded, count: 17))
        }
        let reserved = try bench.broker.reserve(object)
        await expectRefusal(.malformed) { try await open(reserved + reserved) }
        #expect(try await bench.store.channel(channel.id) == nil)
        try await open(reserved)
    }

    @Test func theBrokersKeysAreChecked() async throws {
        let bench = try MerchantBench()
        let channel = try bench.channel()
        let object = channel.commitment.object
        func open(_ funding: [[UInt8]]) async throws {
            _ = try await bench.merchant.open(object, funding: funding, salt: nil)
        }
        let reserved = try bench.broker.reserve(object)
        // Without the signing key's certificate, and signed by anyone.
        await expectRefusal(.badSignature) { try await open([reserved[0]]) }
        let forged = try bench.broker.reserve(object, key: try bench.payer(8))
        await expectRefusal(.badSignature) { try await open(forged) }
        // Another broker's reservation, with its own certificate.
        let other = try TestBroker(seed: 6, asset: bench.euro)
        await expectRefusal(.wrongBroker) { try await open(try other.reserve(object)) }
        // Dated outside the signing key's period, or later than now.
        let late = try bench.broker.reserve(object, issuedAt: bench.now.adding(400 * .day))
        await expectRefusal(.certificateExpired) { try await open(late) }
        let ahead = try bench.broker.reserve(object, issuedAt: bench.now.adding(301))
        await expectRefusal(.notYetValid) { try await open(ahead) }
        #expect(try await bench.store.channel(channel.id) == nil)
        // Signed by the root itself, it needs no certificate.
        try await open([try bench.broker.reserve(object, key: bench.broker.root)[0]])
    }

    @Test func threat11AReservationCoversItsCommitment() async throws {
        let bench = try MerchantBench()
        let (channel, other) = (try bench.channel(), try bench.channel(nonce: 2))
        let object = channel.commitment.object
        let wrong = [
            try bench.broker.reserve(object, units: 4199),
            try bench.broker.reserve(other.commitment.object),
            try bench.broker.reserve(
                object, validUntil: object.payload.redeemBy.subtracting(1)),
        ]
        for funding in wrong {
            await expectRefusal(.reservationMismatch) {
                _ = try await bench.merchant.open(object, funding: funding, salt: nil)
            }
        }
        #expect(try await bench.store.channel(channel.id) == nil)
    }

    @Test func threat12CreditIsBounded() async throws {
        let bench = try MerchantBench {
            $0.credit = CreditLimits(
                perPayer: try Amount(units: 9000), unguaranteedPerPayer: try Amount(units: 1000),
                perBroker: try Amount(units: 10_000))
        }
        func open(_ channel: PayingChannel, _ funding: [[UInt8]]) async throws {
            _ = try await bench.merchant.open(
                channel.commitment.object, funding: funding, salt: nil)
        }
        let channel = try bench.channel()
        let payer = channel.payer.publicKey
        let broker = bench.broker
        // The certificate: another payer's, of no time at all, of another asset, or for less.
        let others = try broker.credit(bench.payer(9).publicKey, limit: 9999, guarantee: 9999)
        await expectRefusal(.notReserved) { try await open(channel, others) }
        let backwards = try broker.credit(
            payer, limit: 9999, guarantee: 9999, notAfter: bench.now.subtracting(301))
        await expectRefusal(.malformed) { try await open(channel, backwards) }
        let dollars = try broker.credit(
            payer, limit: 9999, guarantee: 9999, asset: Asset(code: "USD", scale: 6))
        await expectRefusal(.wrongAsset) { try await open(channel, dollars) }
        let small = try broker.credit(payer, limit: 4199, guarantee: 9999)
        await expectRefusal(.limitExceeded) { try await open(channel, small) }
        // The guarantee: 3,199 and 1,000 at the merchant's own risk are less than 4,200.
        let thin = try broker.credit(payer, limit: 4200, guarantee: 3199)
        await expectRefusal(.limitExceeded) { try await open(channel, thin) }
        let good = try broker.credit(payer, limit: 4200, guarantee: 9999)
        try await open(channel, good)
        #expect(try await bench.store.channel(channel.id)?.terms.funding == .credit)
        // Two channels are 8,400, three would be more than one payer may owe.
        try await open(try bench.channel(nonce: 2), good)
        await expectRefusal(.limitExceeded) { try await open(try bench.channel(nonce: 3), good) }
        // And another payer's would be more than one broker's payers may owe.
        let second = try bench.channel(payer: 2, nonce: 4)
        let its = try broker.credit(second.payer.publicKey, limit: 4200, guarantee: 9999)
        await expectRefusal(.limitExceeded) { try await open(second, its) }
        // Reserved commitments are no risk.
        try await bench.open(second)
    }

    @Test func aCertificateMustBeOfItsTime() async throws {
        let bench = try MerchantBench {
            $0.credit = CreditLimits(
                perPayer: .maximum, unguaranteedPerPayer: .zero, perBroker: .maximum)
        }
        let channel = try bench.channel(lifetime: 200 * .day)
        let funding = try bench.broker.credit(
            channel.payer.publicKey, limit: 4200, guarantee: 4200,
            notAfter: bench.now.adding(.day))
        bench.now = bench.now.adding(.day + 301)
        await expectRefusal(.certificateExpired) {
            _ = try await bench.merchant.open(
                channel.commitment.object, funding: funding, salt: nil)
        }
        bench.now = bench.now.subtracting(1)
        _ = try await bench.merchant.open(channel.commitment.object, funding: funding, salt: nil)
    }

    @Test func twoPartyIsTakenByNameAndUpToACap() async throws {
        let strict = try MerchantBench()
        let own = try strict.channel(broker: strict.key.publicKey)
        await expectRefusal(.untrustedBroker) {
            _ = try await strict.merchant.open(own.commitment.object, funding: [], salt: nil)
        }
        let bench = try MerchantBench { $0.twoPartyMaximum = try Amount(units: 5000) }
        await expectRefusal(.malformed) {
            _ = try await bench.merchant.open(
                own.commitment.object, funding: [bench.broker.certificate.encoded], salt: nil)
        }
        _ = try await bench.merchant.open(own.commitment.object, funding: [], salt: nil)
        let more = try bench.channel(nonce: 2, broker: bench.key.publicKey)
        await expectRefusal(.limitExceeded) {
            _ = try await bench.merchant.open(more.commitment.object, funding: [], salt: nil)
        }
        let other = try bench.channel(payer: 2, broker: bench.key.publicKey)
        _ = try await bench.merchant.open(other.commitment.object, funding: [], salt: nil)
    }

    @Test func threat13AmountsThatDoNotFitAreRefused() async throws {
        let bench = try MerchantBench()
        let huge = UInt64(Int64.max)
        let tooMuch: [[(denomination: UInt64, length: UInt32)]] = [
            [(huge, 2)], [(huge, 1), (1, 1)], [(huge / 2, 1), (huge / 2, 1), (1, 2)],
        ]
        for chains in tooMuch {
            let channel = try bench.channel(chains: chains)
            await expectRefusal(.amountOverflow) {
                _ = try await bench.merchant.open(
                    channel.commitment.object, funding: [], salt: nil)
            }
        }
        // The largest that fits is paid to the unit, and not beyond.
        let largest = try bench.channel(chains: [(huge - 1, 1), (1, 1)])
        try await bench.open(largest)
        try await bench.pay(largest, [largest.claim(0, 1)], huge - 1)
        let full = try await bench.pay(largest, [largest.claim(1, 1)], 1)
        #expect(full.spent == .maximum)
        await expectRefusal(.amountOverflow) { try await bench.pay(largest, [], huge) }
        await expectRefusal(.amountOverflow) { try await bench.pay(largest, [], 1) }
    }

    @Test func theTermsAreAnOfferOfOurs() async throws {
        let catalogue = try Catalogue([
            "/weather": Price(unit: "request", amount: try Amount(units: 5)),
            "/tides": Price(unit: "request", amount: try Amount(units: 7), terms: "as is"),
        ])
        let bench = try MerchantBench(catalogue: catalogue)
        let offer = try await bench.merchant.offer(for: "/tides")
        let salt = try #require(TermsSalt([UInt8](repeating: 3, count: 16)))
        let channel = try bench.channel(termsDigest: offer.object.termsDigest(salt: salt))
        let object = channel.commitment.object
        let funding = try bench.broker.reserve(object)
        await expectRefusal(.unknownResource) {
            _ = try await bench.merchant.open(object, funding: funding, salt: .zero)
        }
        // The next day, in another process, the offer is known still; the day after it is not.
        bench.now = bench.now.adding(2 * .day)
        await expectRefusal(.unknownResource) {
            _ = try await bench.another().open(object, funding: funding, salt: salt)
        }
        bench.now = bench.now.subtracting(.day)
        _ = try await bench.another().open(object, funding: funding, salt: salt)
        // A payer may keep the salt.
        let kept = try bench.channel(nonce: 2, termsDigest: .zero)
        try await bench.open(kept)
    }
}
