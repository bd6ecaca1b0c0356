public import PayWord
private import Synchronization
public import TollBroker

/// A broker on a store, with parties whose keys follow from a seed, a clock that tests set, and
/// shorthand for signed requests.
public final class BrokerBench: Sendable {
    /// The moment at which every bench begins.
    public static let start = Timestamp(1_800_000_000)

    public let broker: Broker
    public let store: any LedgerStore
    public let root: SigningKey
    public let signing: SigningKey
    public let signingCertificate: Verified<Certificate>
    public let merchant: SigningKey
    public let otherMerchant: SigningKey
    public let account: SigningKey
    public let otherAccount: SigningKey
    public let payer: SigningKey
    public let asset: Asset
    public let otherAsset: Asset
    public let random: LedgerRandom
    private let time: BenchClock

    /// A broker with nobody enrolled.
    public init(
        _ store: any LedgerStore, seed: UInt64 = 1,
        _ configure: (inout BrokerPolicy) throws -> Void = { _ in }
    ) throws {
        var random = LedgerRandom(seed: seed)
        self.random = random
        self.store = store
        root = try SigningKey.generate(using: &random)
        asset = try Asset(code: "EUR", scale: 6)
        otherAsset = try Asset(code: "USD", scale: 2)
        (signing, signingCertificate) = try BrokerKeys.signingKey(
            under: root, asset: asset, from: Self.start.subtracting(.day), for: 1000 * .day,
            using: &random)
        merchant = try SigningKey.generate(using: &random)
        otherMerchant = try SigningKey.generate(using: &random)
        account = try SigningKey.generate(using: &random)
        otherAccount = try SigningKey.generate(using: &random)
        payer = try SigningKey.generate(using: &random)
        let time = BenchClock(Self.start)
        self.time = time
        var policy = BrokerPolicy(assets: [asset, otherAsset])
        try configure(&policy)
        let draws = random
        broker = try Broker(
            root: root.publicKey, signingKey: signing,
            signingCertificates: [signingCertificate.object], policy: policy, store: store,
            clock: { time.now }, random: { draws.next() })
    }

    /// The broker's time, which tests set.
    public var now: Timestamp {
        get { time.now }
        set { time.now = newValue }
    }

    /// Moves the time on.
    public func wait(_ seconds: Seconds) { now = now.adding(seconds) }

    public func amount(_ units: UInt64) throws -> Amount { try Amount(units: units) }

    /// 16 bytes from the bench's generator.
    public func drawn<ID: FixedBytes>() -> ID {
        var random = random
        return .random(using: &random)
    }

    // MARK: Getting started

    /// Enrols both accounts and both merchants, and gives the first account money.
    public func enrolAll(funds: UInt64 = 1_000_000) async throws {
        for key in [account, otherAccount] { _ = try await enrol(key, .payer) }
        for key in [merchant, otherMerchant] { _ = try await enrol(key, .merchant) }
        if funds > 0 { try await deposit(funds) }
    }

    @discardableResult
    public func enrol(
        _ key: SigningKey, _ role: Enrolment.Role, asset: Asset? = nil, name: String? = nil
    ) async throws -> BrokerAnswer {
        try await broker.enrol(
            key.sign(
                Enrolment(
                    broker: root.publicKey, subject: key.publicKey, role: role,
                    asset: asset ?? self.asset, createdAt: now, displayName: name)
            ).object)
    }

    public func deposit(
        _ units: UInt64, to key: SigningKey? = nil, reference: String? = nil
    ) async throws {
        let reference: String = reference ?? (drawn() as RequestReference).hex
        try await broker.deposit(
            amount(units), asset: asset, to: (key ?? account).publicKey, reference: reference)
    }

    /// Gives the account credit, and its payer key a certificate.
    @discardableResult
    public func giveCredit(
        limit: UInt64, perCommitment: UInt64 = 1_000_000, guarantee: UInt64 = 0
    ) async throws -> BrokerAnswer {
        try await broker.setCredit(
            CreditTerms(
                limit: amount(limit), limitPerCommitment: amount(perCommitment),
                guarantee: amount(guarantee)), of: account.publicKey, asset: asset)
        return try await certify()
    }

    public func certify(
        _ subject: PublicKey? = nil, for key: SigningKey? = nil
    ) async throws -> BrokerAnswer {
        let key = key ?? account
        return try await broker.certify(
            key.sign(
                CertificateRequest(
                    broker: root.publicKey, account: key.publicKey,
                    subject: subject ?? payer.publicKey, asset: asset, createdAt: now)
            ).object)
    }

    // MARK: Requests

