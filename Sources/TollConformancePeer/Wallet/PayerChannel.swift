internal import PayWord
internal import PeerProtocol

/// A commitment of the live wallet's own making, and how far it was paid.
struct PayerChannel {
    static let length = ChainIndex(1000)

    let secret: WalletSecret
    let payer: SigningKey
    let commitment: SignedObject<Commitment>
    var funding: [[UInt8]] = []
    /// How far an honest merchant has accepted it.
    var index: UInt32 = 0
    /// What it has charged of that.
    var spent: UInt64 = 0

    var id: CommitmentID { commitment.id }

    /// What may differ from an honest commitment.
    struct Terms {
        var merchant: PublicKey
        var broker: PublicKey
        var asset: Asset
        var denomination: UInt64
        var length = PayerChannel.length
        /// Takes a root that no chain leads to, for chains too long to hash.
        var hasRandomRoot = false
        var issuedAt: Timestamp
        var expiresAt: Timestamp
        var redeemBy: Timestamp
        var nonce: Nonce
        var conditions: [Condition] = []
    }

    init(_ terms: Terms, secret: WalletSecret, payer: SigningKey) throws(Refusal) {
        (self.secret, self.payer) = (secret, payer)
        func promise(_ root: Payword) throws(Refusal) -> Commitment {
            Commitment(
                nonce: terms.nonce, payer: payer.publicKey, merchant: terms.merchant,
                broker: terms.broker, asset: terms.asset,
                chains: [
                    CommittedChain(
                        denomination: try Amount(units: terms.denomination), length: terms.length,
                        root: root)
                ],
                issuedAt: terms.issuedAt, expiresAt: terms.expiresAt, redeemBy: terms.redeemBy,
                conditions: terms.conditions)
        }
        var root = Payword(storage: payer.publicKey.storage)
        if !terms.hasRandomRoot {
            root =
                secret.cursor(
                    context: try promise(.zero).context, ordinal: Self.ordinal,
                    length: terms.length
                ).revealed.payword
        }
        commitment = try payer.sign(try promise(root)).object
    }

    /// The first ordinal.
    static let ordinal = Ordinal.all(count: 1)[0]

    /// The payword at an index of the chain.
    func claim(_ index: UInt32) -> PaywordClaim {
        let chain = commitment.payload.chains[0]
        let cursor = secret.cursor(
            context: commitment.context, ordinal: Self.ordinal, length: chain.length,
            revealed: ChainIndex(index))
        return PaywordClaim(
            ordinal: Self.ordinal, index: ChainIndex(index), payword: cursor.revealed.payword)
    }

    /// A claim of an index with a payword that is not the chain's.
    func forgedClaim(_ index: UInt32, ordinal: Ordinal = PayerChannel.ordinal) -> PaywordClaim {
        PaywordClaim(
            ordinal: ordinal, index: ChainIndex(index),
            payword: Payword(storage: payer.publicKey.storage))
    }

    /// What `index` paywords are worth.
    func worth(_ index: UInt32) throws(Refusal) -> Amount {
        try commitment.payload.chains[0].denomination.multiplied(by: UInt64(index))
    }

    func open(_ handle: Handle, _ transcript: Digest) throws(Refusal) -> Open {
        Open(
            handle: handle, commitment: commitment.encoded, funding: funding,
            proof: try OpenProof.sign(transcript, id, by: payer))
    }
}
