public import Failpoints
public import Logging
public import PayWord
internal import Synchronization

/// Turns what is spent into money: collects what grew on the channels, sends it to brokers in
/// batches, and records what they settled.
///
/// A batch is in the store before it is sent, and the same bytes are sent until they are answered;
/// so a crash, a lost answer or a broker that is away for days costs nothing but time. A claim that
/// is refused for now goes into a later batch; one that is refused for good is filed for a person.
///
/// ```swift
/// let redeemer = Redeemer(key: key, asset: euro, store: store, brokers: [root: client], clock: clock)
/// let report = try await redeemer.redeem(at: root)
/// ```
public final class Redeemer: Sendable {
    /// How many channels are read from the store at once.
    static let pageMaximum = 1024
    /// How often a batch is made anew because its channels changed meanwhile.
    static let attemptsMaximum = 4
    /// How many batches one run sends at most; the next run goes on.
    static let batchesMaximum = 4096

    /// The brokers, by their root keys.
    public let brokers: [PublicKey: any RedeemingBroker]

    let store: any ChannelStore
    let logger: Logger
    private let key: SigningKey
    let asset: Asset
    private let limits: RedemptionLimits
    let clock: @Sendable () -> Timestamp
    private let newBatchID: @Sendable () -> BatchID
    private let failpoints: Failpoints
    /// Brokers at which a run is under way, and channels whose commitment a broker asked for.
    private let work = Mutex(Work())

    private struct Work {
        var running: Set<PublicKey> = []
        var commitmentsWanted: Set<CommitmentID> = []
        /// Brokers whose filed refusals were read.
        var remembered: Set<PublicKey> = []
    }

    /// A redeemer for one asset. Nothing is sent before the first call.
    ///
    /// - Parameters:
    ///   - key: the merchant's key.
    ///   - asset: what is redeemed.
    ///   - store: the merchant's channels.
    ///   - brokers: by their root keys. For two-party channels, an ``OwnLedger`` under the
    ///     merchant's own key.
    ///   - limits: how large a batch may be, if smaller than the protocol and the broker allow.
    ///   - clock: the present time.
    ///   - newBatchID: draws 16 random bytes.
    ///   - failpoints: places where a test may end the process.
    ///   - logger: where it tells what happens.
    public init(
        key: SigningKey, asset: Asset, store: any ChannelStore,
        brokers: [PublicKey: any RedeemingBroker],
        limits: RedemptionLimits = RedemptionLimits(stepsMaximum: .max),
        clock: @escaping @Sendable () -> Timestamp,
        newBatchID: @escaping @Sendable () -> BatchID = {
            var generator = SystemRandomNumberGenerator()
            return BatchID.random(using: &generator)
        },
        failpoints: Failpoints = .none, logger: Logger = Logger(label: "tollchain.redeemer")
    ) {
        self.key = key
        self.asset = asset
        self.store = store
        self.brokers = brokers
        self.limits = limits
        self.clock = clock
        self.newBatchID = newBatchID
        self.failpoints = failpoints
        self.logger = logger
    }

    /// Redeems what is due at one broker: first the batches that were never answered, then what has
    /// grown since, then tells it of closes.
    ///
    /// - Returns: what was settled.
    /// - Throws: `untrusted-broker` for one that is not among ``brokers``; `busy` while another run is
    ///   under way; what the broker or the store throws. What was settled before that is recorded,
    ///   and the next run goes on from there.
    public func redeem(at broker: PublicKey) async throws(Refusal) -> RedemptionReport {
        guard let client = brokers[broker] else { throw Refusal(.untrustedBroker) }
        guard work.withLock({ $0.running.insert(broker).inserted }) else {
            throw Refusal(.busy, "a redemption is under way")
        }
        defer { work.withLock { _ = $0.running.remove(broker) } }
        try await rememberWanted(by: broker)
        var report = RedemptionReport()
        for batch in try await store.unansweredBatches(at: broker) {
            try await send(batch, to: client, &report)
        }
        try await redeemNew(at: broker, client, &report)
        report.closesDelivered = try await deliverCloses(at: broker, client)
        return report
    }

    private func redeemNew(
        at broker: PublicKey, _ client: any RedeemingBroker, _ report: inout RedemptionReport
    ) async throws(Refusal) {
        var limits: RedemptionLimits?
        var cursor: CommitmentID?
        var isCut = false
        for _ in 0..<Self.batchesMaximum {
            if limits == nil {
                // Asked only where there is something to claim.
                guard
                    try await !store.claimable(at: broker, asset: asset, after: nil, limit: 1)
                        .isEmpty
                else { return }
                limits = try await limitsNow(at: broker, client)
            }
            guard let limits else { return }
            let (batch, collected) = try await nextBatch(at: broker, limits, after: cursor)
            isCut = isCut || collected.isCut
            cursor = collected.cursor
            if let batch {
                try await send(batch, to: client, &report)
            }
            if cursor == nil {
                // The end of the channels; those that were too long for one batch come again.
                guard isCut, batch != nil else { return }
                isCut = false
            }
        }
    }

    private func limitsNow(
        at broker: PublicKey, _ client: any RedeemingBroker
    ) async throws(Refusal) -> RedemptionLimits {
        let description = try await client.describe()
        guard description.root == broker else {
            throw Refusal(.wrongBroker, "the broker there is \(description.root)")
        }
        return RedemptionLimits(
            claimsMaximum: limits.claimsMaximum, bytesMaximum: limits.bytesMaximum,
            stepsMaximum: min(limits.stepsMaximum, description.batchStepsMaximum))
    }

