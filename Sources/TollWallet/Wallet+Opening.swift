public import PayWord

extension Wallet {
    /// Makes a commitment and has it funded: locked at the broker, or registered under credit.
    ///
    /// The commitment is on disk before the broker has it. If the funding fails or the wallet is
    /// killed, the channel stays *committed*, and ``resumeFunding(_:at:)`` sends the same bytes
    /// again: one commitment, one reservation, one channel.
    ///
    /// The mode says who bears the risk. Two-party channels have a function of their own.
    /// - Throws: `lock-too-long`, `budget-exceeded`, `limit-exceeded`, `insufficient-funds` and what
    ///   else the terms or the broker give.
    public func openChannel(
        _ terms: ChannelTerms, at broker: any FundingBroker, mode: FundingMode = .reserved
    ) async throws(Refusal) -> ChannelRecord {
        guard !terms.isTwoParty, mode != .twoParty else {
            throw Refusal(.wrongBroker, "a merchant that is its own broker funds nothing")
        }
        if let known = try await known(terms) {
            return known.stage == .committed
                ? try await resumeFunding(known.id, at: broker) : known
        }
        let record = try await commit(terms, mode: mode, certifiedBy: broker)
        return try await fund(record, at: broker)
    }

    /// Makes a commitment to a merchant that is its own broker.
    /// - Throws: `wrong-broker` for terms that name a broker beside the merchant;
    ///   `reference-conflict`; `budget-exceeded` and what else the terms give; `storage-failed`.
    public func openTwoPartyChannel(_ terms: ChannelTerms) async throws(Refusal) -> ChannelRecord {
        guard terms.isTwoParty else {
            throw Refusal(.wrongBroker, "the terms name a broker beside the merchant")
        }
        let record: ChannelRecord
        if let known = try await known(terms) {
            record = known
        } else {
            record = try await commit(terms, mode: .twoParty, certifiedBy: nil)
        }
        try await store.fund(record.id, [])
        return try await self.record(record.id)
    }

    /// Funds a channel whose commitment is on disk: the same request again, byte for byte, or, where
    /// the broker finds it too old, the same commitment in a request of today.
    /// - Throws: `unknown-commitment` if the wallet has no such channel; what the broker throws; what
    ///   is wrong with its answer, such as `not-reserved` or `reservation-mismatch`. The channel then
    ///   stays *committed*.
    public func resumeFunding(
        _ id: CommitmentID, at broker: any FundingBroker
    ) async throws(Refusal) -> ChannelRecord {
        let record = try await record(id)
        guard record.stage == .committed else { return record }
        if record.mode == .twoParty {
            try await store.fund(id, [])
            return try await self.record(id)
        }
        do throws(Refusal) { return try await fund(record, at: broker) } catch {
            guard error.reason == .staleRequest else { throw error }
        }
        var renewed = record
        renewed.request = try request(
            record.commitment, generation: record.generation, address: record.address,
            mode: record.mode, salt: record.salt
        ).encoded
        try await store.replaceRequest(id, renewed.request ?? [])
        return try await fund(renewed, at: broker)
    }

    /// Funds every channel of a broker whose commitment is on disk and not funded: what a wallet does
    /// when it starts.
    /// - Returns: what became of each.
    /// - Throws: `storage-failed`.
    public func resumeFunding(
        of root: PublicKey, at broker: any FundingBroker
    ) async throws(Refusal) -> [CommitmentID: Result<ChannelRecord, Refusal>] {
        var results: [CommitmentID: Result<ChannelRecord, Refusal>] = [:]
        for record in try await store.channels()
        where record.broker == root && record.stage == .committed {
            do throws(Refusal) {
                results[record.id] = .success(try await resumeFunding(record.id, at: broker))
            } catch { results[record.id] = .failure(error) }
        }
        return results
    }

