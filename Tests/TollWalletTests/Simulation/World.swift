import PayWord
import StoreConformance
import Synchronization
import TollWallet

/// A wallet, a broker, and merchants, with a clock that a test moves.
final class World: Sendable {
    let asset: Asset
    let broker: SimulatedBroker
    let store = MemoryWalletStore()
    let now = Mutex(start)
    let policy: WalletPolicy

    init(
        policy: WalletPolicy = WalletPolicy(), creditLimit: UInt64? = nil,
        brokerSigner: SigningKey? = nil
    ) throws {
        asset = try euro()
        self.policy = policy
        broker = SimulatedBroker(
            key: try key(3), asset: asset, creditLimit: try creditLimit.map(units),
            signer: brokerSigner)
    }

    /// A wallet over this world's store: a new one is a wallet that was started again.
    func wallet(
        store: MemoryWalletStore? = nil, secret: WalletSecret? = nil, seed: UInt64 = 7,
        policy: WalletPolicy? = nil
    ) throws -> Wallet {
        Wallet(
            secret: try secret ?? TollWalletTests.secret(), store: store ?? self.store,
            policy: policy ?? self.policy, clock: { self.now.withLock { $0 } },
            random: SeededGenerator(seed: seed))
    }

    func pass(_ seconds: Seconds) { now.withLock { $0 = $0.adding(seconds) } }

    /// A wallet with an account and money in it.
    func fundedWallet(_ amount: UInt64 = 1_000_000, seed: UInt64 = 7) async throws -> Wallet {
        let wallet = try wallet(seed: seed)
        _ = try await wallet.enrol(
            at: broker, root: broker.root, address: "https://broker", asset: asset)
        try await wallet.drawFaucet(
            units(amount), at: broker, root: broker.root, asset: asset)
        return wallet
    }

    func terms(
        _ merchant: SimulatedMerchant, _ plan: ChainPlan, offer: Verified<Offer>? = nil,
        reference: RequestReference? = nil
    ) -> ChannelTerms {
        ChannelTerms(
            merchant: merchant.key.publicKey, address: "pay.example:7070", broker: broker.root,
            asset: asset, plan: plan, from: now.withLock { $0 }, offer: offer,
            reference: reference)
    }

    /// A funded channel to a merchant.
    func channel(
        _ wallet: Wallet, _ merchant: SimulatedMerchant, _ plan: ChainPlan
    ) async throws -> CommitmentID {
        try await wallet.openChannel(terms(merchant, plan), at: broker).id
    }
}

/// Intents of these amounts.
func intents(_ amounts: UInt64...) throws -> [PaymentIntent] {
    try amounts.map { PaymentIntent(amount: try units($0)) }
}

/// Whether the merchant has all of them on disk.
func areAcknowledged(_ outcomes: [PaymentOutcome]) -> Bool {
    outcomes.allSatisfy { $0.isAcknowledged }
}
