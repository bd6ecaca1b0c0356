internal import PayWord
internal import PeerProtocol

extension LiveChannel {
    /// Opens or resumes a channel on a link, and brings wallet and merchant to one state: whatever
    /// was sent and not answered is found to be counted, or is sent again.
    static func connect(
        _ record: ChannelRecord, over link: any MerchantLink, _ context: WalletContext
    ) async throws(Refusal) -> (channel: LiveChannel, report: ResumeReport) {
        try checkStage(record)
        guard link.merchant == record.merchant else {
            throw Refusal(
                .wrongMerchant, "\(link.merchant) answers; the channel pays \(record.merchant)")
        }
        let payer = try context.secret.payerKey(
            broker: record.broker, merchant: record.merchant, generation: record.generation)
        guard payer.publicKey == record.commitment.payload.payer else {
            throw Refusal(.badSignature, "another wallet's secret made this channel")
        }
        let chains = ChannelChains(secret: context.secret, record: record)
        let opened = try await link.open(
            record.commitment, funding: record.funding,
            proof: OpenProof.sign(link.transcript, record.id, by: payer), salt: record.salt)
        let channel = LiveChannel(
            context: context, link: link, handle: opened.handle, payer: payer, record: record,
            chains: chains)
        return (channel, try await channel.resume(opened))
    }

    private static func checkStage(_ record: ChannelRecord) throws(Refusal) {
        switch record.stage {
        case .ready: return
        case .committed:
            throw Refusal(.notReserved, "the channel's commitment is not funded yet: resume it")
        case .closed: throw Refusal(.channelClosed)
        case .disputed:
            throw Refusal(.overclaimed, "the channel is disputed: \(record.dispute ?? "")")
        }
    }

    /// Takes over what another program on this store did with the channel while it had its turn.
    func catchUp() async throws(Refusal) {
        guard let stored = try await context.store.channel(record.id) else {
            throw Refusal(.unknownCommitment, "this wallet has no channel \(record.id)")
        }
        guard stored.progress.version != record.progress.version else { return }
        try Self.checkStage(stored)
        record = stored
        // What was under way when the other program stopped, the merchant knows.
        if try await !context.store.pendingPayments(record.id).isEmpty { try await reopen() }
    }

    /// Opens the channel again on the same connection, which shows what another program or another
    /// copy of the wallet paid.
    func reopen() async throws(Refusal) {
        let opened = try await link.open(
            record.commitment, funding: record.funding,
            proof: OpenProof.sign(link.transcript, record.id, by: payer), salt: record.salt)
        handle = opened.handle
        _ = try await resume(opened)
    }

    private func resume(_ opened: Opened) async throws(Refusal) -> ResumeReport {
        do throws(Refusal) {
            let heard = try HeardState(opened, record: record, chains: &chains)
            return try await resume(heard)
        } catch {
            halt = error
            throw error.reason == .overclaimed ? await dispute(error) : error
        }
    }

    private func resume(_ heard: HeardState) async throws(Refusal) -> ResumeReport {
        let pending = try await context.store.pendingPayments(record.id)
        let plan = Reconciliation(
            pending: pending, progress: record.progress, heard: heard,
            canReveal: canReveal(at: context.clock()))
        var progress = record.progress
        progress.revealed = zip(progress.revealed, heard.accepted).map { max($0, $1) }
        // A record that does not explain what was spent believes the merchant, within the accepted.
        let isExplained = progress.isComplete && !heard.isAhead
        let charged =
            isExplained
            ? progress.charged : try record.commitment.payload.worth(at: progress.revealed)
        record.progress.revealed = progress.revealed
        let sent = try await sendAgain(plan, heard: heard, charged: charged)
        // The connection that was lost may have frames on their way: they count once, here or there.
        // So a refusal for the moment decides nothing; the next opening shows what came in.
        if let refusal = sent.results.compactMap(\.refusal).first(where: {
            Self.isForTheMoment.contains($0.reason)
        }) {
            throw Refusal(refusal.reason, "payments are not settled yet: connect again")
        }
        let spent = sent.last?.spent ?? heard.spent
        var outcomes = try judge(plan, sent: sent, spent: spent, isExplained: isExplained)
        progress.accepted = sent.accepted
        progress.spent = spent
        progress.charged = spent
        for payment in plan.lapsed {
            outcomes[payment.number] = .refused(.commitmentExpired)
            // The merchant's clock may give frames on their way a little longer.
            progress.charged = try progress.charged.adding(payment.amount)
        }
        // A record that explained everything so far, and does no more, is not the only one.
        progress.isShared = progress.isShared || (progress.isComplete && heard.isAhead)
        progress.isComplete = true
        try await keep(progress, outcomes)
        let refused = outcomes.values.filter { $0.state == .refused }.count
        return ResumeReport(
            accepted: try record.commitment.payload.worth(at: sent.accepted), spent: spent,
            resent: plan.unsent.count, counted: outcomes.count - refused, refused: refused,
            isAdopted: heard.isAhead, repaired: plan.forgotten ?? .zero)
    }

    /// Refusals after which the same payment may still be counted.
    private static let isForTheMoment: Set<Reason> = [
        .staleIndex, .busy, .rateLimited, .storageFailed, .internal, .timedOut,
    ]

    private func sendAgain(
        _ plan: Reconciliation, heard: HeardState, charged: Amount
    ) async throws(Refusal) -> Sent {
        var planner = planner(shown: heard.accepted)
        var entries: [Entry] = []
        if let forgotten = plan.forgotten {
            let marks = zip(
                Ordinal.all(count: record.progress.accepted.count), record.progress.accepted
            ).map { ChainMark(ordinal: $0, index: $1) }
            entries.append(
                Entry(frames: try planner.repeating(marks, amount: forgotten), reference: nil))
        }
        for payment in plan.unsent {
            entries.append(
                Entry(
                    frames: try planner.repeating(payment.marks, amount: payment.amount),
                    reference: payment.reference))
        }
        guard !entries.isEmpty else {
            return Sent(results: [], accepted: heard.accepted, last: nil)
        }
        var sent = try await send(entries, shown: heard.accepted, charged: charged)
        if plan.forgotten != nil { sent.results.removeFirst() }
        return sent
    }

    private func judge(
        _ plan: Reconciliation, sent: Sent, spent: Amount, isExplained: Bool
    ) throws(Refusal) -> [UInt64: ProgressUpdate.Outcome] {
        var outcomes: [UInt64: ProgressUpdate.Outcome] = [:]
        var explained = record.progress.spent
        for (payment, result) in zip(plan.unsent, sent.results) {
            switch result {
            case .success:
                outcomes[payment.number] = .acknowledged
                explained = try explained.adding(payment.amount)
            case .failure(let refusal): outcomes[payment.number] = .refused(refusal.reason)
            }
        }
        let uncharged =
            isExplained
            ? Reconciliation.uncharged(plan.shown, charged: spent.subtractingOrZero(explained))
            : 0..<0
        for (position, payment) in plan.shown.enumerated() {
            outcomes[payment.number] =
                uncharged.contains(position) ? .refused(.timedOut) : .acknowledged
        }
        return outcomes
    }
}

extension Result where Failure == Refusal {
    /// The refusal, if it is one.
    var refusal: Refusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}
