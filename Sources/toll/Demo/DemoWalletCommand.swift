import ArgumentParser
import Foundation
import PayWord
import PeerProtocol
import TollBrokerAPI
import TollCLI
import TollTransport
import TollWallet

/// `toll demo-wallet`: the process that pays one wallet's part of the demo's plan.
///
/// It keeps nothing in its head: how far each channel is paid its database says, so it can be killed
/// at any moment and started again. It writes `{"acknowledged": N}` now and then.
struct DemoWalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-wallet", abstract: "Pay a part of the demo's plan.",
        shouldDisplay: false)

    /// How many channels are opened at the broker at once.
    private static let openingsAtOnce = 16

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: DemoOptions

    @Option var merchant: String
    @Option var wallet: Int
    @Option(help: "How many payments of a channel are handed to the wallet at once.")
    var batch = 16
    @Option(help: "How long each channel waits after a batch.")
    var pauseMilliseconds = 0
    @Flag(help: "Find out what became of all that was sent, and pay nothing new.")
    var resumeOnly = false

    func run() async throws {
        let home = try await WalletHome(common.context())
        let address = try MerchantAddress(merchant)
        let plan = options.plan
        let channels = try await openChannels(home, address, plan)
        let counter = DemoCounter()
        while true {
            do {
                let isDone = try await payRound(home, address, channels, plan, counter)
                if isDone { break }
            } catch let refusal as Refusal {
                guard refusal.reason.isRetryable else { throw refusal }
            }
            // The merchant was killed, and is being started again.
            try await Task.sleep(for: .milliseconds(50))
        }
        print("{\"acknowledged\": \(await counter.total), \"done\": true}")
    }

    // MARK: Channels

    private func openChannels(
        _ home: WalletHome, _ address: MerchantAddress, _ plan: DemoPlan
    ) async throws -> [(number: Int, id: CommitmentID)] {
        let (root, url) = try home.broker()
        return try await withBroker(connection.broker(url, home.context, forService: true)) {
            client in
            let numbers = Array(options.channels(ofWallet: wallet))
            var opened: [(number: Int, id: CommitmentID)] = []
            for start in stride(from: 0, to: numbers.count, by: Self.openingsAtOnce) {
                let group = numbers[start..<min(start + Self.openingsAtOnce, numbers.count)]
                opened += try await withThrowingTaskGroup { tasks in
                    for number in group {
                        let terms = try terms(home, address, plan, root, number)
                        tasks.addTask {
                            (number, try await home.wallet.openChannel(terms, at: client).id)
                        }
                    }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
            }
            return opened
        }
    }

    private func terms(
        _ home: WalletHome, _ address: MerchantAddress, _ plan: DemoPlan, _ broker: PublicKey,
        _ number: Int
    ) throws(Refusal) -> ChannelTerms {
        var chains: [ChainPlan.Chain] = []
        for (units, length) in zip(DemoPlan.denominations, plan.lengths(channel: number)) {
            chains.append(
                ChainPlan.Chain(
                    denomination: try Amount(units: units), length: ChainIndex(length)))
        }
        return ChannelTerms(
            merchant: address.merchant, address: address.description, broker: broker,
            asset: home.asset, plan: try ChainPlan(chains: chains), from: CommandContext.clock(),
            reference: DemoOptions.reference(channel: number))
    }

    // MARK: Payments

    /// Connects and pays until everything is paid, or a connection is lost.
    /// - Returns: whether everything is paid.
    private func payRound(
        _ home: WalletHome, _ address: MerchantAddress,
        _ channels: [(number: Int, id: CommitmentID)], _ plan: DemoPlan, _ counter: DemoCounter
    ) async throws -> Bool {
        let first = try await home.connect(address, connection)
        var links = [first]
        let share = max(1, Int(first.limits.channels))
        while links.count * share < channels.count {
            links.append(try await home.connect(address, connection))
        }
        var isDone = true
        do {
            isDone = try await withThrowingTaskGroup { tasks in
                for (place, link) in links.enumerated() {
                    let part = channels.dropFirst(place * share).prefix(share)
                    tasks.addTask { try await pay(home, Array(part), plan, link, counter) }
                }
                return try await tasks.reduce(true) { $0 && $1 }
            }
        } catch {
            for link in links { await link.end() }
            throw error
        }
        for link in links { await link.end() }
        return isDone
    }

    private func pay(
        _ home: WalletHome, _ channels: [(number: Int, id: CommitmentID)], _ plan: DemoPlan,
        _ link: PeerConnection, _ counter: DemoCounter
    ) async throws -> Bool {
        for (_, result) in await home.wallet.connect(channels.map(\.id), over: link) {
            _ = try result.get()
        }
        return try await withThrowingTaskGroup { tasks in
            for (number, id) in channels {
                let prices = plan.prices[number]
                tasks.addTask { try await pay(home, id, prices, counter) }
            }
            return try await tasks.reduce(true) { $0 && $1 }
        }
    }

    /// Pays one channel from where its journal stands.
    private func pay(
        _ home: WalletHome, _ id: CommitmentID, _ prices: [UInt64], _ counter: DemoCounter
    ) async throws -> Bool {
        var paid = Int(try await home.wallet.summary(id).counts[.acknowledged] ?? 0)
        await counter.set(id, paid)
        while paid < prices.count, !resumeOnly {
            let intents = try prices[paid..<min(paid + max(1, batch), prices.count)].map {
                PaymentIntent(amount: try Amount(units: $0))
            }
            for outcome in try await home.wallet.pay(id, intents) {
                guard outcome.isAcknowledged else {
                    if let refusal = outcome.refusal, !refusal.reason.isRetryable { throw refusal }
                    return false
                }
                paid += 1
            }
            await counter.set(id, paid)
            if pauseMilliseconds > 0 {
                try await Task.sleep(for: .milliseconds(pauseMilliseconds))
            }
        }
        return true
    }
}

/// How much is paid over all channels. An actor, because each channel pays in a task of its own.
private actor DemoCounter {
    private var counts: [CommitmentID: Int] = [:]
    private var announced = 0
    private(set) var total = 0

    func set(_ id: CommitmentID, _ count: Int) {
        total += count - (counts[id] ?? 0)
        counts[id] = count
        guard total >= announced + 50 else { return }
        announced = total
        print("{\"acknowledged\": \(total)}")
        fflush(nil)
    }
}

/// `toll demo-pending`: how many payments a wallet has written ahead and not seen answered.
struct DemoPendingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-pending", abstract: "Count a wallet's unanswered payments.",
        shouldDisplay: false)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let home = try await WalletHome(common.context())
        var pending: UInt64 = 0
        for channel in try await home.wallet.channels() {
            pending += try await home.wallet.summary(channel.id).counts[.pending] ?? 0
        }
        print("{\"pending\": \(pending)}")
    }
}
