import PayWord
import StoreConformance
import Synchronization
import TollMerchant

/// A broker in memory: funds commitments, and settles batches by the protocol's rules.
final class TestBroker: RedeemingBroker {
    struct Books {
        var commitments: [CommitmentID: SignedObject<Commitment>] = [:]
        var redeemed: [CommitmentID: [ChainVerifier]] = [:]
        var answers: [BatchID: (digest: Digest, answer: SettlementAnswer)] = [:]
        /// Every redemption that arrived, in order.
        var received: [[UInt8]] = []
        var closes: [Close] = []
        var gross: UInt64 = 0
        // What the test wants to go wrong.
        var isAway = false
        var lostAnswers = 0
        var refusals: [CommitmentID: Reason] = [:]
        var batchRefusal: Reason?
        var stepsMaximum: UInt64 = 1 << 28
        var tampersWithAnswers = false
        var cheat = Cheat.none
    }

    /// What a broker may count that is not right.
    enum Cheat: Sendable {
        case none
        /// Says that it redeemed the first payword of each claim before.
        case less
        /// Says that what was redeemed before is redeemed now.
        case more
        /// Pays one unit less than its own outcome says.
        case falseSum
    }

    let root: SigningKey
    let signer: SigningKey
    let certificate: Verified<Certificate>
    let asset: Asset
    let now = TestTime.start
    private let books = Mutex(Books())

    init(seed: UInt64, asset: Asset) throws {
        var generator = SeededGenerator(seed: seed)
        root = try SigningKey.generate(using: &generator)
        signer = try SigningKey.generate(using: &generator)
        self.asset = asset
        certificate = try root.sign(
            Certificate.brokerSigningKey(
                serial: .random(using: &generator), broker: root.publicKey,
                subject: signer.publicKey, asset: asset, notBefore: now.subtracting(1000),
                notAfter: now.adding(365 * .day)))
    }

    func set<Value>(_ field: any WritableKeyPath<Books, Value> & Sendable, _ value: sending Value) {
        books.withLock { $0[keyPath: field] = value }
    }

    var received: [[UInt8]] { books.withLock { $0.received } }
    var gross: UInt64 { books.withLock { $0.gross } }
    var closes: [Close] { books.withLock { $0.closes } }

    // MARK: Funding

    /// A reservation of the commitment, with the signing key's certificate.
    func reserve(
        _ commitment: SignedObject<Commitment>, units: UInt64? = nil, key: SigningKey? = nil,
        issuedAt: Timestamp? = nil, validUntil: Timestamp? = nil
    ) throws -> [[UInt8]] {
        books.withLock { $0.commitments[commitment.id] = commitment }
        let payload = commitment.payload
        let reservation = try (key ?? signer).sign(
            Reservation(
                commitmentDigest: commitment.digest, broker: root.publicKey, payer: payload.payer,
                merchant: payload.merchant, asset: payload.asset,
                amount: try units.map { try Amount(units: $0) } ?? payload.worth,
                issuedAt: issuedAt ?? now, validUntil: validUntil ?? payload.redeemBy))
        return [reservation.encoded, certificate.encoded]
    }

    /// A certificate for credit.
    func credit(
        _ payer: PublicKey, limit: UInt64, guarantee: UInt64, asset: Asset? = nil,
        notAfter: Timestamp? = nil
    ) throws -> [[UInt8]] {
        let certificate = try signer.sign(
            Certificate.payerWithCredit(
                serial: .zero, broker: root.publicKey, subject: payer, asset: asset ?? self.asset,
                notBefore: now.subtracting(100), notAfter: notAfter ?? now.adding(90 * .day),
                limitPerCommitment: try Amount(units: limit),
                guarantee: try Amount(units: guarantee)))
        return [self.certificate.encoded, certificate.encoded]
    }

    // MARK: RedeemingBroker

    private func checkThere() throws(Refusal) {
        if books.withLock({ $0.isAway }) { throw Refusal(.timedOut, "the broker is away") }
    }

