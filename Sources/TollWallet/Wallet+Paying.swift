public import PayWord

extension Wallet {
    /// The merchant's signed price for a resource.
    /// - Throws: `bad-signature` or `wrong-merchant` if it is not this merchant's,
    ///   `unknown-resource` if it is of something else.
    public func quote(
        _ resource: String, over link: any MerchantLink
    ) async throws(Refusal) -> Verified<Offer> {
        let offer = try await link.quote(resource)
        guard offer.payload.merchant == link.merchant else {
            throw Refusal(.wrongMerchant, "the offer is of \(offer.payload.merchant)")
        }
        guard offer.payload.resource == resource else {
            throw Refusal(.unknownResource, "the offer is of another resource")
        }
        return try offer.verified()
    }

    /// Opens or resumes a channel on a connection, and brings wallet and merchant to one state.
    ///
    /// Whatever was sent on a connection that was lost is found to be counted, or is sent again.
    /// Where the merchant shows valid paywords that this wallet's record lacks, another copy of the
    /// wallet paid, or the record is an older copy: the merchant's state is taken over. Where it
    /// claims more than it can show, the channel is disputed.
    ///
    /// - Throws: `overclaimed`, `wrong-merchant`, `not-reserved`, `channel-closed`; `stale-index` or
    ///   `timed-out` when connecting again will help.
    @discardableResult
    public func connect(
        _ id: CommitmentID, over link: any MerchantLink
    ) async throws(Refusal) -> ResumeReport {
        // Only one connection at a time pays on a channel: the old one stops before this one reads.
        if let before = install(nil, for: id) { await before.end() }
        let turn = try await context.turn(on: id)
        defer { turn.end() }
        let record = try await record(id)
        let (channel, report) = try await LiveChannel.connect(record, over: link, context)
        if let other = install(channel, for: id) { await other.retire() }
        return report
    }

    /// Opens or resumes several channels of one merchant on one connection.
    public func connect(
        _ ids: [CommitmentID], over link: any MerchantLink
    ) async -> [CommitmentID: Result<ResumeReport, Refusal>] {
        typealias Connected = (id: CommitmentID, result: Result<ResumeReport, Refusal>)
        return await withTaskGroup(of: Connected.self) { group in
            for id in ids {
                group.addTask {
                    do throws(Refusal) {
                        return (id, .success(try await self.connect(id, over: link)))
                    } catch { return (id, .failure(error)) }
                }
            }
            var results: [CommitmentID: Result<ResumeReport, Refusal>] = [:]
            for await (id, result) in group { results[id] = result }
            return results
        }
    }

    /// Forgets a channel's connection. Nothing is lost; ``connect(_:over:)`` resumes.
    public func disconnect(_ id: CommitmentID) async {
        await install(nil, for: id)?.end()
    }

    /// Makes payments on a connected channel, in order, pipelined.
    ///
    /// What is revealed is on disk before it is sent. After the first payment that is not
    /// acknowledged no further one is sent, so a merchant that takes without serving takes at most
    /// what was under way: see ``WalletPolicy/unansweredMaximum``.
    ///
    /// - Returns: what became of each, by position.
    /// - Throws: `unknown-handle` if the channel is on no connection.
    public func pay(
        _ id: CommitmentID, _ intents: [PaymentIntent]
    ) async throws(Refusal) -> [PaymentOutcome] {
        await (try open(id)).pay(intents)
    }

    /// Makes one payment on a connected channel.
    /// - Throws: `unknown-handle` if the channel is on no connection. What else is wrong is in the
    ///   outcome.
    public func pay(
        _ id: CommitmentID, _ intent: PaymentIntent
    ) async throws(Refusal) -> PaymentOutcome {
        try await pay(id, [intent]).first ?? .unanswered
    }

    /// Stops paying on a channel, because the merchant took and did not serve. What was paid stays
    /// on record as evidence, and the channel is disputed from then on.
    /// - Throws: `unknown-commitment`, `storage-failed`.
    public func stop(_ id: CommitmentID, because complaint: String) async throws(Refusal) {
        _ = try await record(id)
        await install(nil, for: id)?.end()
        try await store.dispute(id, complaint)
    }
}
