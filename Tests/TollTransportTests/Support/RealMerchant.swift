import PayWord
import PeerProtocol
import StoreConformance
import TollMerchant
import TollTransport
import TollWallet

/// A merchant that is its own broker, behind a server on loopback.
struct RealMerchant {
    let merchant: Merchant
    let key: SigningKey
    let address: PeerAddress
    let asset: Asset

    static func run(_ body: (RealMerchant) async throws -> Void) async throws {
        let key = try testKey(1)
        let asset = try Asset(code: "EUR", scale: 6)
        var policy = MerchantPolicy(asset: asset, brokers: [])
        policy.twoPartyMaximum = .maximum
        let merchant = Merchant(
            key: key, policy: policy, store: MemoryChannelStore(),
            catalogue: try Catalogue([
                "/weather": Price(unit: "call", amount: try Amount(units: 3))
            ]), clock: { testNow })
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: "127.0.0.1", port: 0))
        configuration.session.limits = merchant.peerLimits
        configuration.tick = .milliseconds(5)
        let server = PeerServer(
            configuration, key: key, service: merchant, clock: { testNow })
        let running = Task { try await server.run() }
        do {
            let address = try await server.address()
            try await body(
                RealMerchant(merchant: merchant, key: key, address: address, asset: asset))
        } catch {
            server.stop()
            _ = await running.result
            throw error
        }
        server.stop()
        try await running.value
    }

    func connect() async throws -> PeerConnection {
        try await PeerConnection.connect(
            to: address, trust: .plain(), merchant: merchant.publicKey, agent: "tests/1",
            clock: { testNow }, tick: .milliseconds(5))
    }

    /// A wallet whose secret follows from the seed. Over a copy of another's store, with the same
    /// seed and other randomness, it is a copy of that wallet.
    func wallet(
        seed: UInt64, copy: UInt64 = 0, store: MemoryWalletStore = MemoryWalletStore()
    ) -> Wallet {
        var generator = SeededGenerator(seed: seed)
        return Wallet(
            secret: .generate(using: &generator), store: store, clock: { testNow },
            random: SeededGenerator(seed: seed &* 1000 &+ copy))
    }

    func terms(_ number: UInt8) throws -> TollWallet.ChannelTerms {
        TollWallet.ChannelTerms(
            merchant: merchant.publicKey, address: "\(address)", broker: merchant.publicKey,
            asset: asset, plan: try ChainPlan(capacity: try Amount(units: 100_000)), from: testNow,
            reference: RequestReference([UInt8](repeating: number, count: 16)))
    }
}