    /// Where the collection of a batch ended: after which channel the next goes on, nil at the end.
    private struct Collected {
        var cursor: CommitmentID?
        var isCut = false
    }

    /// The next batch, recorded; nil if there is nothing to claim.
    private func nextBatch(
        at broker: PublicKey, _ limits: RedemptionLimits, after cursor: CommitmentID?
    ) async throws(Refusal) -> (RedemptionBatch?, Collected) {
        for attempt in 1...Self.attemptsMaximum {
            let (builder, collected) = try await collect(at: broker, limits, after: cursor)
            guard !builder.isEmpty else { return (nil, collected) }
            let now = clock()
            let redemption = try key.sign(
                Redemption(
                    batchID: newBatchID(), merchant: key.publicKey, broker: broker, asset: asset,
                    createdAt: now, claims: builder.claims))
            let batch = RedemptionBatch(
                id: redemption.payload.batchID, broker: broker, asset: asset, createdAt: now,
                claims: builder.entries, redemption: redemption.encoded)
            do throws(Refusal) {
                try await store.record(batch)
                return (batch, collected)
            } catch {
                guard error.reason == .batchConflict, attempt < Self.attemptsMaximum else {
                    throw error
                }
            }
        }
        throw Refusal(.busy, "the channels changed while a batch was made")
    }

    private func collect(
        at broker: PublicKey, _ limits: RedemptionLimits, after start: CommitmentID?
    ) async throws(Refusal) -> (BatchBuilder, Collected) {
        var builder = BatchBuilder(limits: limits)
        var collected = Collected(cursor: start)
        while !builder.isFull {
            let page = try await store.claimable(
                at: broker, asset: asset, after: collected.cursor, limit: Self.pageMaximum)
            for record in page {
                let isObjectSent =
                    record.terms.funding == .credit
                    || work.withLock { $0.commitmentsWanted.contains(record.terms.id) }
                // A claim is cut only to the size of a whole batch; one that does not fit into the
                // rest of this batch opens the next.
                let made = try ClaimMaker.make(
                    record, stepsMaximum: limits.stepsMaximum, sendsCommitment: isObjectSent)
                if let made {
                    guard builder.add(made) else { return (builder, collected) }
                    collected.isCut = collected.isCut || made.isCut
                }
                collected.cursor = record.terms.id
                if builder.isFull { break }
            }
            if page.count < Self.pageMaximum, !builder.isFull {
                collected.cursor = nil
                break
            }
        }
        return (builder, collected)
    }

    /// Sends a batch, as often as it takes, and records the answer.
    private func send(
        _ batch: RedemptionBatch, to client: any RedeemingBroker, _ report: inout RedemptionReport
    ) async throws(Refusal) {
        let redemption = try SignedObject<Redemption>(decoding: batch.redemption).verified()
        failpoints.reach(.merchantBeforeRedeem)
        let answer: SettlementAnswer
        do throws(Refusal) {
            answer = try await client.redeem(redemption)
        } catch {
            try await giveUp(batch, after: error)
            throw error
        }
        let (settlement, outcomes, finding) = try await judge(answer, to: batch, redemption.object)
        failpoints.reach(.merchantAfterRedeem)
        let record = SettlementRecord(settlement, expected: finding.expected)
        try await store.settle(
            batch.id, record: record, outcomes: finding.results, answer: answer.encoded)
        note(batch, outcomes)
        report.settlements.append(record)
        report.discrepancies += finding.discrepancies
        tell(finding.discrepancies, of: settlement.payload)
    }

    /// A batch that the broker refuses as a whole for good is given up: nothing of it is settled, so
    /// its claims are made anew. Any other stays, and is sent again.
    private func giveUp(_ batch: RedemptionBatch, after refusal: Refusal) async throws(Refusal) {
        guard !refusal.reason.isRetryable else { return }
        logger.error(
            "the broker refuses a batch",
            metadata: ["batch": "\(batch.id)", "reason": "\(refusal.reason.code)"])
        try await store.abandon(batch.id, reason: refusal.reason, at: clock())
    }

    /// Finds among the filed refusals which commitments a broker did not know by their ids: another
    /// process may have asked.
    private func rememberWanted(by broker: PublicKey) async throws(Refusal) {
        guard !work.withLock({ $0.remembered.contains(broker) }) else { return }
        let filed = try await store.refusals(skipping: 0, limit: Self.pageMaximum)
        let wanted = filed.filter { $0.broker == broker && $0.reason == .unknownCommitment }
            .compactMap(\.channel)
        work.withLock { work in
            work.commitmentsWanted.formUnion(wanted)
            work.remembered.insert(broker)
        }
    }

    /// Remembers which commitments a broker did not know by their ids.
    private func note(_ batch: RedemptionBatch, _ outcomes: [ClaimOutcome]) {
        work.withLock { work in
            for (claim, outcome) in zip(batch.claims, outcomes) {
                if outcome.reason == .unknownCommitment {
                    work.commitmentsWanted.insert(claim.id)
                } else if !work.commitmentsWanted.isEmpty {
                    work.commitmentsWanted.remove(claim.id)
                }
            }
        }
    }
}
