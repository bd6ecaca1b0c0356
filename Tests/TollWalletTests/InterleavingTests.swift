import PayWord
import StoreConformance
import Synchronization
import Testing
import TollWallet

/// Random runs of payments, losses, duplicates, failing disks and restarts. Whatever happens, the
/// wallet has revealed all that the merchant has, and nothing is paid twice or lost.
@Suite("Interleavings")
struct InterleavingTests {
    private final class Run {
        var random: SeededGenerator
        let seed: UInt64
        let world: World
        let merchant: SimulatedMerchant
        var wallet: Wallet
        let id: CommitmentID
        var links: [SimulatedLink] = []
        var references: [PaymentIntent] = []

        init(seed: UInt64) async throws {
            self.seed = seed
            random = SeededGenerator(seed: seed)
            world = try World()
            merchant = SimulatedMerchant(
                key: try key(2), jumpMaximum: [7, 60, 1 << 16].randomElement(using: &random) ?? 7)
            wallet = try await world.fundedWallet()
            id = try await world.channel(
                wallet, merchant, plan((1, 2000), (7, 500), (50, 300)))
        }

        func link(isGood: Bool) -> SimulatedLink {
            let isCut = !isGood && Bool.random(using: &random)
            let link = SimulatedLink(
                merchant, framesLeft: isCut ? Int.random(in: 0...12, using: &random) : nil)
            links.append(link)
            return link
        }

        func intent() throws -> PaymentIntent {
            var intent = PaymentIntent(
                amount: try units(UInt64.random(in: 1...90, using: &random)))
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                let reference = (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
                intent.reference = reference
                references.append(intent)
            case 1: return references.randomElement(using: &random) ?? intent
            default: break
            }
            return intent
        }

        func step() async throws {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...4: try await pay()
            case 5: try await connect()
            case 6:
                wallet = try world.wallet(seed: random.next())
                try await connect()
            case 7: links.randomElement(using: &random)?.deliverLate()
            case 8: world.store.failNext(Int.random(in: 1...2, using: &random))
            default:
                let reasons: [Reason] = [.busy, .storageFailed, .rateLimited]
                let refusal = Refusal(reasons.randomElement(using: &random) ?? .busy)
                let isUncertain = Bool.random(using: &random)
                merchant.state.withLock { state in
                    if isUncertain { state.uncertain = 1 } else { state.refusals = [refusal] }
                }
            }
        }

        private func pay() async throws {
            let intents = try (0..<Int.random(in: 1...5, using: &random)).map { _ in
                try intent()
            }
            do throws(Refusal) { _ = try await wallet.pay(id, intents) } catch {
                #expect(error.reason == .unknownHandle, "seed \(seed)")
                try await connect()
            }
        }

        private func connect() async throws {
            do throws(Refusal) { try await wallet.connect(id, over: link(isGood: false)) } catch {
                let expected: Set<Reason> = [
                    .timedOut, .staleIndex, .busy, .storageFailed, .rateLimited,
                ]
                #expect(expected.contains(error.reason), "seed \(seed): \(error)")
            }
        }

        /// What must hold at every moment.
        func check() async throws {
            let record = try await wallet.channel(id)
            #expect(record.stage == .ready, "seed \(seed): \(record.dispute ?? "")")
            let revealed = try record.commitment.payload.worth(at: record.progress.revealed)
            let accepted = merchant.channel(id)?.accepted ?? .zero
            #expect(revealed >= accepted, "seed \(seed)")
            let charged = record.progress.charged
            #expect(charged <= revealed, "seed \(seed)")
            #expect((merchant.channel(id)?.spent ?? .zero) <= charged, "seed \(seed)")
        }

        /// What must hold when all is quiet.
        func finish() async throws {
            world.store.failNext(0)
            merchant.state.withLock { ($0.refusals, $0.uncertain) = ([], 0) }
            wallet = try world.wallet(seed: random.next())
            try await wallet.connect(id, over: link(isGood: true))
            let summary = try await wallet.summary(id)
            #expect(summary.counts[.pending] == nil, "seed \(seed)")
            let acknowledged = summary.amounts[.acknowledged] ?? .zero
            let channel = try #require(merchant.channel(id))
            #expect(channel.spent == acknowledged, "seed \(seed)")
            for link in links { link.deliverLate() }
            #expect(merchant.channel(id)?.spent == acknowledged, "seed \(seed)")
            for intent in references {
                guard let reference = intent.reference else { continue }
                let made = try await wallet.payments(id).filter {
                    $0.reference == reference && $0.state == .acknowledged
                }
                #expect(made.count <= 1, "seed \(seed)")
            }
            let record = try await wallet.channel(id)
            #expect(record.progress.spent == acknowledged, "seed \(seed)")
            #expect(record.progress.charged == acknowledged, "seed \(seed)")
        }
    }

    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func nothingIsLostOrPaidTwice(seed: UInt64) async throws {
        let run = try await Run(seed: seed)
        for _ in 0..<40 {
            try await run.step()
            try await run.check()
        }
        try await run.finish()
    }
}
