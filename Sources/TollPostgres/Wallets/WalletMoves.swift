internal import PayWord
internal import TollWallet

/// A batch that moves channels: all that it is judged on is read at once, under the wallet's lock;
/// each item is judged here; and what is good is written at once, with the commit.
struct WalletMoves {
    /// What one item asks of one merchant on one day.
    struct SpendingKey: Hashable {
        let asset: Asset
        let day: UInt64
        let merchant: PublicKey
    }

    struct DayKey: Hashable {
        let asset: Asset
        let day: UInt64
    }

    struct PartyKey: Hashable {
        let asset: Asset
        let merchant: PublicKey
    }

    private struct ReferenceKey: Hashable {
        let merchant: PublicKey
        let reference: [UInt8]
    }

    struct Channel {
        var progress: ChannelProgress
        let stage: ChannelStage
    }

    let books: WalletBooks
    /// The last number of the journal.
    let sequence: Int64
    private(set) var channels: [CommitmentID: Channel] = [:]
    /// Which channel has a reference to a merchant.
    private var references: [ReferenceKey: CommitmentID] = [:]
    private var onDay: [DayKey: Amount] = [:]
    private var onMerchantAndDay: [SpendingKey: Amount] = [:]
    private var onMerchant: [PartyKey: Amount] = [:]
    /// What is written at the end.
    private(set) var moved: Set<CommitmentID> = []
    private(set) var journal:
        [(channel: CommitmentID, merchant: PublicKey, payment: PaymentRecord)] = []
    private(set) var spendings: [SpendingKey: Amount] = [:]
    private(set) var outcomes: [(CommitmentID, UInt64, ProgressUpdate.Outcome)] = []

    // MARK: Reading

    /// Locks the wallet and reads what items on these channels are judged on.
    init(_ books: WalletBooks, _ ids: [CommitmentID], ahead: [WriteAhead] = []) throws {
        self.books = books
        let keys = Array(Set(ahead.map { SpendingKey($0.spending) }))
        let wanted = ahead.flatMap { item in
            item.payments.compactMap(\.reference).map {
                ReferenceKey(merchant: item.spending.merchant, reference: $0)
            }
        }
        // The lock comes first, so what follows is read as nobody else changes it.
        let lock = PostgresStatement(WalletBooks.taking, [books.me, .integer(0)])
        let answers = try books.transaction.rows([
            lock, Self.channels(ids, books), Self.references(wanted, books),
            Self.spendings(keys, books),
        ])
        sequence = try answers[0].first?.integer(0) ?? 0
        try answers[1].forEach { row in
            channels[try row.fixed(0)] = Channel(
                progress: try ChannelProgress(row, from: 2), stage: try row.choice(1))
        }
        try answers[2].forEach { row in
            references[wanted[Int(try row.integer(0)) - 1]] = try row.fixed(1)
        }
        try answers[3].forEach { row in
            let key = keys[Int(try row.integer(0)) - 1]
            onDay[key.wholeDay] = try row.amount(1)
            onMerchantAndDay[key] = try row.amount(2)
            onMerchant[key.party] = try row.amount(3)
        }
    }

