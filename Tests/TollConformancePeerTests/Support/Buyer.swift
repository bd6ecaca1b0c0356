import PayWord
import StoreConformance
import Synchronization
import TollTransport
import TollWallet

@testable import TollConformancePeer

/// Our own wallet, as a program would use it: it asks for the price, pays, comes back when a
/// connection is lost, and asks for a receipt.
struct Buyer {
    /// How often it comes back.
    private static let attempts = 3

    let bench: MerchantBench
    private let wallet: Wallet

    init(_ bench: MerchantBench) throws {
        self.bench = bench
        wallet = Wallet(
            secret: try WalletSecret(SecretBytes([UInt8](repeating: 9, count: 32))),
            store: MemoryWalletStore(), clock: { benchNow })
    }

    func buy() async throws {
        for attempt in 0..<Self.attempts {
            guard let link = try? await connect(attempt) else { continue }
            let isDone = (try? await buy(over: link)) ?? false
            await link.end()
            if isDone { return }
        }
    }

    /// Whether all was paid and a receipt came.
    private func buy(over link: PeerConnection) async throws -> Bool {
        let offer = try await wallet.quote("article", over: link)
        let id = try await wallet.openTwoPartyChannel(terms(link)).id
        _ = try await wallet.connect(id, over: link)
        let intent = PaymentIntent(
            amount: offer.payload.price, resource: "article", units: 1, offer: offer)
        for count in [1, 1, 3] {
            let outcomes = try await wallet.pay(id, Array(repeating: intent, count: count))
            guard outcomes.allSatisfy(\.isAcknowledged) else { return false }
        }
        // Whatever becomes of the receipt, the wallet would go on if it believed the merchant.
        let receipt = try? await wallet.receipt(id)
        let outcome = try await wallet.pay(id, intent)
        return receipt != nil && outcome.isAcknowledged
    }

    private func terms(_ link: PeerConnection) throws -> ChannelTerms {
        ChannelTerms(
            merchant: link.merchant, address: "bench", broker: link.merchant,
            asset: try Asset(code: "EUR", scale: 6),
            plan: try ChainPlan(capacity: try Amount(units: 10_000)), from: benchNow,
            reference: RequestReference([UInt8](repeating: 1, count: 16)))
    }

    private func connect(_ attempt: Int) async throws -> PeerConnection {
        let time = Mutex(benchNow)
        let events = bench.events
        // Time flies for whom is kept waiting.
        let waits = attempt == 0 && [.noHelloAck, .neverAcknowledges].contains(bench.misbehaviour)
        return try await PeerConnection.connect(
            to: bench.peer.address, trust: .plain(), merchant: bench.peer.merchant,
            agent: "tests/1",
            clock: {
                let flies = waits && events.hasMisbehaved
                return time.withLock { time in
                    if flies { time = time.adding(1) }
                    return time
                }
            }, tick: .milliseconds(20))
    }
}
