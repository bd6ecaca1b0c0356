import PayWord
import StoreConformance
import TollWallet

/// A wallet's channel of one chain, whose paywords lead nowhere: a store does not look at them.
struct SampleWalletChannel {
    let channel: ChannelRecord
    var asset: Asset { channel.asset }

    init(_ nonce: UInt8) throws {
        func key(_ seed: UInt8) throws -> SigningKey {
            try SigningKey(seed: SecretBytes([UInt8](repeating: seed, count: 32)))
        }
        let payer = try key(1)
        let commitment = try payer.sign(
            Commitment(
                nonce: Nonce([UInt8](repeating: nonce, count: 16)) ?? .zero,
                payer: payer.publicKey, merchant: key(2).publicKey, broker: key(3).publicKey,
                asset: Asset(code: "EUR", scale: 6),
                chains: [
                    CommittedChain(
                        denomination: Amount(units: 1), length: ChainIndex(100), root: .zero)
                ], issuedAt: TestTime.start, expiresAt: TestTime.start.adding(.day),
                redeemBy: TestTime.start.adding(9 * .day)))
        channel = ChannelRecord(
            commitment: commitment.object, generation: 0, address: "pay.example:7070",
            mode: .reserved)
    }

    /// The first payment, of so many units.
    func writeAhead(units: UInt32, _ budget: Budget) throws -> WriteAhead {
        let amount = try Amount(units: UInt64(units))
        var progress = channel.progress
        progress.version += 1
        progress.revealed = [ChainIndex(units)]
        (progress.charged, progress.payments) = (amount, 1)
        let payment = PaymentRecord(
            number: 1, amount: amount, total: amount, marks: [], reference: nil, memo: nil,
            resource: nil, at: TestTime.start)
        return WriteAhead(
            channel: channel.id, progress: progress, payments: [payment],
            spending: Spending(
                merchant: channel.merchant, asset: asset, at: TestTime.start, amount: amount,
                budget: budget))
    }
}
