import ArgumentParser
import PayWord
import TollCLI
import TollTransport
import TollWallet

/// `toll wallet pay`: connect, open a channel if need be, pay.
struct WalletPay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Pay a merchant for a resource, or an amount.",
        discussion: """
            Uses a channel to this merchant that has enough left, or opens one: that locks ten times \
            what is paid, or what there is, at the broker; --lock says how much instead. What is not \
            spent comes back with toll wallet close.

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
        let home = try await WalletHome(common.context())
        let place = try MerchantText.typed(address)
        let amount = try amount.map { try home.asset.typedAboveZero($0) }
        let lock = try lock.map { try home.asset.typedAboveZero($0) }
        try await home.dialling(place, connection) { link in
            try await pay(home, link, amount, lock: lock)
        }
    }

    private func pay(
        _ home: WalletHome, _ link: PeerConnection, _ amount: Amount?, lock: Amount?
    ) async throws {
        var offer: Verified<Offer>?
        if let resource { offer = try await home.wallet.quote(resource, over: link) }
        let price = offer?.payload.price ?? amount ?? .zero
        guard price > .zero else {
            throw CommandError(
                Refusal(.malformed, "the merchant asks nothing for this, so nothing was done"),
                hint: "use it without paying, or give it a tip: --amount AMOUNT in its place")
        }
        if let made = try await made(home, link.merchant) {
            return try await payAgain(made, price, home, link)
        }
        let channel = try await PayChannel(
            home: home, link: link, connection: connection, address: address, price: price,
            count: UInt64(count), lock: lock, offer: offer
        ).connected()

        let intent = PaymentIntent(
            amount: price, reference: reference.map { Array($0.utf8) }, memo: memo,
            resource: resource, units: offer == nil ? nil : 1, offer: offer)
        let bar = ProgressBar("Paying", total: UInt64(count), on: home.context.output.messages)
        defer { bar.finish() }
        let paid = try await Interruption.watched { interruption in
            try await payAll(home, link, channel, intent, bar, interruption)
        }
        bar.finish()
        guard let paid else { return try await payAgainElsewhere(price, home, link) }
        try await show(home, channel, paid: paid, price: price)
    }

    /// Pays batch after batch.
    /// - Returns: how many payments were made; nil if another program on this wallet paid the
    ///   reference on a channel of its own meanwhile.
    private func payAll(
        _ home: WalletHome, _ link: PeerConnection, _ channel: CommitmentID,
        _ intent: PaymentIntent, _ bar: ProgressBar, _ interruption: Interruption
    ) async throws -> Int? {
        var paid = 0
        while paid < count {
            guard !interruption.isNoted else {
                bar.finish()
                throw CommandError(
                    code: "interrupted", detail: "stopped after \(paid) of \(count) payments",
                    hint: "pay the rest with --count \(count - paid)", exitCode: .failure)
            }
            let batch = Array(repeating: intent, count: min(Self.batchCount, count - paid))
            let outcomes = try await home.wallet.pay(channel, batch)
            paid += outcomes.count { $0.isAcknowledged }
            if let first = outcomes.first(where: { !$0.isAcknowledged }) {
                if first.refusal?.reason == .referenceConflict,
                    let made = try await made(home, link.merchant), made.channel != channel
                {
                    return nil
                }
                let unanswered = outcomes.count { $0 == .unanswered }
                throw stopped(first, after: paid, unanswered: unanswered, channel, home)
            }
            bar.update(done: UInt64(paid))
        }
        return paid
    }

    private func payAgainElsewhere(
        _ price: Amount, _ home: WalletHome, _ link: PeerConnection
    ) async throws {
        guard let made = try await made(home, link.merchant) else {
            throw Refusal(.internal, "a payment that was there is gone")
        }
        try await payAgain(made, price, home, link)
    }

    /// The payment that bears this command's reference already, on whichever channel it was made.
    private func made(
        _ home: WalletHome, _ merchant: PublicKey
    ) async throws(Refusal) -> HistoryEntry? {
        guard let reference else { return nil }
        return try await home.wallet.payment(to: merchant, reference: Array(reference.utf8))
    }

    /// Finds out on its own channel what became of a payment that was made before, and sends it again
    /// if it did not arrive: nowhere else can it be counted once.
    private func payAgain(
        _ made: HistoryEntry, _ price: Amount, _ home: WalletHome, _ link: PeerConnection
    ) async throws {
        guard made.payment.amount == price else {
            throw Refusal(
                .referenceConflict,
                "the reference was used for \(home.asset.textWithCode(made.payment.amount)), not "
                    + home.asset.text(price))
        }
        if made.payment.state != .acknowledged {
            _ = try await home.wallet.connect(made.channel, over: link)
            let intent = PaymentIntent(
                amount: price, reference: made.payment.reference, memo: memo, resource: resource)
            let outcome = try await home.wallet.pay(made.channel, intent)
            guard outcome.isAcknowledged else {
                throw stopped(outcome, after: 0, unanswered: 1, made.channel, home)
            }
        }
        home.context.output.say("This reference was paid before: nothing was paid twice.")
        try await show(home, made.channel, paid: 1, price: price)
    }

    private func stopped(
        _ outcome: PaymentOutcome, after paid: Int, unanswered: Int, _ channel: CommitmentID,
        _ home: WalletHome
    ) -> any Error {
        guard let refusal = outcome.refusal else {
            return CommandError(
                code: Reason.timedOut.code,
                detail:
                    "no answer after \(paid) payments; \(unanswered) more may be counted or not",
                hint: goingOn(after: paid + unanswered), exitCode: .unreachable)
        }
        let told =
            paid == 0
            ? refusal : Refusal(refusal.reason, "after \(paid) payments: \(refusal.detail)")
        switch refusal.reason {
        case .budgetExceeded:
            let file = home.context.places.file(.wallet, WalletSettings.fileName)
            return CommandError(
                told,
                hint: "raise the budget in \(file); what is counted by the day is free again at "
                    + "midnight (UTC)")
        case .insufficientFunds:
            return CommandError(
                told,
                hint: "the channel is used up: toll wallet close \(channel.hex), then pay again")
        default: return told
        }
    }

    /// How to pay the rest and nothing twice: what was not answered is found out on connecting, and
    /// sent again if it did not arrive.
    private func goingOn(after sent: Int) -> String {
        if reference != nil { return "run the same command again: the reference makes it once" }
        let settles = "what was not answered is found out then, and sent again if need be"
        return sent < count
            ? "pay the rest with --count \(count - sent); \(settles)"
            : "do not pay it again: connect with the next toll wallet pay; \(settles)"
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
        facts.add("Credit", .amount(try channel.credit, home.asset))
        home.context.output.show(facts)
        if try channel.credit > .zero {
            home.context.output.say(
                "\(home.asset.textWithCode(try channel.credit)) more was revealed than charged, for "
                    + "want of change: credit, which the next payments on this channel use first, "
                    + "and which closing gives back.")
        }
    }
}