    /// Signs commitments to this merchant with another key from now on.
    /// - Throws: `storage-failed`.
    public func rotatePayerKey(
        broker: PublicKey, merchant: PublicKey
    ) async throws(Refusal) {
        let present = try await store.generation(broker: broker, merchant: merchant)
        try await store.raiseGeneration(
            broker: broker, merchant: merchant, to: present &+ 1)
    }

    private func known(_ terms: ChannelTerms) async throws(Refusal) -> ChannelRecord? {
        guard let reference = terms.reference,
            let record = try await store.channel(reference: reference)
        else { return nil }
        let commitment = record.commitment.payload
        guard commitment.merchant == terms.merchant, commitment.broker == terms.broker,
            commitment.asset == terms.asset
        else {
            throw Refusal(.referenceConflict, "the reference opened another channel")
        }
        return record
    }

    private func commit(
        _ terms: ChannelTerms, mode: FundingMode, certifiedBy broker: (any FundingBroker)?
    ) async throws(Refusal) -> ChannelRecord {
        let now = context.clock()
        try terms.check(context.policy, mode: mode, at: now)
        let generation = try await store.generation(
            broker: terms.broker, merchant: terms.merchant)
        let payer = try context.secret.payerKey(
            broker: terms.broker, merchant: terms.merchant, generation: generation)
        if mode == .credit, let broker {
            try await checkCredit(terms, payer: payer.publicKey, at: broker)
        }
        let salt: TermsSalt? = terms.offer == nil ? nil : context.random.draw()
        let commitment = try CommitmentMaker.make(
            terms, nonce: context.random.draw(), salt: salt, payer: payer,
            secret: context.secret, at: now)
        let request =
            mode == .twoParty
            ? nil
            : try request(
                commitment.object, generation: generation, address: terms.address, mode: mode,
                salt: salt
            ).encoded
        let record = ChannelRecord(
            commitment: commitment.object, generation: generation, address: terms.address,
            mode: mode, salt: salt, offer: terms.offer?.object, reference: terms.reference,
            request: request)
        try await store.insert(record)
        return record
    }

    private func checkCredit(
        _ terms: ChannelTerms, payer: PublicKey, at broker: any FundingBroker
    ) async throws(Refusal) {
        let account = try context.secret.accountKey(broker: terms.broker)
        let now = context.clock()
        let answer = try await broker.certify(
            account.sign(
                CertificateRequest(
                    broker: terms.broker, account: account.publicKey, subject: payer,
                    asset: terms.asset, createdAt: now)))
        try FundingCheck.checkCredit(
            answer, subject: payer, broker: terms.broker, asset: terms.asset,
            worth: terms.plan.worth, at: now)
    }

    private func request(
        _ commitment: SignedObject<Commitment>, generation: UInt32, address: String,
        mode: FundingMode, salt: TermsSalt?
    ) throws(Refusal) -> Verified<ReservationRequest> {
        let broker = commitment.payload.broker
        let account = try context.secret.accountKey(broker: broker)
        let note = try RestoreNote(
            generation: generation, address: address, salt: salt, mode: mode
        ).sealed(for: commitment, secret: context.secret, random: context.random)
        return try account.sign(
            ReservationRequest(
                broker: broker, account: account.publicKey, commitment: commitment,
                createdAt: context.clock(), note: note))
    }

    private func fund(
        _ record: ChannelRecord, at broker: any FundingBroker
    ) async throws(Refusal) -> ChannelRecord {
        let request = try SignedObject<ReservationRequest>(decoding: record.request ?? [])
        let answer = try await broker.reserve(request.verified())
        if record.mode == .credit {
            try FundingCheck.checkCredit(
                answer, subject: record.commitment.payload.payer, broker: record.broker,
                asset: record.asset, worth: record.commitment.payload.worth,
                at: context.clock())
        } else {
            try FundingCheck.checkReservation(answer, of: record.commitment)
        }
        try await store.fund(record.id, answer.funding)
        return try await self.record(record.id)
    }
}
