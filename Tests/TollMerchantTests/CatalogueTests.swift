import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct CatalogueTests {
    private let odd = "'; DROP TABLE channels; --\u{1b}[31m\n\u{202e}<script>alert(1)</script>"

    @Test func anOfferSaysWhatIsSold() async throws {
        let price = Price(
            unit: "page", amount: try Amount(units: 12), maximum: try Amount(units: 120),
            terms: "no refunds")
        let bench = try MerchantBench(catalogue: try Catalogue(["/news": price])) {
            $0.twoPartyMaximum = .maximum
        }
        let offer = try await bench.merchant.offer(for: "/news")
        let read = try SignedObject<Offer>(decoding: offer.encoded).verified().payload
        #expect(read.merchant == bench.key.publicKey && read.asset == bench.euro)
        #expect(Set(read.brokers) == [bench.broker.root.publicKey, bench.key.publicKey])
        #expect(read.unit == "page" && read.price.units == 12 && read.maximum?.units == 120)
        #expect(read.terms == "no refunds" && read.resource == "/news")
        #expect(read.validUntil >= bench.now.adding(.day))
        #expect(try await bench.merchant.offer(for: "/news") == offer)
        #expect(try await bench.another().offer(for: "/news") == offer)
        bench.now = bench.now.adding(.day)
        #expect(try await bench.merchant.offer(for: "/news") != offer)
    }

    @Test func whatIsNotSoldIsUnknown() async throws {
        let bench = try MerchantBench()
        await expectRefusal(.unknownResource) { _ = try await bench.merchant.offer(for: "/news") }
    }

    @Test func threat40OddTextIsDataAndNotRepeated() async throws {
        let price = Price(unit: odd, amount: try Amount(units: 1), terms: odd)
        let bench = try MerchantBench(catalogue: try Catalogue([odd: price]))
        let offer = try await bench.merchant.offer(for: odd).payload
        #expect(offer.resource == odd && offer.unit == odd && offer.terms == odd)
        do throws(Refusal) {
            _ = try await bench.merchant.offer(for: odd + " ")
            Issue.record("nothing is sold under that name")
        } catch {
            #expect(error.reason == .unknownResource)
            #expect(!error.description.contains("DROP"))
            #expect(error.description.utf8.allSatisfy { $0 >= 0x20 })
        }
    }

    @Test func aCatalogueHasLimits() throws {
        let price = Price(unit: "x", amount: .zero)
        let long = String(repeating: "é", count: 1000)
        #expect(throws: Refusal(.malformed)) { try Catalogue(["": price]) }
        #expect(throws: Refusal(.tooLarge)) { try Catalogue([long: price]) }
        #expect(throws: Refusal(.tooLarge)) {
            try Catalogue(["a": Price(unit: long, amount: .zero)])
        }
        #expect(throws: Refusal(.tooLarge)) {
            try Catalogue(["a": Price(unit: "x", amount: .zero, terms: long)])
        }
        let many = Dictionary(uniqueKeysWithValues: (0...10_000).map { ("/\($0)", price) })
        #expect(throws: Refusal(.tooLarge)) { try Catalogue(many) }
    }

    @Test func newPricesHoldAtOnceAndOldOffersAsLongAsTheySay() async throws {
        let old = Price(unit: "article", amount: Amount.zero)
        let bench = try MerchantBench(catalogue: try Catalogue(["/news": old]))
        let offer = try await bench.merchant.offer(for: "/news")
        let price = Price(unit: "page", amount: Amount.zero)
        bench.merchant.replacePrices(try Catalogue(["/news": price, "/tides": price]))
        #expect(try await bench.merchant.offer(for: "/news").payload.unit == "page")
        #expect(try await bench.merchant.offer(for: "/tides").payload.unit == "page")
        let salt = try #require(TermsSalt([UInt8](repeating: 3, count: 16)))
        let channel = try bench.channel(termsDigest: offer.object.termsDigest(salt: salt))
        let object = channel.commitment.object
        _ = try await bench.merchant.open(
            object, funding: try bench.broker.reserve(object), salt: salt)
    }
}
