internal import DeterministicCBOR

/// The answer to a redemption:
/// `[settlement object, [signing certificate object …], [leaf …]]`, each leaf as a byte string.
///
/// The broker keeps and repeats these bytes, so a batch that is sent again is answered alike, byte
/// for byte.
///
/// ```swift
/// let answer = try SettlementAnswer(decoding: body)  // POST /v1/redemptions
/// let (settlement, outcomes) = try answer.verified(for: redemption)
/// print(settlement.payload.net, outcomes.filter { $0.reasonNumber != nil })
/// ```
public struct SettlementAnswer: Sendable, Equatable {
    /// The settlement, its signature not checked yet: ``verified(for:)`` does.
    public let settlement: SignedObject<Settlement>
    /// Certificates of role 3 of the key that signed the settlement, at most 16, not checked yet.
    public let signingCertificates: [SignedObject<Certificate>]
    /// The outcomes as they were hashed, one for each claim in its order, each a ``ClaimOutcome``
    /// of at most 1,024 bytes.
    public let leaves: [[UInt8]]
    /// The whole answer as it came or was made: what a broker stores and a merchant keeps as
    /// evidence.
    public let encoded: [UInt8]

    /// An answer of these parts, encoded once. The lists' lengths are the caller's to keep.
    public init(
        settlement: SignedObject<Settlement>, signingCertificates: [SignedObject<Certificate>],
        leaves: [[UInt8]]
    ) {
        self.settlement = settlement
        self.signingCertificates = signingCertificates
        self.leaves = leaves
        var encoder = CBOREncoder(capacity: settlement.encoded.count + 64 * leaves.count + 1024)
        encoder.writeArray(count: 3)
        encoder.writeBytes(settlement.encoded)
        encoder.writeArray(count: signingCertificates.count)
        for certificate in signingCertificates { encoder.writeBytes(certificate.encoded) }
        encoder.writeArray(count: leaves.count)
        for leaf in leaves { encoder.writeBytes(leaf) }
        encoded = encoder.bytes
    }

    /// Decodes an answer, but not its leaves. No signature and no figure is checked.
    /// - Throws: `too-large` above 64 MiB, for a list above its maximum or a leaf above 1,024
    ///   bytes; `malformed`, `not-canonical`, or what an embedded object gives.
    public init(decoding bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Redemption.encodedBytesMaximum else { throw Refusal(.tooLarge) }
        var decoder = try CBORDecoder.answer(bytes)
        try decoder.readTuple("answer", count: 3)
        settlement = try decoder.readObject()
        signingCertificates = try decoder.readSigningCertificates()
        leaves = try decoder.readList("leaves", count: 0...Redemption.claimsMaximum) {
            (d) throws(Refusal) in try d.readBytes("leaf", bytesMaximum: 1024)
        }
        encoded = bytes
    }

    /// Checks the whole answer against the redemption it answers: the signature, the figures, every
    /// leaf against the root, and every accepted claim against what was claimed.
    /// - Returns: the settlement and the outcomes, by position.
    /// - Throws: `wrong-broker`, `bad-signature`, `batch-conflict` (another redemption's answer), or
    ///   `amount-mismatch` (figures that do not follow from the outcomes).
    public func verified(
        for redemption: SignedObject<Redemption>
    ) throws(Refusal) -> (settlement: Verified<Settlement>, outcomes: [ClaimOutcome]) {
        let verified = try signed(by: redemption.payload.broker)
        let payload = verified.payload
        guard payload.batchID == redemption.payload.batchID,
            payload.redemptionDigest == redemption.digest,
            payload.merchant == redemption.payload.merchant,
            payload.asset == redemption.payload.asset
        else { throw Refusal(.batchConflict, "the settlement is of another redemption") }
        let outcomes = try outcomes(of: payload)
        let claims = redemption.payload.claims
        guard outcomes.count == claims.count else { throw Self.wrongFigures }
        for (outcome, claim) in zip(outcomes, claims) where outcome.reasonNumber == nil {
            try outcome.check(settles: claim)
        }
        return (verified, outcomes)
    }

