import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct EnrolmentTests {
    @Test func aMerchantGetsACertificateThatVerifies() async throws {
        let fee = Fee(share: try #require(BasisPoints(50)), fixed: try Amount(units: 3))
        let bench = try BrokerBench(MemoryLedgerStore()) { $0.fee = fee }
        let answer = try await bench.enrol(bench.merchant, .merchant, name: "Kiosk")
        let object = try SignedObject<Certificate>(decoding: try #require(answer.objects.first))
        let certificate = try object.verified(by: bench.broker.describe().identity).payload
        #expect(certificate.role == .merchant)
        #expect(certificate.subject == bench.merchant.publicKey)
        #expect(certificate.displayName == "Kiosk")
        #expect(certificate.fee == fee)
        #expect(certificate.notAfter == bench.now.adding(365 * .day))
    }

    @Test func aPayerGetsNoObject() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let answer = try await bench.enrol(bench.account, .payer)
        #expect(answer.objects.isEmpty)
        #expect(answer.signingCertificates == [bench.signingCertificate.object])
    }

    @Test func enrollingAgainGivesTheSameBytes() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let first = try await bench.enrol(bench.merchant, .merchant, name: "Kiosk")
        bench.wait(100)
        let second = try await bench.enrol(bench.merchant, .merchant, name: "Other")
        #expect(first.encoded == second.encoded)
        // An old request is answered alike, however old it is.
        let old = try bench.merchant.sign(
            Enrolment(
                broker: bench.root.publicKey, subject: bench.merchant.publicKey, role: .merchant,
                asset: bench.asset, createdAt: bench.now))
        bench.wait(40 * .day)
        #expect(try await bench.broker.enrol(old.object).encoded == first.encoded)
    }

    @Test func aCertificateNearItsEndIsRenewed() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let first = try await bench.enrol(bench.merchant, .merchant, name: "Kiosk")
        bench.wait(336 * .day)
        let second = try await bench.enrol(bench.merchant, .merchant)
        #expect(first.encoded != second.encoded)
        let object = try SignedObject<Certificate>(decoding: try #require(second.objects.first))
        #expect(object.payload.displayName == "Kiosk")
        #expect(object.payload.notBefore == bench.now)
    }

    @Test func aRequestOutOfTimeIsRefused() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        func enrol(at time: Timestamp) async throws {
            _ = try await bench.broker.enrol(
                bench.account.sign(
                    Enrolment(
                        broker: bench.root.publicKey, subject: bench.account.publicKey,
                        role: .payer, asset: bench.asset, createdAt: time)
                ).object)
        }
        await #expect(throws: Refusal(.notYetValid)) {
            try await enrol(at: bench.now.adding(301))
        }
        await #expect(throws: Refusal(.staleRequest)) {
            try await enrol(at: bench.now.subtracting(.day + 1))
        }
        try await enrol(at: bench.now.adding(300))
    }

    @Test func anotherBrokersEnrolmentIsRefused() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let request = try bench.account.sign(
            Enrolment(
                broker: bench.merchant.publicKey, subject: bench.account.publicKey, role: .payer,
                asset: bench.asset, createdAt: bench.now))
        await #expect(throws: Refusal(.wrongBroker)) {
            try await bench.broker.enrol(request.object)
        }
        await #expect(throws: Refusal(.wrongAsset)) {
            try await bench.enrol(
                bench.account, .payer, asset: Asset(code: "GBP", scale: 2))
        }
    }

    @Test func threat40SQLInADisplayNameIsData() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let name = "'); DROP TABLE x; --\u{1b}[2J\n<b>"
        _ = try await bench.enrol(bench.merchant, .merchant, name: name)
        let listed = try await bench.broker.accounts()
        #expect(listed.map(\.enrolment.displayName) == [name])
    }

    @Test func aChangedFeeIsCertifiedAndCharged() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        try await bench.enrolAll()
        let fee = Fee(share: try #require(BasisPoints(1000)), fixed: .zero)
        try await bench.broker.setFee(fee, of: bench.merchant.publicKey, asset: bench.asset)
        let answer = try await bench.enrol(bench.merchant, .merchant)
        let object = try SignedObject<Certificate>(decoding: try #require(answer.objects.first))
        #expect(object.payload.fee == fee)
        let channel = try await bench.reserved()
        let result = try await bench.redeem([channel.claim([(1, 5)])])
        #expect(result.settlement.gross.units == 500)
        #expect(result.settlement.fee.units == 50)
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.broker.setFee(fee, of: bench.payer.publicKey, asset: bench.asset)
        }
    }
}
