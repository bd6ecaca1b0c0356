internal import DeterministicCBOR
public import PayWord

/// A payer's side of one channel, for tests: a commitment with chains whose paywords are all known.
public struct PayingChannel: Sendable {
    /// The payer's key.
    public let payer: SigningKey
    /// The signed promise.
    public let commitment: Verified<Commitment>
    private let secret: WalletSecret

    /// The channel's id.
    public var id: CommitmentID { commitment.object.id }

    /// A channel with chains of these denominations and lengths.
    public init(
        payer: SigningKey, merchant: PublicKey, broker: PublicKey, asset: Asset,
        chains: [(denomination: UInt64, length: UInt32)], nonce: UInt64 = 1,
        issuedAt: Timestamp = TestTime.start, lifetime: Seconds = 30 * .day,
        redeemMargin: Seconds = 7 * .day, termsDigest: Digest? = nil,
        conditions: [Condition] = []
    ) throws(Refusal) {
        var generator = SeededGenerator(seed: nonce)
        secret = WalletSecret.generate(using: &generator)
        self.payer = payer
        let nonce = Nonce.random(using: &generator)
        func commitment(_ roots: [Payword]) throws(Refusal) -> Commitment {
            var committed: [CommittedChain] = []
            for (chain, root) in zip(chains, roots) {
                committed.append(
                    CommittedChain(
                        denomination: try Amount(units: chain.denomination),
                        length: ChainIndex(chain.length), root: root))
            }
            let expiresAt = issuedAt.adding(lifetime)
            return Commitment(
                nonce: nonce, payer: payer.publicKey, merchant: merchant, broker: broker,
                asset: asset, chains: committed, issuedAt: issuedAt, expiresAt: expiresAt,
                redeemBy: expiresAt.adding(redeemMargin), termsDigest: termsDigest,
                conditions: conditions)
        }
        let context = try commitment(chains.map { _ in .zero }).context
        var roots: [Payword] = []
        for (ordinal, chain) in zip(Ordinal.all(count: chains.count), chains) {
            let tip = ChainPosition(
                index: ChainIndex(chain.length),
                payword: secret.tip(context: context, ordinal: ordinal))
            let key = ChainKey(context: context, ordinal: ordinal)
            roots.append(key.walk(from: tip, steps: chain.length).payword)
        }
        self.commitment = try payer.sign(try commitment(roots))
    }

    /// The payword of a chain at an index; zero where the chain has none.
    public func claim(_ ordinal: Int, _ index: UInt32) -> PaywordClaim {
        let ordinal = Ordinal.all(count: 8)[ordinal]
        let context = commitment.object.context
        let length = (try? commitment.payload.chain(ordinal).length) ?? .zero
        let tip = ChainPosition(
            index: length, payword: secret.tip(context: context, ordinal: ordinal))
        let payword = ChainKey(context: context, ordinal: ordinal)
            .payword(at: ChainIndex(index), from: tip)
        return PaywordClaim(
            ordinal: ordinal, index: ChainIndex(index), payword: payword ?? .zero)
    }

    /// The payer's signed wish to close.
    public func closeRequest(
        at time: Timestamp = TestTime.start
    ) throws(Refusal) -> SignedObject<CloseRequest> {
        try payer.sign(
            CloseRequest(
                commitmentID: id, merchant: commitment.payload.merchant, createdAt: time)
        ).object
    }
}

extension Condition {
    /// A condition, which nobody enforces yet.
    public static var anyHold: Condition {
        Condition(type: 3, ordinals: Ordinal.all(count: 1), parameters: .array([]))
    }
}

/// The time at which tests start.
public enum TestTime {
    public static let start = Timestamp(1_800_000_000)
}