    /// Checks what the answer says by itself, where the redemption is not kept: the signature under
    /// the broker's root, every leaf against the settlement's root, and that the figures follow from
    /// the leaves.
    /// - Returns: the settlement and the outcomes, by position.
    /// - Throws: `wrong-broker`, `bad-signature`, or `amount-mismatch`.
    public func verified(
        by root: PublicKey
    ) throws(Refusal) -> (settlement: Verified<Settlement>, outcomes: [ClaimOutcome]) {
        let verified = try signed(by: root)
        return (verified, try outcomes(of: verified.payload))
    }

    private func signed(by root: PublicKey) throws(Refusal) -> Verified<Settlement> {
        try settlement.verified(
            by: BrokerIdentity(root: root, signingCertificates: signingCertificates))
    }

    /// The outcomes, after the root and the figures were checked.
    private func outcomes(of payload: Settlement) throws(Refusal) -> [ClaimOutcome] {
        guard MerkleTree(leaves: leaves).root == payload.outcomesRoot else {
            throw Refusal(.amountMismatch, "the outcomes do not lead to the settlement's root")
        }
        var outcomes: [ClaimOutcome] = []
        outcomes.reserveCapacity(leaves.count)
        for leaf in leaves { outcomes.append(try ClaimOutcome(decoding: leaf[...])) }
        try payload.checkFigures()
        try Self.check(payload, follows: outcomes)
        return outcomes
    }

    private static let wrongFigures = Refusal(
        .amountMismatch, "the settlement's figures do not follow from its outcomes")

    private static func check(
        _ settlement: Settlement, follows outcomes: [ClaimOutcome]
    ) throws(Refusal) {
        let refused = outcomes.filter { $0.reasonNumber != nil }
        let paywords = outcomes.reduce(UInt64(0)) { total, outcome in
            outcome.advances.reduce(total) { $0 &+ UInt64($1.to.steps(downTo: $1.from)) }
        }
        guard outcomes.enumerated().allSatisfy({ $0 == Int($1.position) }),
            try outcomes.map(\.amount).sum() == settlement.gross,
            settlement.claimsAccepted == UInt64(outcomes.count - refused.count),
            settlement.paywordsRedeemed == paywords,
            refused.map(\.position) == settlement.refusals.map(\.position),
            refused.map(\.reasonNumber) == settlement.refusals.map({ Optional($0.reasonNumber) })
        else { throw wrongFigures }
    }
}

extension ClaimOutcome {
    /// Checks that this outcome of an accepted claim is of `claim`: of its commitment, of chains
    /// that it claims, up to the indexes that it claims. Where the claim carries the commitment,
    /// the amount is recomputed too.
    /// - Throws: `amount-mismatch`, or what a commitment that cannot be read gives.
    fileprivate func check(settles claim: RedemptionClaim) throws(Refusal) {
        let claimed = claim.paywords.map(\.mark)
        guard
            advances.allSatisfy({ advance in
                claimed.contains(ChainMark(ordinal: advance.ordinal, index: advance.to))
            })
        else { throw Refusal(.amountMismatch, "outcome \(position) is not what was claimed") }
        switch claim.commitment {
        case .id(let id):
            guard id == commitmentID else { throw Self.otherCommitment(position) }
        case .object(let encoded):
            let commitment = try SignedObject<Commitment>(decoding: encoded)
            guard commitment.id == commitmentID else { throw Self.otherCommitment(position) }
            var worth = Amount.zero
            for advance in advances {
                let steps = UInt64(advance.to.steps(downTo: advance.from))
                let chain = try commitment.payload.chain(advance.ordinal)
                worth = try worth.adding(chain.denomination.multiplied(by: steps))
            }
            guard worth == amount else {
                throw Refusal(
                    .amountMismatch, "outcome \(position) pays \(amount) units, not \(worth)")
            }
        }
    }

    private static func otherCommitment(_ position: UInt32) -> Refusal {
        Refusal(.amountMismatch, "outcome \(position) is of another commitment")
    }
}