    func describe() async throws(Refusal) -> BrokerDescription {
        try checkThere()
        return BrokerDescription(
            root: root.publicKey, signingCertificates: [certificate.object], assets: [asset],
            isFaucetEnabled: false, batchStepsMaximum: books.withLock { $0.stepsMaximum })
    }

    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        BrokerAnswer(objects: [], signingCertificates: [])
    }

    func deliver(_ close: Verified<Close>) async throws(Refusal) {
        try checkThere()
        books.withLock { $0.closes.append(close.payload) }
    }

    func redeem(
        _ redemption: Verified<Redemption>
    ) async throws(Refusal) -> SettlementAnswer {
        try checkThere()
        let result: Result<SettlementAnswer, Refusal> = books.withLock { books in
            do throws(Refusal) {
                return .success(try settle(redemption, &books))
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func settle(
        _ redemption: Verified<Redemption>, _ books: inout Books
    ) throws(Refusal) -> SettlementAnswer {
        let payload = redemption.payload
        books.received.append(redemption.encoded)
        if let reason = books.batchRefusal { throw Refusal(reason) }
        let answer: SettlementAnswer
        if let known = books.answers[payload.batchID] {
            guard known.digest == redemption.digest else { throw Refusal(.batchConflict) }
            answer = known.answer
        } else {
            answer = try newAnswer(redemption, &books)
            books.answers[payload.batchID] = (redemption.digest, answer)
        }
        if books.lostAnswers > 0 {
            books.lostAnswers -= 1
            throw Refusal(.timedOut, "the answer was lost")
        }
        return answer
    }

    private func newAnswer(
        _ redemption: Verified<Redemption>, _ books: inout Books
    ) throws(Refusal) -> SettlementAnswer {
        let payload = redemption.payload
        var outcomes: [ClaimOutcome] = []
        var refusals: [SettlementRefusal] = []
        for (index, claim) in payload.claims.enumerated() {
            let position = UInt32(index)
            do throws(Refusal) {
                outcomes.append(try judge(claim, position, &books))
            } catch {
                refusals.append(SettlementRefusal(position: position, reason: error.reason))
                outcomes.append(
                    ClaimOutcome(
                        position: position, commitmentID: .zero, refused: error.reason))
            }
        }
        let gross = try outcomes.map(\.amount).sum()
        books.gross += gross.units
        let paywords = outcomes.flatMap(\.advances)
            .reduce(UInt64(0)) { $0 + UInt64($1.to.steps(downTo: $1.from)) }
        let leaves = outcomes.map(\.encoded)
        let signed = try (books.tampersWithAnswers ? root : signer).sign(
            Settlement(
                batchID: payload.batchID,
                redemptionDigest: books.tampersWithAnswers ? .zero : redemption.digest,
                broker: root.publicKey, merchant: payload.merchant, asset: payload.asset,
                gross: gross, fee: .zero, net: gross,
                claimsAccepted: UInt64(outcomes.count - refusals.count),
                paywordsRedeemed: paywords, refusals: refusals,
                settlementID: SettlementID(payload.batchID.bytes) ?? .zero,
                settledAt: payload.createdAt, outcomesRoot: MerkleTree(leaves: leaves).root,
                lines: [SettlementLine(party: payload.merchant, kind: .merchant, amount: gross)]))
        return SettlementAnswer(
            settlement: signed.object, signingCertificates: [certificate.object], leaves: leaves)
    }

    private func judge(
        _ claim: RedemptionClaim, _ position: UInt32, _ books: inout Books
    ) throws(Refusal) -> ClaimOutcome {
        let commitment: SignedObject<Commitment>
        switch claim.commitment {
        case .object(let bytes): commitment = try SignedObject(decoding: bytes)
        case .id(let id):
            guard let known = books.commitments[id] else { throw Refusal(.unknownCommitment) }
            commitment = known
        }
        if let reason = books.refusals[commitment.id] { throw Refusal(reason) }
        var chains = books.redeemed[commitment.id] ?? commitment.chainVerifiers
        var advances: [ClaimOutcome.Advance] = []
        var amount = Amount.zero
        for payword in claim.paywords {
            let chain = chains[payword.ordinal.position]
            guard payword.index > chain.accepted.index else { continue }
            let steps = try chain.check(payword.position, stepsMaximum: .max)
            advances.append(
                ClaimOutcome.Advance(
                    ordinal: payword.ordinal, from: chain.accepted.index, to: payword.index))
            let denomination = try commitment.payload.chain(payword.ordinal).denomination
            amount = try amount.adding(denomination.multiplied(by: UInt64(steps)))
            chains[payword.ordinal.position].accept(payword.position)
        }
        books.redeemed[commitment.id] = chains
        if books.cheat != .none, let last = advances.indices.last {
            let wrong = advances[last]
            let denomination = try commitment.payload.chain(wrong.ordinal).denomination
            switch books.cheat {
            case .falseSum: amount = try amount.subtracting(Amount(units: 1))
            case .less:
                amount = try amount.subtracting(denomination)
                advances[last] = ClaimOutcome.Advance(
                    ordinal: wrong.ordinal, from: ChainIndex(wrong.from.value + 1), to: wrong.to)
            default:
                amount = try amount.adding(denomination)
                advances[last] = ClaimOutcome.Advance(
                    ordinal: wrong.ordinal, from: ChainIndex(wrong.from.value - 1), to: wrong.to)
            }
        }
        return ClaimOutcome(
            position: position, commitmentID: commitment.id, advances: advances, amount: amount)
    }
}
