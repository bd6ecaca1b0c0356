import ArgumentParser
import PayWord
import TollBrokerAPI
import TollCLI
import TollTransport
import TollWallet

/// `toll wallet pay`: connect, open a channel if need be, pay.
struct WalletPay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Pay a merchant for a resource, or an amount.",
        discussion: """
            Uses a channel to this merchant that has enough left, or opens one: that locks some \
            money at the broker, once, and what is not spent comes back with toll wallet close.

            EXAMPLES
              toll wallet pay toll+tcp://KEY@127.0.0.1:7600 article
              toll wallet pay toll://KEY@pay.example:7600 api --count 1000
              toll wallet pay toll://KEY@pay.example:7600 --amount 0.0125 --memo "a tip"
            """)

    /// How many payments are handed to the wallet at once.
    private static let batchCount = 64

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The merchant's address, as toll merchant serve shows it.")
    var address: String

    @Argument(help: "What to buy, by the merchant's name for it.")
    var resource: String?

    @Option(help: "How much to pay, where no resource has a price.")
    var amount: String?

    @Option(help: "How many times.")
    var count = 1

    @Option(help: "How much to lock if a channel is opened.")
    var lock: String?

    @Option(help: "A note for your own history.")
    var memo: String?

    @Option(help: "A name of this payment, 1 to 64 bytes: it is made once, however often asked.")
    var reference: String?

    func validate() throws {
        guard (resource == nil) != (amount == nil) else {
            throw ValidationError("give a RESOURCE, or --amount")
        }
        guard (1...10_000_000).contains(count) else {
            throw ValidationError("--count is 1 to 10000000")
        }
        guard reference == nil || count == 1 else {
            throw ValidationError("--reference names one payment; leave --count out")
        }
    }

    func run() async throws {
        let home = try WalletHome(await common.context())
        let link = try await home.connect(try MerchantAddress(address), connection)
        do {
            try await pay(home, link)
            await link.end()
        } catch {
            await link.end()
            throw error
        }
    }

    private func pay(_ home: WalletHome, _ link: PeerConnection) async throws {
        var offer: Verified<Offer>?
        if let resource { offer = try await home.wallet.quote(resource, over: link) }
        let price = try offer?.payload.price ?? home.asset.amount(amount ?? "")
        let total = try price.multiplied(by: UInt64(count))
        let channel = try await channel(home, link, total: total, offer: offer)
        _ = try await home.wallet.connect(channel, over: link)

        let intent = PaymentIntent(
            amount: price, reference: reference.map { Array($0.utf8) }, memo: memo,
            resource: resource, units: offer == nil ? nil : 1, offer: offer)
        let bar = ProgressBar("Paying", total: UInt64(count), on: home.context.output.messages)
        defer { bar.finish() }
        var paid = 0
        while paid < count {
            let batch = Array(repeating: intent, count: min(Self.batchCount, count - paid))
            for outcome in try await home.wallet.pay(channel, batch) {
                guard outcome.isAcknowledged else { throw stopped(outcome, after: paid) }
                paid += 1
            }
            bar.update(done: UInt64(paid))
        }
        bar.finish()
        try await show(home, channel, paid: paid, price: price)
    }

    private func stopped(_ outcome: PaymentOutcome, after paid: Int) -> any Error {
        guard let refusal = outcome.refusal else {
            return CommandError(
                code: Reason.timedOut.code,
                detail: "no answer after \(paid) payments; the next may or may not be counted",
                hint: "run the same command again: what was counted is not paid twice",
                exitCode: .unreachable)
        }
        return paid == 0
            ? refusal
            : Refusal(refusal.reason, "after \(paid) payments: \(refusal.detail)")
    }

    private func show(
        _ home: WalletHome, _ id: CommitmentID, paid: Int, price: Amount
    ) async throws {
        let channel = try await home.wallet.channel(id)
        var facts = Facts()
        facts.add("Channel", .text(id.hex))
        facts.add("Payments", .count(paid))
        facts.add("Paid", .amount(try price.multiplied(by: UInt64(paid)), home.asset))
        facts.add("Asset", .text(home.asset.code))
        facts.add("Left on channel", .amount(try channel.spendable, home.asset))
        home.context.output.show(facts)
    }

    /// A channel with enough left, or a new one.
    private func channel(
        _ home: WalletHome, _ link: PeerConnection, total: Amount, offer: Verified<Offer>?
    ) async throws -> CommitmentID {
        for record in try await home.wallet.channels()
        where record.stage == .ready && record.merchant == link.merchant
            && record.asset == home.asset
            && record.commitment.payload.expiresAt
                > CommandContext.clock().adding(home.wallet.policy.expiryMargin)
        {
            if try record.spendable >= total { return record.id }
        }
        let isTwoParty = offer?.payload.brokers == [link.merchant] || home.settings.broker == nil
        return isTwoParty
            ? try await openTwoParty(home, link, total)
            : try await openReserved(home, link, total)
    }

    private func openTwoParty(
        _ home: WalletHome, _ link: PeerConnection, _ total: Amount
    ) async throws -> CommitmentID {
        let worth = try lock.map { try home.asset.amount($0) } ?? total.multiplied(by: 10)
        home.context.output.say(
            "Opening a channel of \(home.asset.text(worth)) \(home.asset.code); the merchant is "
                + "its own broker.")
        return try await home.wallet.openTwoPartyChannel(
            try terms(home, link, broker: link.merchant, worth: worth)
        ).id
    }

    private func openReserved(
        _ home: WalletHome, _ link: PeerConnection, _ total: Amount
    ) async throws -> CommitmentID {
        let (root, url) = try home.broker()
        return try await withBroker(connection.broker(url, home.context)) { client in
            let available = try await home.wallet.statement(
                at: client, root: root, asset: home.asset
            ).available
            guard available >= total else {
                throw CommandError(
                    Refusal(
                        .insufficientFunds,
                        "\(home.asset.text(total)) is wanted, \(home.asset.text(available)) is "
                            + "available"),
                    hint: "load the account first: toll wallet load AMOUNT")
            }
            // Ten times what is paid now spares the next commands a channel of their own.
            let worth =
                try lock.map { try home.asset.amount($0) }
                ?? min(available, (try? total.multiplied(by: 10)) ?? available)
            home.context.output.say(
                "Opening a channel: \(home.asset.text(worth)) \(home.asset.code) is locked at the "
                    + "broker.")
            return try await home.wallet.openChannel(
                try terms(home, link, broker: root, worth: worth), at: client
            ).id
        }
    }

    private func terms(
        _ home: WalletHome, _ link: PeerConnection, broker: PublicKey, worth: Amount
    ) throws(Refusal) -> ChannelTerms {
        ChannelTerms(
            merchant: link.merchant, address: address, broker: broker, asset: home.asset,
            plan: try ChainPlan(capacity: worth), from: CommandContext.clock())
    }
}
