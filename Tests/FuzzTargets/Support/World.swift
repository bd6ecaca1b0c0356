import FixtureKit
import PayWord

/// What every target has at hand: the fixtures' parties and samples, made once.
struct World: Sendable {
    private static let made = Result { try World() }

    /// - Throws: what making the samples throws, which is a fault of theirs.
    static var shared: World { get throws { try made.get() } }

    let samples: Samples
    let objects: [ObjectSample]
    let broker: BrokerIdentity
    let redemption: Verified<Redemption>
    /// Channels between the samples' payer and merchant, the sample commitment first.
    let channels: [Channel]
    let closeRequests: [Verified<CloseRequest>]

    var parties: Parties { samples.parties }

    private init() throws {
        let samples = try Samples()
        self.samples = samples
        objects = try samples.objects
        broker = try samples.brokerIdentity
        redemption = try samples.redemption
        channels = [
            try Channel(samples.commitment, samples),
            try Channel(
                chains: [(1, 30)], nonce: "one chain", merchant: samples.parties.merchant, samples),
            try Channel(
                chains: [(1 << 62, 1), (1 << 61, 1), (7, 5)], nonce: "large amounts",
                merchant: samples.parties.merchant, samples),
        ]
        closeRequests = try channels.map { channel in
            try samples.parties.payer.sign(
                CloseRequest(
                    commitmentID: channel.id, merchant: samples.parties.merchant.publicKey,
                    createdAt: Samples.now))
        }
    }

    /// A commitment with all its paywords.
    struct Channel: Sendable {
        let commitment: Verified<Commitment>
        /// By ordinal, then by index.
        let paywords: [[Payword]]
        /// As they stand before the first payment.
        let verifiers: [ChainVerifier]

        var id: CommitmentID { commitment.object.id }

        init(_ commitment: Verified<Commitment>, _ samples: Samples) throws {
            self.commitment = commitment
            verifiers = commitment.object.chainVerifiers
            let context = commitment.object.context
            let chains = commitment.payload.chains
            paywords = zip(Ordinal.all(count: chains.count), chains).map { ordinal, chain in
                let key = ChainKey(context: context, ordinal: ordinal)
                var position = samples.parties.wallet.cursor(
                    context: context, ordinal: ordinal, length: chain.length,
                    revealed: chain.length
                ).revealed
                var falling = [position.payword]
                for _ in 0..<chain.length.value {
                    position = key.walk(from: position, steps: 1)
                    falling.append(position.payword)
                }
                return falling.reversed()
            }
        }

        /// A new commitment of the samples' payer, with roots that belong to its chains.
        init(
            chains: [(UInt64, UInt32)], nonce: String, payer: SigningKey? = nil,
            merchant: SigningKey, _ samples: Samples
        ) throws {
            var random = SeededRandom(label: nonce)
            let drawn = Nonce.random(using: &random)
            let payer = payer ?? samples.parties.payer
            func draft(_ chains: [CommittedChain]) -> Commitment {
                Commitment(
                    nonce: drawn, payer: payer.publicKey, merchant: merchant.publicKey,
                    broker: samples.parties.broker.publicKey, asset: samples.asset,
                    chains: chains, issuedAt: Samples.now,
                    expiresAt: Samples.now.adding(7 * .day),
                    redeemBy: Samples.now.adding(14 * .day))
            }
            let unrooted = try chains.map { denomination, length in
                CommittedChain(
                    denomination: try Amount(units: denomination), length: ChainIndex(length),
                    root: .zero)
            }
            let context = draft(unrooted).context
            let rooted = zip(Ordinal.all(count: chains.count), unrooted).map { ordinal, chain in
                CommittedChain(
                    denomination: chain.denomination, length: chain.length,
                    root: samples.parties.wallet.cursor(
                        context: context, ordinal: ordinal, length: chain.length
                    ).revealed.payword)
            }
            try self.init(payer.sign(draft(rooted)), samples)
        }

        /// The payword at an index; zeros where there is none.
        func payword(_ ordinal: Ordinal, _ index: ChainIndex) -> Payword {
            guard ordinal.position < paywords.count,
                index.value < paywords[ordinal.position].count
            else { return .zero }
            return paywords[ordinal.position][Int(index.value)]
        }
    }
}
