import PayWord
import StoreConformance
import TollMerchant

/// A merchant that is its own broker, and channels to pay it on.
package struct Shop {
    package static let now = TestTime.start

    package let merchant: Merchant
    package let key: SigningKey
    package let asset: Asset

    package init(
        key: SigningKey, _ store: any ChannelStore, liveChannelsMaximum: Int? = nil
    ) throws {
        self.key = key
        asset = try Asset(code: "EUR", scale: 6)
        var policy = MerchantPolicy(asset: asset, brokers: [])
        policy.twoPartyMaximum = .maximum
        var limits = MerchantLimits()
        if let liveChannelsMaximum { limits.liveChannelsMaximum = liveChannelsMaximum }
        merchant = Merchant(
            key: key, policy: policy, store: store, limits: limits, clock: { Self.now })
    }

    package static func newKey(_ seed: UInt64 = 1) throws -> SigningKey {
        var generator = SeededGenerator(seed: seed)
        return try SigningKey.generate(using: &generator)
    }

    /// Opens channels of one chain each, with payers of their own, numbered from `first`.
    package func open(
        _ count: Int, length: UInt32, from first: UInt64 = 0
    ) async throws -> [Payer] {
        var payers: [Payer] = []
        for number in first..<first + UInt64(count) {
            let payer = try Payer(
                number: number, merchant: key.publicKey, asset: asset, length: length)
            _ = try await merchant.open(payer.commitment.object, funding: [], salt: nil)
            payers.append(payer)
        }
        return payers
    }
}

/// A payer on one channel whose chain pays single units.
package struct Payer {
    package let key: SigningKey
    package let commitment: Verified<Commitment>
    private var cursor: ChainCursor

    package var id: CommitmentID { commitment.object.id }

    package init(number: UInt64, merchant: PublicKey, asset: Asset, length: UInt32) throws {
        var generator = SeededGenerator(seed: 1_000_000 + number)
        let secret = WalletSecret.generate(using: &generator)
        let key = try SigningKey.generate(using: &generator)
        let nonce = Nonce.random(using: &generator)
        self.key = key
        func promise(_ root: Payword) throws -> Commitment {
            Commitment(
                nonce: nonce, payer: key.publicKey, merchant: merchant, broker: merchant,
                asset: asset,
                chains: [
                    CommittedChain(
                        denomination: try Amount(units: 1), length: ChainIndex(length), root: root)
                ], issuedAt: Shop.now, expiresAt: Shop.now.adding(30 * .day),
                redeemBy: Shop.now.adding(60 * .day))
        }
        cursor = secret.cursor(
            context: try promise(.zero).context, ordinal: Ordinal.all(count: 1)[0],
            length: ChainIndex(length))
        commitment = try key.sign(try promise(cursor.revealed.payword))
    }

    /// Reveals the next payword.
    package mutating func nextClaim() throws -> PaywordClaim {
        let index = ChainIndex(cursor.revealed.index.value + 1)
        guard let payword = cursor.advance(to: index) else { throw Failure("a chain is used up") }
        return PaywordClaim(ordinal: Ordinal.all(count: 1)[0], index: index, payword: payword)
    }

    /// The next payment of one unit.
    package mutating func nextPayment(reference: [UInt8]? = nil) throws -> PaymentRequest {
        PaymentRequest(
            commitmentID: id, paywords: [try nextClaim()], amount: try Amount(units: 1),
            reference: reference)
    }
}
