internal import DeterministicCBOR
public import PayWord

/// One booking of a transaction: an amount added to an account, or, where negative, taken from it.
public struct LedgerEntry: Hashable, Sendable {
    public let account: LedgerAccountID
    public let amount: Int64

    public init(account: LedgerAccountID, amount: Int64) {
        self.account = account
        self.amount = amount
    }
}

/// A transaction of the double-entry ledger. In each asset its entries sum to zero: a value that
/// does not balance cannot be made.
public struct LedgerTransaction: Hashable, Sendable {
    /// What happened.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case deposit = 1
        case faucet = 2
        case reservation = 3
        case close = 4
        case release = 5
        case settlement = 6
        case withdrawal = 7
        case payout = 8
    }

    /// The longest subject.
    public static let subjectBytesMaximum = 64

    public let kind: Kind
    public let at: Timestamp
    /// What it is about, such as a commitment's digest, so that the hash link covers that too.
    public let subject: [UInt8]
    /// One entry an account, none of zero, in the order of the accounts.
    public let entries: [LedgerEntry]

    /// A transaction of `moves`, booked together.
    ///
    /// A settlement or the end of a commitment may move nothing, and is in the ledger all the same.
    /// - Throws: `internal` if the moves do not balance, `amount-overflow`.
    public init(
        kind: Kind, at: Timestamp, subject: [UInt8], moves: LedgerMoves
    ) throws(Refusal) {
        try self.init(kind: kind, at: at, subject: subject, entries: moves.entries)
    }

    /// A transaction as a store reads it back.
    /// - Throws: `internal` if the entries are not in order, one an account, or do not balance.
    public init(
        kind: Kind, at: Timestamp, subject: [UInt8], entries: [LedgerEntry]
    ) throws(Refusal) {
        guard subject.count <= Self.subjectBytesMaximum else {
            throw Refusal(.internal, "a ledger transaction's subject is too long")
        }
        guard zip(entries, entries.dropFirst()).allSatisfy({ $0.account < $1.account }),
            entries.allSatisfy({ $0.amount != 0 }), Self.balances(entries)
        else { throw Refusal(.internal, "a ledger transaction does not balance") }
        self.kind = kind
        self.at = at
        self.subject = subject
        self.entries = entries
    }

    private static func balances(_ entries: [LedgerEntry]) -> Bool {
        var sums: [Asset: Int128] = [:]
        for entry in entries { sums[entry.account.asset, default: 0] += Int128(entry.amount) }
        return sums.values.allSatisfy { $0 == 0 }
    }
}

/// What a transaction moves, gathered: many moves become one entry an account.
public struct LedgerMoves: Sendable {
    private var sums: [LedgerAccountID: Int128] = [:]

    /// No moves.
    public init() {}

    /// Moves `amount` from one account to another of the same asset.
    public mutating func move(
        _ amount: Amount, from source: LedgerAccountID, to target: LedgerAccountID
    ) {
        guard amount > .zero else { return }
        sums[source, default: 0] -= Int128(amount.units)
        sums[target, default: 0] += Int128(amount.units)
    }

    /// Takes `amount` from an account; what gets it is moved apart, and all must balance in the end.
    public mutating func take(_ amount: Amount, from source: LedgerAccountID) {
        sums[source, default: 0] -= Int128(amount.units)
    }

    /// Gives `amount` to an account.
    public mutating func give(_ amount: Amount, to target: LedgerAccountID) {
        sums[target, default: 0] += Int128(amount.units)
    }

    /// The entries, in the order of their accounts.
    /// - Throws: `amount-overflow` for a sum that does not fit.
    public var entries: [LedgerEntry] {
        get throws(Refusal) {
            var entries: [LedgerEntry] = []
            entries.reserveCapacity(sums.count)
            for (account, sum) in sums.sorted(by: { $0.key < $1.key }) where sum != 0 {
                guard let amount = Int64(exactly: sum) else { throw Refusal(.amountOverflow) }
                entries.append(LedgerEntry(account: account, amount: amount))
            }
            return entries
        }
    }
}
