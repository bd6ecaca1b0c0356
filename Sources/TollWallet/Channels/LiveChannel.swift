internal import Logging
internal import PayWord
internal import PeerProtocol

/// One channel, open on one connection: its record, its cursors, and the way to the merchant.
///
/// The actor guards the record and the cursors. ``gate`` lets one operation after another through,
/// so that what is read at the start of a payment still holds when it is written. Other programs on
/// the same store wait for their turn meanwhile.
actor LiveChannel {
    let context: WalletContext
    let link: any MerchantLink
    /// Under what name the merchant knows the channel on this connection.
    var handle: Handle
    let payer: SigningKey
    let gate = SerialGate()
    var record: ChannelRecord
    var chains: ChannelChains
    /// Why nothing more may be sent here; nil while all is well. Connecting again clears it.
    var halt: Refusal?

    init(
        context: WalletContext, link: any MerchantLink, handle: Handle, payer: SigningKey,
        record: ChannelRecord, chains: ChannelChains
    ) {
        self.context = context
        self.link = link
        self.handle = handle
        self.payer = payer
        self.record = record
        self.chains = chains
    }

    /// Stops this use of the channel, because another connection took it over.
    func retire() {
        halt = Refusal(.unknownHandle, "the channel was opened on another connection")
    }

    /// Stops this use of the channel after what is under way.
    func end() async {
        retire()
        await gate.enter()
        await gate.leave()
    }

    func planner(shown: [ChainIndex]) -> PaymentPlanner {
        PaymentPlanner(
            chains: record.commitment.payload.chains, jumpMaximum: link.limits.jump,
            shown: shown, revealed: record.progress.revealed, charged: record.progress.charged)
    }

    /// Whether the commitment still takes paywords, with the wallet's margin.
    func canReveal(at now: Timestamp) -> Bool {
        now.adding(context.policy.expiryMargin) < record.commitment.payload.expiresAt
    }

    /// Keeps what the merchant answered, and moves the record with it.
    func keep(
        _ progress: ChannelProgress, _ outcomes: [UInt64: ProgressUpdate.Outcome]
    ) async throws(Refusal) {
        var next = progress
        next.version = record.progress.version + 1
        try await context.updates.submit(
            ProgressUpdate(channel: record.id, progress: next, outcomes: outcomes))
        record.progress = next
    }

    /// Marks the channel as disputed, and gives the refusal to throw.
    func dispute(_ refusal: Refusal) async -> Refusal {
        halt = refusal
        record.stage = .disputed
        record.dispute = refusal.detail
        context.logger.error(
            "a merchant claims more than was paid",
            metadata: [
                "channel": "\(record.id)", "merchant": "\(record.merchant)",
                "claim": "\(refusal.detail)",
            ])
        do throws(Refusal) { try await context.store.dispute(record.id, refusal.detail) } catch {
            context.logger.error(
                "the dispute could not be stored", metadata: ["reason": "\(error.reason.code)"])
        }
        return refusal
    }
}
