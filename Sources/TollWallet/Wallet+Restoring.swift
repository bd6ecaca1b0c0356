public import PayWord

/// What a restore found at a broker.
public struct RestoreReport: Sendable, Equatable {
    /// Channels that are live and can be connected.
    public var live: [CommitmentID] = []
    /// Channels that were closed or released; they are kept for the record.
    public var ended: [CommitmentID] = []
    /// Channels that the wallet had already.
    public var known: [CommitmentID] = []
    /// What the broker listed and this wallet's secret did not make, with the reason.
    public var foreign: [CommitmentID: Refusal] = [:]
}

extension Wallet {
    /// How many pages of a statement a restore reads at most: a million commitments.
    private static let pagesMaximum = 4096

    /// Restores the wallet's channels from its secret alone: the broker lists the account's
    /// commitments, and the wallet checks of each that its own key signed it and that its own chains
    /// end in its roots.
    ///
    /// How far a channel is paid the merchant knows: ``connect(_:over:)`` takes that over, for as far
    /// as the merchant shows the paywords. Two-party channels are not at a broker, and are not found.
    /// - Throws: what the broker throws; `malformed` if its pages do not end; `unknown-account` if
    ///   its statement is of another account; `storage-failed`. A commitment that is not this
    ///   wallet's is in the report instead.
    public func restore(
        from broker: any FundingBroker, root: PublicKey, address: String, asset: Asset
    ) async throws(Refusal) -> RestoreReport {
        let account = try accountKey(at: root)
        var report = RestoreReport()
        var cursor: CommitmentID?
        var seen: Set<CommitmentID> = []
        for _ in 0..<Self.pagesMaximum {
            let page = try await statement(
                at: broker, root: root, asset: asset, after: cursor)
            try await restore(page.commitments, root, &report)
            guard let next = page.cursor else { break }
            guard seen.insert(next).inserted else {
                throw Refusal(.malformed, "the broker's pages go round in a circle")
            }
            cursor = next
        }
        try await store.keep(
            BrokerAccount(broker: root, address: address, asset: asset, account: account))
        return report
    }

    /// Restores a page. Its chains are walked together, because they are the whole work.
    private func restore(
        _ entries: [CommitmentEntry], _ root: PublicKey, _ report: inout RestoreReport
    ) async throws(Refusal) {
        var found: [ChannelRecord] = []
        for entry in entries {
            let id = entry.commitment.id
            guard try await store.channel(id) == nil else {
                report.known.append(id)
                continue
            }
            do throws(Refusal) {
                found.append(
                    try ChannelRecord(unchecked: entry, at: root, secret: context.secret))
            } catch {
                report.foreign[id] = error
            }
        }
        let chains = ChannelChains.many(secret: context.secret, records: found)
        for (record, chains) in zip(found, chains) {
            do throws(Refusal) {
                try record.check(chains)
            } catch {
                report.foreign[record.id] = error
                continue
            }
            try await keep(record, &report)
        }
    }

    private func keep(
        _ record: ChannelRecord, _ report: inout RestoreReport
    ) async throws(Refusal) {
        // A page may list a commitment twice.
        guard try await store.channel(record.id) == nil else {
            report.known.append(record.id)
            return
        }
        try await store.insert(record)
        try await store.raiseGeneration(
            broker: record.broker, merchant: record.merchant, to: record.generation)
        if record.stage == .ready {
            report.live.append(record.id)
        } else {
            report.ended.append(record.id)
        }
    }
}

extension ChannelRecord {
    /// How many keys a restore tries where a commitment has no note.
    private static let generationsTried: UInt32 = 16

    /// A channel as a wallet's secret and one line of a broker's statement give it back: the wallet's
    /// own key signed the commitment, and its own chains end in the roots.
    ///
    /// How far it is paid the merchant knows.
    /// - Throws: `bad-signature` or `weak-key`, `wrong-broker`, `bad-payword` for another wallet's
    ///   chains.
    public init(
        restoring entry: CommitmentEntry, at root: PublicKey, secret: WalletSecret
    ) throws(Refusal) {
        try self.init(unchecked: entry, at: root, secret: secret)
        try check(ChannelChains(secret: secret, record: self))
    }

    /// The same before its chains were walked.
    fileprivate init(
        unchecked entry: CommitmentEntry, at root: PublicKey, secret: WalletSecret
    ) throws(Refusal) {
        let commitment = try entry.commitment.verified().object
        guard commitment.payload.broker == root else {
            throw Refusal(.wrongBroker, "the commitment is of another broker")
        }
        let note = try Self.note(entry, commitment, secret)
        let payer = try secret.payerKey(
            broker: root, merchant: commitment.payload.merchant, generation: note.generation)
        guard payer.publicKey == commitment.payload.payer else {
            throw Refusal(.badSignature, "another wallet's key signed the commitment")
        }
        var progress = ChannelProgress(chains: commitment.payload.chains.count)
        progress.isComplete = false
        self.init(
            commitment: commitment, generation: note.generation, address: note.address,
            mode: note.mode, salt: note.salt, funding: entry.funding,
            stage: entry.state == .live ? .ready : .closed, progress: progress)
    }

    /// - Throws: `bad-payword` if the commitment's roots are not those of this wallet's chains.
    fileprivate func check(_ chains: ChannelChains) throws(Refusal) {
        guard zip(chains.roots, commitment.payload.chains).allSatisfy({ $0 == $1.root }) else {
            throw Refusal(.badPayword, "another wallet's chains are committed")
        }
    }

    /// The commitment's note; without one that opens, what can be found by trying.
    private static func note(
        _ entry: CommitmentEntry, _ commitment: SignedObject<Commitment>, _ secret: WalletSecret
    ) throws(Refusal) -> RestoreNote {
        if let sealed = entry.note,
            let note = try? RestoreNote(opening: sealed, for: commitment, secret: secret)
        {
            return note
        }
        for generation in 0..<generationsTried {
            let key = try secret.payerKey(
                broker: commitment.payload.broker, merchant: commitment.payload.merchant,
                generation: generation)
            guard key.publicKey == commitment.payload.payer else { continue }
            return RestoreNote(
                generation: generation, address: "", salt: nil, mode: .reserved)
        }
        throw Refusal(.badSignature, "no key of this wallet signed the commitment")
    }
}
