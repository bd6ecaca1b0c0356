import PayWord
import TollCLI
import TollTransport
import TollWallet

/// Finds the channel that payments go over, or opens one.
struct PayChannel {
    let home: WalletHome
    let link: PeerConnection
    let connection: ConnectionOptions
    /// The merchant's address, as it was typed.
    let address: String
    let price: Amount
    let count: UInt64
    /// How much to lock, if the person said.
    let lock: Amount?
    let offer: Verified<Offer>?

    private var asset: Asset { home.asset }
    private var output: Output { home.context.output }

    /// A channel with enough left, connected.
    func connected() async throws -> CommitmentID {
        let total = try price.multiplied(by: count)
        if let lock, lock < total {
            throw CommandError.usage(
                "--lock \(asset.text(lock)) is less than the \(asset.text(total)) to be paid",
                hint: "lock at least that, or leave --lock out")
        }
        var refused: (worth: Amount, why: Refusal)?
        for record in try await home.wallet.payableChannels(to: link.merchant, asset: asset)
        where try record.spendable >= total {
            do throws(Refusal) {
                _ = try await home.wallet.connect(record.id, over: link)
                return record.id
            } catch {
                // The merchant never took this one; another may do.
                guard error.reason == .limitExceeded, record.progress.payments == 0 else {
                    throw error
                }
                refused = (try record.commitment.payload.worth, error)
            }
        }
        let left = try await checkBudget(total)
        return try await isTwoParty
            ? openTwoParty(total, refused) : openReserved(total, budgetLeft: left)
    }

    /// Refuses what the wallet's own budgets would refuse, before anything is locked, and says what
    /// they leave.
    private func checkBudget(_ total: Amount) async throws(Refusal) -> Amount? {
        try home.wallet.policy.budget(asset).check(payment: price, in: asset)
        let left = try await home.wallet.budgetLeft(asset: asset, merchant: link.merchant)
        if let left, left < total {
            throw Refusal(
                .budgetExceeded,
                "\(asset.textWithCode(total)) to be paid; the budgets leave \(asset.text(left))")
        }
        return left
    }

    /// Whether the merchant settles itself.
    private var isTwoParty: Bool {
        get throws {
            guard home.settings.broker != nil else { return true }
            guard let brokers = offer?.payload.brokers else { return false }
            return try brokers.contains(link.merchant) && !brokers.contains(home.broker().root)
        }
    }

    // MARK: Opening

    /// Nothing is locked between two parties, so what the merchant finds too much is tried smaller;
    /// what it has refused already is not asked again.
    private func openTwoParty(
        _ total: Amount, _ before: (worth: Amount, why: Refusal)?
    ) async throws -> CommitmentID {
        let worths = lock.map { [$0] } ?? [(try? total.multiplied(by: 10)) ?? total, total]
        var refused = before?.why ?? Refusal(.limitExceeded)
        for worth in worths where before.map({ worth < $0.worth }) ?? true {
            let record = try await home.wallet.openTwoPartyChannel(
                try terms(broker: link.merchant, worth: worth))
            do throws(Refusal) {
                _ = try await home.wallet.connect(record.id, over: link)
                output.say(
                    "Opened a channel of \(asset.textWithCode(worth)): the merchant is its own "
                        + "broker, and nothing is locked.")
                return record.id
            } catch {
                guard error.reason == .limitExceeded else { throw error }
                refused = error
            }
        }
        throw CommandError(
            refused,
            hint: "pay less at once, or close channels that you do not need: toll wallet close "
                + "--all; else settle with the merchant what you owe")
    }

    private func openReserved(
        _ total: Amount, budgetLeft: Amount?
    ) async throws -> CommitmentID {
        let (root, _) = try home.broker()
        try checkOffer(root)
        let unfinished = try await unfinished(root, total)
        let record = try await home.asking(connection) { client in
            if let unfinished {
                return try await home.wallet.resumeFunding(unfinished, at: client)
            }
            let account = try await home.wallet.statement(at: client, root: root, asset: asset)
            guard account.available >= lock ?? total else {
                throw insufficient(account, lock ?? total)
            }
            // Ten times what is paid now spares the next commands a channel of their own. What the
            // budgets do not leave could not be spent; and never less than what is to be paid, so that
            // a channel too small for it is refused and not opened.
            let worth =
                lock
                ?? max(
                    total,
                    min(
                        account.available, budgetLeft ?? .maximum,
                        home.wallet.policy.budget(asset).perCommitment ?? .maximum,
                        (try? total.multiplied(by: 10)) ?? total))
            return try await home.wallet.openChannel(
                try terms(broker: root, worth: worth), at: client)
        }
        let commitment = record.commitment.payload
        output.say(
            "Opened a channel: \(asset.textWithCode(try commitment.worth)) is locked at the "
                + "broker. What is not spent comes back with toll wallet close, or by itself a day "
                + "after \(UTCText.text(commitment.redeemBy)).")
        _ = try await home.wallet.connect(record.id, over: link)
        return record.id
    }

    /// A channel that a program before this one did not get to have funded: the broker is asked for
    /// the same reservation again, so that no second one is locked beside it.
    private func unfinished(_ root: PublicKey, _ total: Amount) async throws -> CommitmentID? {
        let usable = CommandContext.clock().adding(home.wallet.policy.expiryMargin)
        return try await home.wallet.channels().first { record in
            let commitment = record.commitment.payload
            return record.stage == .committed && record.mode == .reserved
                && record.merchant == link.merchant && record.asset == asset
                && record.broker == root && usable < commitment.expiresAt
                && (try? commitment.worth).map { $0 >= total } ?? false
        }?.id
    }

    /// Refuses what the merchant would refuse, before anything is locked.
    private func checkOffer(_ root: PublicKey) throws(CommandError) {
        guard let offer = offer?.payload else { return }
        guard offer.asset == asset else {
            throw CommandError(
                Refusal(.wrongAsset, "offered in \(offer.asset), this wallet pays \(asset)"),
                hint: "make a wallet for it: toll wallet init --asset \(offer.asset) --home DIR")
        }
        guard offer.brokers.contains(root) else {
            let brokers = offer.brokers.map { "\($0)" }.joined(separator: ", ")
            throw CommandError(
                Refusal(.untrustedBroker, "the merchant does not take your broker \(root)"),
                hint: "make a wallet with one that it takes, in another --home: \(brokers)")
        }
    }

    private func insufficient(_ account: AccountStatement, _ wanted: Amount) -> CommandError {
        var ways = ["load the account: toll wallet load AMOUNT"]
        if account.reserved > .zero {
            ways.insert("free what channels hold: toll wallet close --all", at: 0)
        }
        ways.append(lock == nil ? "lock less the next time: --lock AMOUNT" : "lower --lock")
        return CommandError(
            Refusal(
                .insufficientFunds,
                "\(asset.textWithCode(wanted)) is wanted, \(asset.text(account.available)) is "
                    + "available, \(asset.text(account.reserved)) is locked in channels"),
            hint: ways.joined(separator: "; or "))
    }

    private func terms(broker: PublicKey, worth: Amount) throws(Refusal) -> ChannelTerms {
        ChannelTerms(
            merchant: link.merchant, address: address, broker: broker, asset: asset,
            plan: try ChainPlan(capacity: worth, price: price, count: count),
            from: CommandContext.clock())
    }
}
