internal import PayWord
internal import Testing
internal import TollMerchant

/// What the checks of a channel store share: parties, channels, and shorthand for the verbs.
struct StoreBench {
    let store: any ChannelStore
    let merchant: SigningKey
    let broker: SigningKey
    let euro: Asset
    let now = TestTime.start

    init(_ store: any ChannelStore) throws {
        self.store = store
        var generator = SeededGenerator(seed: 7)
        merchant = try SigningKey.generate(using: &generator)
        broker = try SigningKey.generate(using: &generator)
        euro = try Asset(code: "EUR", scale: 6)
    }

    func payer(_ seed: UInt64) throws -> SigningKey {
        var generator = SeededGenerator(seed: 1000 + seed)
        return try SigningKey.generate(using: &generator)
    }

    /// A channel of two chains: 10 paywords of 100 and 50 of 1, worth 1,050.
    func channel(
        payer seed: UInt64 = 1, nonce: UInt64 = 1, isTwoParty: Bool = false,
        lifetime: Seconds = 30 * .day
    ) throws -> PayingChannel {
        try PayingChannel(
            payer: try payer(seed), merchant: merchant.publicKey,
            broker: isTwoParty ? merchant.publicKey : broker.publicKey, asset: euro,
            chains: [(100, 10), (1, 50)], nonce: nonce, issuedAt: now, lifetime: lifetime)
    }

    @discardableResult
    func open(
        _ channel: PayingChannel, funding: ChannelFunding = .reserved,
        limits: ExposureLimits = .none, at time: Timestamp? = nil
    ) async throws -> ChannelRecord {
        try await store.open(
            try ChannelRecord(opening: channel.commitment, funding: funding, at: now),
            limits: limits, at: time ?? now)
    }

    func state(_ channel: PayingChannel) async throws -> ChannelState {
        try #require(try await store.channel(channel.id)).state
    }

    func amount(_ units: UInt64) throws -> Amount { try Amount(units: units) }

    /// A payment as an advance counts it.
    struct Payment {
        let paywords: PaywordClaims
        let amount: Amount
        let reference: [UInt8]?
    }

    func payment(
        _ paywords: PaywordClaims, _ units: UInt64, reference: String? = nil
    ) throws -> Payment {
        Payment(
            paywords: paywords, amount: try amount(units),
            reference: reference.map { Array($0.utf8) })
    }

    /// Counts payments on a state, which none of them is refused on.
    func advance(
        from state: ChannelState, _ payments: [Payment], asked: [String] = []
    ) throws -> ChannelAdvance {
        var next = state
        var charges: [Charge] = []
        for payment in payments {
            let wasCounted = try next.count(payment.paywords, payment.amount)
            if wasCounted, let reference = payment.reference {
                charges.append(
                    Charge(kind: .charge, reference: reference, amount: payment.amount))
            }
        }
        guard next != state else {
            return ChannelAdvance(
                base: state.version, state: state, asked: asked.map { Array($0.utf8) })
        }
        let change = ChannelAdvance(from: state, to: next, charges: charges)
        return ChannelAdvance(
            base: change.base, state: change.state, charges: charges,
            asked: asked.map { Array($0.utf8) })
    }

    /// Advances one channel from where it stands.
    @discardableResult
    func advance(
        _ channel: PayingChannel, _ payments: [Payment], asked: [String] = []
    ) async throws -> AdvanceOutcome {
        let advance = try advance(from: try await state(channel), payments, asked: asked)
        let outcomes = try await store.advance([advance])
        return try #require(outcomes.first)
    }

    /// Advances one channel from where it stands, which must work.
    func pay(_ channel: PayingChannel, _ payments: [Payment]) async throws {
        guard case .applied = try await advance(channel, payments) else {
            Issue.record("the advance was not applied")
            return
        }
    }

    /// Opens a channel and spends 250 of the 320 that its paywords are worth.
    func spending(
        payer seed: UInt64 = 1, nonce: UInt64 = 1, isTwoParty: Bool = false
    ) async throws -> PayingChannel {
        let channel = try channel(payer: seed, nonce: nonce, isTwoParty: isTwoParty)
        try await open(channel, funding: isTwoParty ? .twoParty : .reserved)
        try await pay(channel, [payment([channel.claim(0, 3), channel.claim(1, 20)], 250)])
        return channel
    }

    /// A batch that claims 2 × 100 + 20 × 1 of each channel.
    func batch(_ id: UInt8, _ channels: [PayingChannel]) throws -> RedemptionBatch {
        RedemptionBatch(
            id: try #require(BatchID([UInt8](repeating: id, count: 16))),
            broker: broker.publicKey, asset: euro, createdAt: now,
            claims: try channels.map {
                RedemptionBatch.Claim(
                    id: $0.id, indexes: [ChainIndex(2), ChainIndex(20)], expected: try amount(220))
            }, redemption: [id, 2, 3])
    }

    func settlement(_ batch: RedemptionBatch) throws -> SettlementRecord {
        SettlementRecord(
            batchID: batch.id, settlementID: try #require(SettlementID(batch.id.bytes)),
            broker: batch.broker, asset: euro, settledAt: now, expected: try batch.expected,
            gross: try batch.expected, fee: .zero, net: try batch.expected,
            claimsAccepted: UInt64(batch.claims.count), claimsRefused: 0, paywordsRedeemed: 22,
            settlement: [9, 9])
    }

    func close(_ channel: PayingChannel) throws -> Verified<Close> {
        try merchant.sign(
            Close(
                commitmentID: channel.id, broker: broker.publicKey, merchant: merchant.publicKey,
                final: [], createdAt: now))
    }
}

/// Expects a refusal for a reason.
func expectRefusal(
    _ reason: Reason, _ body: () async throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
) async {
    await #expect(throws: Refusal(reason), sourceLocation: sourceLocation) { try await body() }
}
