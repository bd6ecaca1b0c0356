public import Failpoints
public import Logging
public import PayWord
public import PeerProtocol

/// A merchant: opens channels, counts payments on them, closes them. What a server of the peer
/// protocol and an HTTP gate drive alike, so that there is one place where a payword is judged.
///
/// Whatever it answers is on disk. Several merchants may work over one store.
///
/// ```swift
/// let merchant = Merchant(
///     key: key, policy: MerchantPolicy(asset: euro, brokers: [broker]), store: store,
///     catalogue: catalogue, clock: clock)
/// let channel = try await merchant.open(commitment, funding: [reservation], salt: nil)
/// let answers = await merchant.pay([payment])
/// ```
public final class Merchant: Sendable {
    /// How often a close is made anew because the channel moved meanwhile.
    static let closeAttemptsMaximum = 8

    /// The party that signs offers, receipts and closes.
    public var publicKey: PublicKey { key.publicKey }
    /// What it takes.
    public let policy: MerchantPolicy
    /// Where its channels are.
    public let store: any ChannelStore

    let key: SigningKey
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    let table: ChannelTable
    private let verifier: CommitmentVerifier
    private let verification = VerificationPool()
    let offers: OfferBook
    let pipeline: PaymentPipeline

    /// A merchant over a store. Nothing is read or written before the first call.
    ///
    /// - Parameters:
    ///   - key: what it signs with.
    ///   - policy: what it takes.
    ///   - store: where its channels are.
    ///   - catalogue: what it sells by name.
    ///   - limits: how much memory it takes.
    ///   - clock: the present time.
    ///   - failpoints: places where a test may end the process.
    ///   - logger: where it tells what happens; nothing secret.
    public init(
        key: SigningKey, policy: MerchantPolicy, store: any ChannelStore,
        catalogue: Catalogue = .empty, limits: MerchantLimits = MerchantLimits(),
        clock: @escaping @Sendable () -> Timestamp, failpoints: Failpoints = .none,
        logger: Logger = Logger(label: "tollchain.merchant")
    ) {
        self.key = key
        self.policy = policy
        self.store = store
        self.clock = clock
        self.logger = logger
        table = ChannelTable(store: store, countMaximum: limits.liveChannelsMaximum)
        verifier = CommitmentVerifier(merchant: key.publicKey, policy: policy)
        offers = OfferBook(key: key, policy: policy, catalogue: catalogue)
        pipeline = PaymentPipeline(
            store: store, table: table, gate: PaymentGate(policy: policy),
            failpoints: failpoints, limits: limits, clock: clock)
    }

    /// What it allows on one connection, as its hello-ack announces it.
    public var peerLimits: PeerLimits { PeerLimits(jump: policy.jumpMaximum) }

    /// The signed price of a resource.
    /// - Throws: `unknown-resource`.
    public func offer(for resource: String) async throws(Refusal) -> Verified<Offer> {
        try offers.offer(for: resource, at: clock())
    }

    /// Opens a channel, or resumes one that is open or closed. The caller has checked that the other
    /// side holds the payer's key.
    ///
    /// - Parameters:
    ///   - commitment: the payer's promise.
    ///   - funding: what stands behind it: a reservation, or a certificate for credit, with the
    ///     certificates of the broker's signing keys.
    ///   - salt: what the commitment's terms digest was made with; nil if the payer keeps it.
    /// - Returns: the channel as it is on disk.
    /// - Throws: what ``CommitmentVerifier/judge(_:funding:at:)`` throws; `unknown-resource` for
    ///   terms that are no offer of this merchant; `duplicate-commitment`; `limit-exceeded`; `busy`
    ///   if very many wait to be opened.
    public func open(
        _ commitment: SignedObject<Commitment>, funding: [[UInt8]], salt: TermsSalt?
    ) async throws(Refusal) -> ChannelStatus {
        if let record = try await store.channel(commitment.id) {
            // The stored bytes were verified when the channel was opened.
            if record.terms.commitment != commitment.encoded {
                _ = try await verification.run { () throws(Refusal) in try commitment.verified() }
            }
            return try resume(record)
        }
        let now = clock()
        let judgement = try await verification.run { [verifier] () throws(Refusal) in
            try verifier.judge(commitment, funding: funding, at: now)
        }
        if let terms = commitment.payload.termsDigest, let salt {
            try offers.check(terms: terms, salt: salt, at: now)
        }
        let record = try ChannelRecord(
            opening: judgement.commitment, funding: judgement.funding, at: now)
        let stored = try await store.open(record, limits: judgement.limits, at: now)
        logger.debug("channel opened", metadata: ["channel": "\(record.terms.id)"])
        return try resume(stored)
    }

    private func resume(_ record: ChannelRecord) throws(Refusal) -> ChannelStatus {
        let channel = try table.keep(record)
        channel.refresh(record.state)
        return record.state.status
    }

    /// Counts payments, in order, and returns when all that were counted are on disk.
    ///
    /// - Returns: for each what became of it, or why it was refused and changed nothing. A payment
    ///   that was sent again is acknowledged without being counted: whoever serves for a payment
    ///   serves for one that was counted.
    public func pay(_ batch: [PaymentRequest]) async -> PaymentAnswers {
        guard !batch.isEmpty else { return PaymentAnswers(count: 0) }
        let ticket = PaymentTicket(batch)
        let count = pipeline.admit(ticket)
        var place = 0
        while place < count {
            let id = batch[place].commitmentID
            // Payments of one channel often come one after another: they share what it costs to
            // find it.
            var end = place + 1
            while end < count, batch[end].commitmentID == id { end += 1 }
            do throws(Refusal) {
                if let channel = table.find(id) {
                    pipeline.submit(ticket, place..<end, on: channel)
                } else {
                    pipeline.submit(ticket, place..<end, on: try await table.channel(id))
                }
            } catch {
                pipeline.refuse(ticket, place..<end, error)
            }
            place = end
        }
        return await ticket.answers()
    }

    /// How a channel stands on disk.
    /// - Throws: `unknown-commitment`.
    public func status(_ id: CommitmentID) async throws(Refusal) -> ChannelStatus {
        if let state = try await table.channel(id).settled { return state.status }
        guard let record = try await store.channel(id) else { throw Refusal(.unknownCommitment) }
        return record.state.status
    }

    /// What a channel has accepted and spent, as far as this process has it on disk.
    /// - Throws: `unknown-commitment`.
    public func amounts(_ id: CommitmentID) async throws(Refusal) -> ChannelAmounts {
        try await table.channel(id).durable
    }

    /// Gives back what was spent: lowers it, once for each reference.
    /// - Throws: `unknown-commitment`, `channel-closed`, `insufficient-funds`, `already-settled`
    ///   below what was claimed at the broker, `reference-conflict`.
    public func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?
    ) async throws(Refusal) -> ChannelStatus {
        guard (1...PaymentRequest.referenceBytesMaximum).contains(reference?.count ?? 1) else {
            throw Refusal(.malformed, "a reference has 1 to 64 bytes")
        }
        let state = try await store.refund(id, amount: amount, reference: reference, at: clock())
        table.find(id)?.refresh(state)
        return state.status
    }

    /// Returns when no payment waits: for a graceful stop.
    public func drain() async { await pipeline.drain() }
}
