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
            for entry in page.commitments { try await restore(entry, root, &report) }
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

    private func restore(
        _ entry: CommitmentEntry, _ root: PublicKey, _ report: inout RestoreReport
    ) async throws(Refusal) {
        let id = entry.commitment.id
        guard try await store.channel(id) == nil else {
            report.known.append(id)
            return
        }
        let record: ChannelRecord
        do throws(Refusal) {
            record = try ChannelRecord(restoring: entry, at: root, secret: context.secret)
        } catch {
            report.foreign[id] = error
            return
        }
        try await store.insert(record)
        try await store.raiseGeneration(
            broker: record.broker, merchant: record.merchant, to: record.generation)
        if record.stage == .ready { report.live.append(id) } else { report.ended.append(id) }
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
        let chains = ChannelChains(secret: secret, record: self)
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
