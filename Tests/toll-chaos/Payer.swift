import Foundation
import PayWord
import TollBrokerAPI
import TollTransport
import TollWallet

/// Pays a merchant over several channels, each at its own pace, and goes on after every failure.
struct Payer: Sendable {
    let wallet: Wallet
    let client: BrokerClient
    let address: MerchantAddress
    let clock: @Sendable () -> Timestamp
    let seed: UInt64

    /// The highest price. A channel with less than that left is exhausted.
    private static let priceMaximum: Int64 = 40
    private static let pause = Duration.milliseconds(15)

    /// Writes a line at once, whole or not at all.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }

    /// Pays at one place for ever: on one channel, and when it is used up on the next.
    func pay(_ place: Int) async {
        var random = ChaosRandom(seed: seed &+ UInt64(place) &* 7919)
        var generation = 0
        while !Task.isCancelled {
            do throws(Refusal) {
                let channel = try await open(place, generation)
                switch channel.stage {
                case .closed: generation += 1
                case .disputed:
                    Payer.say("wrong \(channel.id.hex) disputed: \(channel.dispute ?? "") .")
                    generation += 1
                case .committed, .ready:
                    if try await payOn(channel, hasReferences: place % 2 == 0, &random) {
                        generation += 1
                    }
                }
            } catch {
                if error.reason == .channelClosed { generation += 1 }
                if Self.isWrong(error) { Payer.say("wrong \(place) \(error) .") }
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Refusals that no fault of the moment explains.
    private static func isWrong(_ refusal: Refusal) -> Bool {
        [.overclaimed, .badPayword, .badSignature, .malformed, .unexpectedMessage].contains(
            refusal.reason)
    }

    /// The same channel however often it is asked for. Two chains, or one whose paywords are worth
    /// more than most prices, so that many payments reveal nothing and draw on credit.
    private func open(
        _ place: Int, _ generation: Int
    ) async throws(Refusal) -> ChannelRecord {
        let name = "chaos \(seed) \(place) \(generation)"
        let chains: [(UInt64, UInt32)] = place % 4 < 2 ? [(1, 3000), (10, 2000)] : [(25, 1500)]
        let description = try await client.describe()
        return try await wallet.openChannel(
            ChannelTerms(
                merchant: address.merchant, address: "\(address)", broker: description.root,
                asset: Asset(code: "EUR", scale: 6),
                plan: ChainPlan(
                    chains: chains.map { (units, length) throws(Refusal) in
                        ChainPlan.Chain(
                            denomination: try Amount(units: units), length: ChainIndex(length))
                    }), from: clock(),
                reference: RequestReference(SHA256.digest(Array(name.utf8)).bytes.prefix(16))),
            at: client)
    }

    private func connect() async throws(Refusal) -> PeerConnection {
        try await PeerConnection.connect(
            to: PeerAddress(host: address.host, port: address.port),
            trust: .plain(allowOffLoopback: false), merchant: address.merchant, agent: "chaos/1",
            clock: clock, answerSeconds: 5, tick: .milliseconds(100))
    }

    /// Pays on a channel until something fails.
    /// - Returns: whether the channel is used up.
    private func payOn(
        _ channel: ChannelRecord, hasReferences: Bool, _ random: inout ChaosRandom
    ) async throws(Refusal) -> Bool {
        let link = try await connect()
        do throws(Refusal) {
            let isUsedUp = try await pay(channel.id, hasReferences, over: link, &random)
            if isUsedUp { try await wallet.close(channel.id, at: client) }
            await link.end()
            return isUsedUp
        } catch {
            await wallet.disconnect(channel.id)
            await link.end()
            throw error
        }
    }

    private func pay(
        _ id: CommitmentID, _ hasReferences: Bool, over link: PeerConnection,
        _ random: inout ChaosRandom
    ) async throws(Refusal) -> Bool {
        try await wallet.connect(id, over: link)
        // A payment with a reference is asked for until it is acknowledged, so that as many are
        // acknowledged as the next one's number says.
        var next = try await wallet.summary(id).counts[.acknowledged] ?? 0
        while !Task.isCancelled {
            let channel = try await wallet.channel(id)
            let count = UInt64.random(in: 1...6, using: &random)
            guard try channel.spendable.units > UInt64(Self.priceMaximum) * count else {
                return true
            }
            var intents: [PaymentIntent] = []
            for number in next..<(next + count) {
                intents.append(try intent(id, number, hasReferences))
            }
            let outcomes = try await wallet.pay(id, intents)
            for (intent, outcome) in zip(intents, outcomes) {
                guard case .acknowledged(let state) = outcome else {
                    if let refusal = outcome.refusal, Self.isWrong(refusal) {
                        Payer.say("wrong \(id.hex) \(refusal) .")
                    }
                    throw outcome.refusal ?? Refusal(.timedOut, "a payment was not answered")
                }
                next += 1
                Payer.say(
                    Acknowledgement(
                        channel: id.hex, amount: Int64(intent.amount.units),
                        spent: Int64(state.spent.units), reference: intent.reference?.hex
                    ).line)
            }
            do {
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...90, using: &random)))
            } catch { return false }
        }
        return false
    }

    /// What is paid for is decided by the channel and the number, so that a payment that is tried
    /// again is the same one.
    private func intent(
        _ id: CommitmentID, _ number: UInt64, _ hasReference: Bool
    ) throws(Refusal) -> PaymentIntent {
        let digest = SHA256.digest(Array("\(id.hex) \(number)".utf8)).bytes
        let units = 1 + Int64(digest[0]) % Self.priceMaximum
        return PaymentIntent(
            amount: try Amount(units: UInt64(units)),
            reference: hasReference ? Array(digest.prefix(16)) : nil)
    }

    /// Brings every channel to one state with the merchant.
    func settle() async throws {
        for channel in try await wallet.channels() where channel.stage == .ready {
            for attempt in 1... {
                do throws(Refusal) {
                    let link = try await connect()
                    do throws(Refusal) {
                        try await wallet.connect(channel.id, over: link)
                        await link.end()
                        break
                    } catch {
                        await link.end()
                        throw error
                    }
                } catch {
                    guard attempt < 100, error.reason != .channelClosed else {
                        Payer.say("wrong \(channel.id.hex) \(error) .")
                        break
                    }
                    try await Task.sleep(for: Self.pause)
                }
            }
        }
    }
}
