import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct SigningKeyTests {
    private func broker(
        _ bench: BrokerBench, key: SigningKey, certificates: [SignedObject<Certificate>],
        at time: Timestamp
    ) throws -> Broker {
        try Broker(
            root: bench.root.publicKey, signingKey: key, signingCertificates: certificates,
            policy: BrokerPolicy(assets: [bench.asset]), store: MemoryLedgerStore(),
            clock: { time })
    }

    private func enrol(_ bench: BrokerBench, _ broker: Broker, at time: Timestamp) async throws
        -> BrokerAnswer
    {
        try await broker.enrol(
            bench.merchant.sign(
                Enrolment(
                    broker: bench.root.publicKey, subject: bench.merchant.publicKey,
                    role: .merchant, asset: bench.asset, createdAt: time)
            ).object)
    }

    @Test func aBrokerMaySignWithItsRoot() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let broker = try broker(bench, key: bench.root, certificates: [], at: bench.now)
        let answer = try await enrol(bench, broker, at: bench.now)
        #expect(answer.signingCertificates.isEmpty)
        _ = try SignedObject<Certificate>(decoding: try #require(answer.objects.first)).verified()
    }

    @Test func aKeyThatTheRootDidNotCertifyIsRefused() throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        #expect(throws: Refusal(.badSignature)) {
            try self.broker(bench, key: bench.signing, certificates: [], at: bench.now)
        }
        var random = bench.random
        let foreign = try BrokerKeys.certify(
            bench.signing.publicKey, under: bench.merchant, asset: bench.asset, from: bench.now,
            for: .day, using: &random)
        #expect(throws: Refusal(.wrongBroker)) {
            try self.broker(
                bench, key: bench.signing, certificates: [foreign.object], at: bench.now)
        }
    }

    @Test func threat28AKeyOutOfItsPeriodSignsNothing() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        var random = bench.random
        let old = try BrokerKeys.signingKey(
            under: bench.root, asset: bench.asset, from: bench.now, for: .day, using: &random)
        let next = try BrokerKeys.signingKey(
            under: bench.root, asset: bench.asset, from: bench.now.adding(.day - 3600),
            for: .day, using: &random)
        let certificates = [old.certificate.object, next.certificate.object]
        let late = bench.now.adding(.day + 301)
        let stale = try broker(bench, key: old.key, certificates: certificates, at: late)
        await #expect(throws: Refusal(.certificateExpired)) {
            try await enrol(bench, stale, at: late)
        }
        let early = try broker(bench, key: next.key, certificates: certificates, at: bench.now)
        await #expect(throws: Refusal(.notYetValid)) {
            try await enrol(bench, early, at: bench.now)
        }
        // In the overlap both sign, and a verifier that has both certificates accepts both.
        let overlap = bench.now.adding(.day - 1800)
        for key in [old.key, next.key] {
            let broker = try broker(bench, key: key, certificates: certificates, at: overlap)
            let answer = try await enrol(bench, broker, at: overlap)
            let object = try SignedObject<Certificate>(
                decoding: try #require(answer.objects.first))
            _ = try object.verified(by: broker.describe().identity)
            #expect(answer.signingCertificates.map(\.payload.subject) == [key.publicKey])
        }
    }

    @Test func theDescriptionSaysWhatItTakes() throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        let description = bench.broker.describe()
        #expect(description.root == bench.root.publicKey)
        #expect(description.assets == [bench.asset, bench.otherAsset])
        #expect(!description.isFaucetEnabled)
        #expect(description.batchStepsMaximum == 1 << 28)
        #expect(try BrokerDescription(decoding: description.encoded) == description)
    }

    @Test func aPolicyWithoutAssetsIsRefused() throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        #expect(throws: Refusal(.malformed)) {
            try Broker(
                root: bench.root.publicKey, signingKey: bench.root,
                policy: BrokerPolicy(assets: []), store: MemoryLedgerStore(),
                clock: { BrokerBench.start })
        }
    }
}
