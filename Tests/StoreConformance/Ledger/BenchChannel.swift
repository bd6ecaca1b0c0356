internal import DeterministicCBOR
public import PayWord
internal import TollBroker

/// A commitment and the tips of its chains: what a payer holds.
public struct BenchChannel: Sendable {
    public let commitment: Verified<Commitment>
    private let tips: [Payword]
    private let keys: [ChainKey]

    /// The commitment's id.
    public var id: CommitmentID { commitment.object.id }

    /// Signs `draft` once its roots are known, with tips from `random`.
    public init(
        _ draft: Commitment, payer: SigningKey, random: LedgerRandom
    ) throws {
        var random = random
        let context = draft.context
        var tips: [Payword] = []
        var keys: [ChainKey] = []
        var chains: [CommittedChain] = []
        for (ordinal, chain) in zip(Ordinal.all(count: draft.chains.count), draft.chains) {
            let tip = Payword.random(using: &random)
            let key = ChainKey(context: context, ordinal: ordinal)
            let root = key.walk(
                from: ChainPosition(index: chain.length, payword: tip), steps: chain.length.value)
            tips.append(tip)
            keys.append(key)
            chains.append(
                CommittedChain(
                    denomination: chain.denomination, length: chain.length, root: root.payword))
        }
        self.tips = tips
        self.keys = keys
        commitment = try payer.sign(
            Commitment(
                nonce: draft.nonce, payer: draft.payer, merchant: draft.merchant,
                broker: draft.broker, asset: draft.asset, chains: chains,
                issuedAt: draft.issuedAt, expiresAt: draft.expiresAt, redeemBy: draft.redeemBy,
                termsDigest: draft.termsDigest, conditions: draft.conditions))
    }

    /// The paywords of some chains at some indexes.
    public func paywords(_ marks: [(UInt64, UInt32)]) -> PaywordClaims {
        PaywordClaims(marks.compactMap { claim($0, ChainIndex($1)) })
    }

    private func claim(_ number: UInt64, _ index: ChainIndex) -> PaywordClaim? {
        guard let ordinal = Ordinal(number) else { return nil }
        guard ordinal.position < tips.count else {
            return PaywordClaim(ordinal: ordinal, index: index, payword: .zero)
        }
        let length = commitment.payload.chains[ordinal.position].length
        let tip = ChainPosition(index: length, payword: tips[ordinal.position])
        let payword = keys[ordinal.position].payword(at: index, from: tip)
        return PaywordClaim(ordinal: ordinal, index: index, payword: payword ?? .zero)
    }

    /// A claim by the commitment's id.
    public func claim(_ marks: [(UInt64, UInt32)]) -> RedemptionClaim {
        RedemptionClaim(commitment: .id(id), paywords: paywords(marks))
    }

    /// A claim that carries the commitment.
    public func embeddedClaim(_ marks: [(UInt64, UInt32)]) -> RedemptionClaim {
        RedemptionClaim(
            commitment: .object(commitment.encoded), paywords: paywords(marks))
    }

    /// A claim of paywords that nobody revealed.
    public func forgedClaim(_ marks: [(UInt64, UInt32)]) -> RedemptionClaim {
        RedemptionClaim(
            commitment: .id(id),
            paywords: PaywordClaims(
                marks.compactMap { number, index in
                    Ordinal(number).map {
                        PaywordClaim(ordinal: $0, index: ChainIndex(index), payword: .zero)
                    }
                }))
    }
}

extension BrokerBench {
    /// What a commitment between these parties says, with roots of zero.
    public func draft(
        _ chains: [(UInt64, UInt32)] = [(1, 50), (100, 10)], merchant: PublicKey? = nil,
        broker: PublicKey? = nil, asset: Asset? = nil, payer: PublicKey? = nil,
        nonce: Nonce? = nil, issuedAt: Timestamp? = nil, expiresAt: Timestamp? = nil,
        redeemBy: Timestamp? = nil, conditions: [Condition] = []
    ) throws -> Commitment {
        let issued = issuedAt ?? now
        return Commitment(
            nonce: nonce ?? drawn(), payer: payer ?? self.payer.publicKey,
            merchant: merchant ?? self.merchant.publicKey, broker: broker ?? root.publicKey,
            asset: asset ?? self.asset,
            chains: try chains.map { denomination, length in
                CommittedChain(
                    denomination: try amount(denomination), length: ChainIndex(length),
                    root: .zero)
            }, issuedAt: issued, expiresAt: expiresAt ?? issued.adding(7 * .day),
            redeemBy: redeemBy ?? issued.adding(14 * .day), conditions: conditions)
    }

    /// A channel of the payer with a merchant; not reserved yet.
    public func channel(
        _ chains: [(UInt64, UInt32)] = [(1, 50), (100, 10)], merchant: SigningKey? = nil
    ) throws -> BenchChannel {
        try channel(draft(chains, merchant: merchant?.publicKey))
    }

    /// The channel of a draft.
    public func channel(_ draft: Commitment, payer: SigningKey? = nil) throws -> BenchChannel {
        try BenchChannel(draft, payer: payer ?? self.payer, random: random)
    }
}

extension Condition {
    /// A condition of a kind that no broker of this version enforces.
    public static var unenforced: Condition {
        Condition(
            type: 3, ordinals: Ordinal.all(count: 1), parameters: .array([.unsigned(1)]))
    }
}
