internal import PayWord

/// The payer's side of all chains of one channel, made from the wallet's secret: at most
/// ⌈log2(length)⌉ paywords a chain in memory.
struct ChannelChains: Sendable {
    private var cursors: [ChainCursor]

    /// Cursors at the roots. Hashes each chain once.
    init(secret: WalletSecret, context: ChainContext, chains: [ChainPlan.Chain]) {
        cursors = secret.cursors(
            zip(Ordinal.all(count: chains.count), chains).map {
                CommittedPlace(context: context, ordinal: $0, length: $1.length)
            })
    }

    /// The cursors of a commitment that this wallet made, which stand where it has revealed to.
    init(secret: WalletSecret, record: ChannelRecord) {
        cursors = secret.cursors(record.places)
    }

    private init(cursors: [ChainCursor]) { self.cursors = cursors }

    /// The cursors of many commitments of one wallet, in their order: their chains are walked
    /// together.
    static func many(secret: WalletSecret, records: [ChannelRecord]) -> [ChannelChains] {
        let places = records.map(\.places)
        var cursors = secret.cursors(places.flatMap(\.self))[...]
        return places.map { places in
            defer { cursors = cursors.dropFirst(places.count) }
            return ChannelChains(cursors: Array(cursors.prefix(places.count)))
        }
    }

    /// The chains' roots, in order of ordinal.
    var roots: [Payword] {
        cursors.map { $0.key.payword(at: .zero, from: $0.revealed) ?? .zero }
    }

    /// The payword at a place; nil if there is no such place. Moves the cursor when it is above what
    /// was asked for before.
    mutating func payword(at mark: ChainMark) -> Payword? {
        let position = mark.ordinal.position
        guard position < cursors.count else { return nil }
        let revealed = cursors[position].revealed
        guard mark.index > revealed.index else {
            return cursors[position].key.payword(at: mark.index, from: revealed)
        }
        return cursors[position].advance(to: mark.index)
    }

    /// The paywords at these places, for the merchant's eyes.
    mutating func claims(_ marks: [ChainMark]) throws(Refusal) -> PaywordClaims {
        var claims = PaywordClaims()
        for mark in marks {
            guard let payword = payword(at: mark) else {
                throw Refusal(.indexPastEnd, "chain \(mark.ordinal) has no index \(mark.index)")
            }
            claims.append(
                PaywordClaim(ordinal: mark.ordinal, index: mark.index, payword: payword))
        }
        return claims
    }
}

extension ChannelRecord {
    /// The chains of the commitment, and how far each is revealed.
    fileprivate var places: [CommittedPlace] {
        let chains = commitment.payload.chains
        return Ordinal.all(count: chains.count).map {
            CommittedPlace(
                context: commitment.context, ordinal: $0, length: chains[$0.position].length,
                revealed: progress.revealed[$0.position])
        }
    }
}
