package import PayWord
import StoreConformance

/// A channel that can be opened: its promise, the key that signed it, and its chains.
package struct MadeChannel: Sendable {
    package let kind: ChannelKind
    let commitment: [UInt8]
    let id: CommitmentID
    let key: SigningKey
    let cursors: [ChainCursor]
}

/// Makes channels at a merchant that is its own broker, many at a time, since the chains of many are
/// walked side by side.
///
/// Everything follows from a seed: the money is play money, and a run can be repeated.
package struct ChannelMaker: Sendable {
    private static let together = 256

    private let merchant: PublicKey
    private let asset: Asset
    private let seed: UInt64
    private let now: Timestamp

    package init(merchant: PublicKey, asset: Asset, seed: UInt64, now: Timestamp) {
        self.merchant = merchant
        self.asset = asset
        self.seed = seed
        self.now = now
    }

    /// A channel for each kind with its lengths, in the same order.
    package func make(
        _ wanted: [(kind: ChannelKind, lengths: [UInt32])]
    ) async throws -> [MadeChannel] {
        try await withThrowingTaskGroup(of: (Int, [MadeChannel]).self) { tasks in
            for start in stride(from: 0, to: wanted.count, by: Self.together) {
                let part = Array(wanted[start..<min(start + Self.together, wanted.count)])
                tasks.addTask { (start, try make(part, from: start)) }
            }
            var parts = try await tasks.reduce(into: []) { $0.append($1) }
            parts.sort { $0.0 < $1.0 }
            return parts.flatMap(\.1)
        }
    }

    private func make(
        _ wanted: [(kind: ChannelKind, lengths: [UInt32])], from start: Int
    ) throws(Refusal) -> [MadeChannel] {
        var random = SeededGenerator(seed: seed &+ UInt64(start) &* 0x9e37_79b9)
        let secret = WalletSecret.generate(using: &random)
        var drafts: [(key: SigningKey, commitment: Commitment)] = []
        var places: [CommittedPlace] = []
        for one in wanted {
            let key = try SigningKey.generate(using: &random)
            let chains = try zip(one.kind.denominations, one.lengths).map {
                (units, length) throws(Refusal) in
                CommittedChain(
                    denomination: try Amount(units: units), length: ChainIndex(length),
                    root: .zero)
            }
            let draft = promise(chains, of: key, nonce: .random(using: &random))
            let context = draft.context
            for (ordinal, chain) in zip(Ordinal.all(count: chains.count), chains) {
                places.append(
                    CommittedPlace(context: context, ordinal: ordinal, length: chain.length))
            }
            drafts.append((key, draft))
        }
        var cursors = secret.cursors(places)[...]
        var made: [MadeChannel] = []
        for (one, draft) in zip(wanted, drafts) {
            let own = Array(cursors.prefix(one.lengths.count))
            cursors = cursors.dropFirst(own.count)
            let chains = zip(draft.commitment.chains, own).map {
                CommittedChain(
                    denomination: $0.denomination, length: $0.length,
                    root: $1.revealed.payword)
            }
            let signed = try draft.key.sign(
                promise(chains, of: draft.key, nonce: draft.commitment.nonce))
            made.append(
                MadeChannel(
                    kind: one.kind, commitment: signed.encoded, id: signed.object.id,
                    key: draft.key, cursors: own))
        }
        return made
    }

    private func promise(
        _ chains: [CommittedChain], of key: SigningKey, nonce: Nonce
    ) -> Commitment {
        Commitment(
            nonce: nonce, payer: key.publicKey, merchant: merchant, broker: merchant, asset: asset,
            chains: chains, issuedAt: now, expiresAt: now.adding(30 * .day),
            redeemBy: now.adding(60 * .day))
    }
}
