import PayWord
import StoreConformance
import Synchronization
import Testing

@testable import TollMerchant

/// A merchant with a broker, a store that can fail, and a clock that a test moves.
final class MerchantBench: Sendable {
    let euro: Asset
    let key: SigningKey
    let broker: TestBroker
    let store: HookedStore
    let policy: MerchantPolicy
    let catalogue: Catalogue
    let merchant: Merchant
    private let time: TestClock

    init(
        _ store: any ChannelStore = MemoryChannelStore(), catalogue: Catalogue = .empty,
        limits: MerchantLimits = MerchantLimits(),
        _ change: (inout MerchantPolicy) throws -> Void = { _ in }
    ) throws {
        let euro = try Asset(code: "EUR", scale: 6)
        var generator = SeededGenerator(seed: 99)
        let key = try SigningKey.generate(using: &generator)
        let broker = try TestBroker(seed: 5, asset: euro)
        var policy = MerchantPolicy(
            asset: euro, brokers: [BrokerIdentity(root: broker.root.publicKey)])
        try change(&policy)
        let time = TestClock()
        let hooked = HookedStore(store)
        self.euro = euro
        self.key = key
        self.broker = broker
        self.policy = policy
        self.catalogue = catalogue
        self.time = time
        self.store = hooked
        merchant = Merchant(
            key: key, policy: policy, store: hooked, catalogue: catalogue, limits: limits,
            clock: { time.now })
    }

    var now: Timestamp {
        get { time.now }
        set { time.now = newValue }
    }

    /// Another merchant process over the same store.
    func another() -> Merchant {
        let time = time
        return Merchant(
            key: key, policy: policy, store: store, catalogue: catalogue, clock: { time.now })
    }

    func redeemer(
        limits: RedemptionLimits = RedemptionLimits(stepsMaximum: .max), seed: UInt64 = 3
    ) -> Redeemer {
        let time = time
        let generator = Mutex(SeededGenerator(seed: seed))
        return Redeemer(
            key: key, asset: euro, store: store,
            brokers: [
                broker.root.publicKey: broker,
                key.publicKey: OwnLedger(key: key, asset: euro, store: store),
            ], limits: limits, clock: { time.now },
            newBatchID: { generator.withLock { BatchID.random(using: &$0) } })
    }

    func payer(_ seed: UInt64 = 1) throws -> SigningKey {
        var generator = SeededGenerator(seed: 1000 + seed)
        return try SigningKey.generate(using: &generator)
    }

    /// A channel of 40 paywords of 100 and 200 of 1, worth 4,200, that is not open yet.
    func channel(
        payer seed: UInt64 = 1, nonce: UInt64 = 1,
        chains: [(denomination: UInt64, length: UInt32)] = [(100, 40), (1, 200)],
        merchant: PublicKey? = nil, broker: PublicKey? = nil, asset: Asset? = nil,
        issuedAt: Timestamp = TestTime.start, lifetime: Seconds = 30 * .day,
        redeemMargin: Seconds = 7 * .day, termsDigest: Digest? = nil, conditions: [Condition] = []
    ) throws -> PayingChannel {
        try PayingChannel(
            payer: try payer(seed), merchant: merchant ?? key.publicKey,
            broker: broker ?? self.broker.root.publicKey, asset: asset ?? euro, chains: chains,
            nonce: nonce, issuedAt: issuedAt, lifetime: lifetime, redeemMargin: redeemMargin,
            termsDigest: termsDigest, conditions: conditions)
    }

    @discardableResult
    func open(_ channel: PayingChannel) async throws -> ChannelStatus {
        try await merchant.open(
            channel.commitment.object, funding: try broker.reserve(channel.commitment.object),
            salt: nil)
    }

    /// A channel that is open and reserved.
    func opened(payer seed: UInt64 = 1, nonce: UInt64 = 1) async throws -> PayingChannel {
        let channel = try channel(payer: seed, nonce: nonce)
        try await open(channel)
        return channel
    }

    func request(
        _ channel: PayingChannel, _ paywords: PaywordClaims, _ units: UInt64,
        reference: String? = nil
    ) throws -> PaymentRequest {
        PaymentRequest(
            commitmentID: channel.id, paywords: paywords, amount: try Amount(units: units),
            reference: reference.map { Array($0.utf8) })
    }

    @discardableResult
    func pay(
        _ channel: PayingChannel, _ paywords: PaywordClaims, _ units: UInt64,
        reference: String? = nil, at merchant: Merchant? = nil
    ) async throws -> ChannelStatus {
        let request = try request(channel, paywords, units, reference: reference)
        let merchant = merchant ?? self.merchant
        let answers = await merchant.pay([request])
        let outcome = try #require(answers.first).get()
        let status = try await merchant.status(channel.id)
        #expect(
            (outcome.accepted, outcome.spent, outcome.payments)
                == (status.accepted, status.spent, status.payments))
        return status
    }

    /// The channel on disk.
    func stored(_ channel: PayingChannel) async throws -> ChannelState {
        try #require(try await store.channel(channel.id)).state
    }

    func amount(_ units: UInt64) throws -> Amount { try Amount(units: units) }
}

/// A clock that a test moves.
final class TestClock: Sendable {
    private let time = Mutex(TestTime.start)

    var now: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}

/// Expects a refusal for a reason.
func expectRefusal(
    _ reason: Reason, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    await #expect(throws: Refusal(reason), sourceLocation: sourceLocation) { try await body() }
}