    private static func channels(_ ids: [CommitmentID], _ books: WalletBooks) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT c.channel, c.stage, \(ChannelProgress.columns)
            FROM unnest($2) AS x (id) CROSS JOIN LATERAL (
                SELECT * FROM toll_wallet_channels WHERE wallet = $1 AND channel = x.id
                LIMIT 1 FOR UPDATE) c
            """, [books.me, .ids(Set(ids).sorted())])
    }

    private static func references(
        _ wanted: [ReferenceKey], _ books: WalletBooks
    ) -> PostgresStatement {
        var references = PostgresArray.bytes(wanted.count, each: 32)
        for key in wanted { references.append(key.reference) }
        return PostgresStatement(
            """
            SELECT x.n, p.channel
            FROM unnest($2, $3) WITH ORDINALITY AS x (merchant, reference, n) CROSS JOIN LATERAL (
                SELECT channel FROM toll_wallet_payments
                WHERE wallet = $1 AND merchant = x.merchant AND reference = x.reference
                    AND state <> 3 LIMIT 1) p
            """, [books.me, .ids(wanted.map(\.merchant)), .array(references)])
    }

    private static func spendings(
        _ keys: [SpendingKey], _ books: WalletBooks
    ) -> PostgresStatement {
        var days = PostgresArray.integers(keys.count)
        for key in keys { days.append(Int64(clamping: key.day)) }
        let sum = "SELECT coalesce(sum(amount), 0)::bigint FROM toll_wallet_spendings s"
        let asset = "WHERE s.wallet = $1 AND s.asset = x.asset"
        return PostgresStatement(
            """
            SELECT x.n, (\(sum) \(asset) AND s.day = x.day),
                (\(sum) \(asset) AND s.day = x.day AND s.merchant = x.merchant),
                (\(sum) \(asset) AND s.merchant = x.merchant)
            FROM unnest($2, $3, $4) WITH ORDINALITY AS x (asset, day, merchant, n)
            """,
            [
                books.me, .array(.assets(keys.map(\.asset))), .array(days),
                .ids(keys.map(\.merchant)),
            ])
    }

    // MARK: Judging

    /// Judges one item, and takes it in if it is good. Each is checked whole before anything of it is
    /// taken, so a refusal leaves nothing behind.
    mutating func judge(_ item: WriteAhead) throws -> Result<Void, Refusal> {
        do throws(Refusal) {
            try checkMovable(item.channel, item.progress)
            for reference in item.payments.compactMap(\.reference) {
                let key = ReferenceKey(merchant: item.spending.merchant, reference: reference)
                guard let present = references[key] else { continue }
                throw Refusal(
                    .referenceConflict,
                    "a payment with this reference was made on channel \(present)")
            }
            try spend(item.spending)
        } catch {
            return .failure(error)
        }
        for payment in item.payments {
            journal.append((item.channel, item.spending.merchant, payment))
            guard let reference = payment.reference else { continue }
            references[ReferenceKey(merchant: item.spending.merchant, reference: reference)] =
                item.channel
        }
        move(item.channel, to: item.progress)
        return .success(())
    }

    /// Judges what a merchant answered, likewise.
    mutating func judge(_ item: ProgressUpdate) throws -> Result<Void, Refusal> {
        do throws(Refusal) { try checkMovable(item.channel, item.progress) } catch {
            return .failure(error)
        }
        for (number, outcome) in item.outcomes { outcomes.append((item.channel, number, outcome)) }
        move(item.channel, to: item.progress)
        return .success(())
    }

    private func checkMovable(
        _ id: CommitmentID, _ progress: ChannelProgress
    ) throws(Refusal) {
        guard let present = channels[id] else {
            throw Refusal(.unknownCommitment, "this wallet has no channel \(id)")
        }
        guard progress.version == present.progress.version + 1 else {
            throw Refusal(.busy, "another program moved the channel: connect again")
        }
        guard present.stage == .ready else {
            throw Refusal(.channelClosed, "the channel is closed or disputed")
        }
        guard progress.revealed.count == present.progress.revealed.count,
            progress.accepted.count == present.progress.revealed.count,
            zip(progress.revealed, present.progress.revealed).allSatisfy({ $0 >= $1 })
        else { throw Refusal(.staleIndex, "an index would fall below what was revealed") }
    }

    private mutating func spend(_ spending: Spending) throws(Refusal) {
        let key = SpendingKey(spending)
        try spending.check(
            spentThisDay: onDay[key.wholeDay] ?? .zero,
            spentOnMerchantThisDay: onMerchantAndDay[key] ?? .zero,
            spentOnMerchant: onMerchant[key.party] ?? .zero)
        guard spending.amount > .zero else { return }
        // The sum of a day and that of a merchant are no less than the others.
        let day = try (onDay[key.wholeDay] ?? .zero).adding(spending.amount)
        let party = try (onMerchant[key.party] ?? .zero).adding(spending.amount)
        (onDay[key.wholeDay], onMerchant[key.party]) = (day, party)
        onMerchantAndDay[key] = try (onMerchantAndDay[key] ?? .zero).adding(spending.amount)
        spendings[key] = try (spendings[key] ?? .zero).adding(spending.amount)
    }

    private mutating func move(_ id: CommitmentID, to progress: ChannelProgress) {
        channels[id]?.progress = progress
        moved.insert(id)
    }
}

extension WalletMoves.SpendingKey {
    fileprivate init(_ spending: Spending) {
        self.init(asset: spending.asset, day: spending.day, merchant: spending.merchant)
    }

    fileprivate var wholeDay: WalletMoves.DayKey { WalletMoves.DayKey(asset: asset, day: day) }
    fileprivate var party: WalletMoves.PartyKey {
        WalletMoves.PartyKey(asset: asset, merchant: merchant)
    }
}