    public func reservation(
        _ commitment: SignedObject<Commitment>, by key: SigningKey? = nil, note: [UInt8]? = nil,
        createdAt: Timestamp? = nil
    ) throws -> SignedObject<ReservationRequest> {
        let key = key ?? account
        return try key.sign(
            ReservationRequest(
                broker: root.publicKey, account: key.publicKey, commitment: commitment,
                createdAt: createdAt ?? now, note: note)
        ).object
    }

    @discardableResult
    public func reserve(
        _ channel: BenchChannel, by key: SigningKey? = nil, note: [UInt8]? = nil
    ) async throws -> BrokerAnswer {
        try await broker.reserve(
            reservation(channel.commitment.object, by: key, note: note))
    }

    /// A channel that is reserved.
    public func reserved(
        _ chains: [(UInt64, UInt32)] = [(1, 50), (100, 10)], merchant: SigningKey? = nil
    ) async throws -> BenchChannel {
        let channel = try channel(chains, merchant: merchant)
        try await reserve(channel)
        return channel
    }

    public func close(
        _ channel: BenchChannel, at marks: [(UInt64, UInt32)], by key: SigningKey? = nil
    ) throws -> SignedObject<Close> {
        let key = key ?? merchant
        return try key.sign(
            Close(
                commitmentID: channel.id, broker: root.publicKey, merchant: key.publicKey,
                final: marks.compactMap { ordinal, index in
                    Ordinal(ordinal).map { ChainMark(ordinal: $0, index: ChainIndex(index)) }
                }, createdAt: now)
        ).object
    }

    public func redemption(
        _ claims: [RedemptionClaim], by key: SigningKey? = nil, batch: BatchID? = nil,
        asset: Asset? = nil
    ) throws -> SignedObject<Redemption> {
        let key = key ?? merchant
        return try key.sign(
            Redemption(
                batchID: batch ?? drawn(), merchant: key.publicKey, broker: root.publicKey,
                asset: asset ?? self.asset, createdAt: now, claims: claims)
        ).object
    }

    /// Redeems, and checks the answer as a merchant does.
    public func redeem(
        _ claims: [RedemptionClaim], by key: SigningKey? = nil
    ) async throws -> (settlement: Settlement, outcomes: [ClaimOutcome]) {
        let redemption = try redemption(claims, by: key)
        let answer = try await broker.redeem(redemption)
        let verified = try answer.verified(for: redemption)
        return (verified.settlement.payload, verified.outcomes)
    }

    public func statement(
        of key: SigningKey? = nil, after: CommitmentID? = nil
    ) async throws -> AccountStatement {
        let key = key ?? account
        let statement = try await broker.statement(
            key.sign(
                StatementRequest(
                    broker: root.publicKey, account: key.publicKey, asset: asset,
                    createdAt: now, after: after)
            ).object)
        return try AccountStatement(decoding: statement.encoded)
    }

    public func withdrawal(
        _ units: UInt64, by key: SigningKey? = nil, reference: RequestReference? = nil,
        destination: String? = nil
    ) throws -> SignedObject<Withdrawal> {
        let key = key ?? account
        return try key.sign(
            Withdrawal(
                broker: root.publicKey, account: key.publicKey, asset: asset,
                amount: amount(units), reference: reference ?? drawn(), createdAt: now,
                destination: destination)
        ).object
    }

    public func faucetRequest(
        _ units: UInt64, reference: RequestReference? = nil
    ) throws -> SignedObject<FaucetRequest> {
        try account.sign(
            FaucetRequest(
                broker: root.publicKey, account: account.publicKey, asset: asset,
                amount: amount(units), reference: reference ?? drawn(), createdAt: now)
        ).object
    }

    // MARK: Looking

    /// The balance of one account of the ledger.
    public func balance(
        _ owner: LedgerAccountID.Owner, _ party: PublicKey, _ purpose: LedgerAccountID.Purpose
    ) async throws -> Int64 {
        let id = LedgerAccountID(owner, party, purpose, asset)
        var query = LedgerQuery()
        query.accounts = [id]
        return try await store.read(query).account(id).balance
    }

    /// The balances of all accounts, by asset, summed.
    public func sums() async throws -> [Asset: Int64] {
        var sums: [Asset: Int64] = [:]
        for account in try await store.accounts(after: nil, limit: .max) {
            sums[account.id.asset, default: 0] += account.balance
        }
        return sums
    }
}

private final class BenchClock: Sendable {
    /// Tests move it while the broker reads it.
    private let time: Mutex<Timestamp>
    init(_ time: Timestamp) { self.time = Mutex(time) }
    var now: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}
