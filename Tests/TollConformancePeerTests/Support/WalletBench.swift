import PayWord
import PeerProtocol
import StoreConformance
import Synchronization
import TollMerchant
import TollTransport

@testable import TollConformancePeer

/// Our own merchant behind its own server, and a live wallet that is pointed at it.
enum WalletBench {
    /// The merchant's time. It flies while somebody keeps the merchant waiting.
    private final class Clock: Sendable {
        private let state = Mutex((now: benchNow, flies: false))

        var now: Timestamp {
            state.withLock { state in
                if state.flies { state.now = state.now.adding(1) }
                return state.now
            }
        }

        /// Of a connection that says nothing, or bytes that are no frame, time is what there is to
        /// wait for.
        func hear(_ event: PeerEvent) {
            let flies = event.name == "connect" || event.name == "misbehave"
            state.withLock { $0.flies = flies }
        }
    }

    static func run(
        hasBroker: Bool, timeFlies: Bool = false, _ body: (PeerWallet) async throws -> Void
    ) async throws {
        let key = try benchKey(1)
        let broker = try benchKey(2)
        let asset = try Asset(code: "EUR", scale: 6)
        var policy = MerchantPolicy(
            asset: asset, brokers: hasBroker ? [BrokerIdentity(root: broker.publicKey)] : [])
        policy.twoPartyMaximum = .maximum
        let clock = Clock()
        let merchant = Merchant(
            key: key, policy: policy, store: MemoryChannelStore(),
            catalogue: try Catalogue([
                "article": Price(unit: "article", amount: try Amount(units: 7))
            ]), clock: { clock.now })
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: "127.0.0.1", port: 0))
        configuration.session.limits = PeerLimits(
            jump: policy.jumpMaximum, unansweredFrames: 64, channels: 4)
        configuration.tick = .milliseconds(20)
        let server = PeerServer(
            configuration, key: key, service: merchant, clock: { clock.now })
        let running = Task { try await server.run() }
        let result: Result<Void, any Error>
        do {
            var target = PeerWallet.Target(
                address: try await server.address(), merchant: key.publicKey, asset: asset)
            target.resource = "article"
            target.byteTime = .milliseconds(10)
            // Nothing is waited for in vain here; a machine may be slow.
            target.answerTime = .seconds(60)
            target.silenceTime = .seconds(60)
            if hasBroker {
                target.broker = broker.publicKey
                target.fund = { commitment throws(Refusal) in
                    [try reservation(of: commitment, by: broker)]
                }
            }
            let wallet = PeerWallet(target, clock: { benchNow }) { event in
                if timeFlies { clock.hear(event) }
            }
            result = .success(try await body(wallet))
        } catch { result = .failure(error) }
        server.stop()
        try await running.value
        try result.get()
    }

    private static func reservation(
        of commitment: SignedObject<Commitment>, by broker: SigningKey
    ) throws(Refusal) -> [UInt8] {
        let promise = commitment.payload
        return try broker.sign(
            Reservation(
                commitmentDigest: commitment.digest, broker: broker.publicKey,
                payer: promise.payer, merchant: promise.merchant, asset: promise.asset,
                amount: try promise.worth, issuedAt: benchNow, validUntil: promise.redeemBy)
        ).encoded
    }
}
