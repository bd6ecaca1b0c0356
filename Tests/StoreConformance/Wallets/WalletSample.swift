internal import PayWord
internal import TollWallet

/// A channel of two chains, and what is written for it. Its paywords lead nowhere: a store does not
/// look at them.
struct WalletSample {
    static let now = Timestamp(1_800_000_000)

    let channel: ChannelRecord
    let merchant: SigningKey
    let asset: Asset

    init(nonce: UInt8 = 1, reference: RequestReference? = nil) throws {
        asset = try Asset(code: "EUR", scale: 6)
        merchant = try SigningKey(seed: SecretBytes([UInt8](repeating: 2, count: 32)))
        let payer = try SigningKey(seed: SecretBytes([UInt8](repeating: 1, count: 32)))
        let broker = try SigningKey(seed: SecretBytes([UInt8](repeating: 3, count: 32)))
        let commitment = try payer.sign(
            Commitment(
                nonce: Nonce([UInt8](repeating: nonce, count: 16)) ?? .zero,
                payer: payer.publicKey, merchant: merchant.publicKey,
                broker: broker.publicKey, asset: asset,
                chains: [
                    CommittedChain(
                        denomination: Amount(units: 1), length: ChainIndex(100), root: .zero),
                    CommittedChain(
                        denomination: Amount(units: 10), length: ChainIndex(100), root: .zero),
                ], issuedAt: Self.now, expiresAt: Self.now.adding(.day),
                redeemBy: Self.now.adding(9 * .day)))
        let offer = try merchant.sign(
            Offer(
                merchant: merchant.publicKey, brokers: [broker.publicKey], asset: asset,
                unit: "page", price: Amount(units: 5), validUntil: Self.now.adding(.day),
                resource: "/page"))
        channel = ChannelRecord(
            commitment: commitment.object, generation: 4, address: "pay.example:7070",
            mode: .reserved, salt: TermsSalt(hex: "ffeeddccbbaa99887766554433221100"),
            offer: offer.object, reference: reference, request: [1, 2, 3])
    }

    func insertReady(into store: any WalletStore) async throws {
        try await store.insert(channel)
        try await store.fund(channel.id, [[1]])
    }

    func writeAhead(
        version: UInt64, indexes: [UInt32], amounts: [UInt64], number: UInt64 = 1,
        reference: [UInt8]? = nil, memo: String? = nil, revealed: UInt64? = nil,
        budget: Budget = Budget(), at now: Timestamp = now
    ) throws -> WriteAhead {
        var progress = ChannelProgress(chains: 2)
        progress.version = version
        progress.revealed = indexes.map { ChainIndex($0) }
        progress.charged = try Amount(units: amounts.reduce(0, +))
        progress.payments = number + UInt64(amounts.count) - 1
        var total = Amount.zero
        let payments = try amounts.enumerated().map { offset, units in
            let amount = try Amount(units: units)
            total = try total.adding(amount)
            return PaymentRecord(
                number: number + UInt64(offset), amount: amount, total: total,
                marks: Ordinal.all(count: 1).map {
                    ChainMark(ordinal: $0, index: ChainIndex(indexes[0]))
                }, reference: reference, memo: memo, resource: "/page", at: now)
        }
        return WriteAhead(
            channel: channel.id, progress: progress, payments: payments,
            spending: Spending(
                merchant: channel.merchant, asset: asset, at: now,
                amount: try Amount(units: revealed ?? amounts.reduce(0, +)), budget: budget))
    }

    func receipt(spent: UInt64) throws -> Verified<Receipt> {
        try merchant.sign(
            Receipt(
                commitmentID: channel.id, payer: channel.commitment.payload.payer,
                merchant: channel.merchant, asset: asset, accepted: Amount(units: spent),
                spent: Amount(units: spent), payments: 1, issuedAt: Self.now, marks: []))
    }
}
