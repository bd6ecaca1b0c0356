internal import DeterministicCBOR
public import PayWord

/// One booking of a transaction: an amount added to an account, or, where negative, taken from it.
public struct LedgerEntry: Hashable, Sendable {
    /// The account that is booked on.
    public let account: LedgerAccountID
    /// Signed units of the account's asset: above zero added, below zero taken; never 0 in a
    /// transaction.
    public let amount: Int64

    /// A booking of a signed amount on one account.
    public init(account: LedgerAccountID, amount: Int64) {
        self.account = account
        self.amount = amount
    }
}

/// A transaction of the double-entry ledger. In each asset its entries sum to zero: a value that
/// does not balance cannot be made.
///
/// ```swift
/// var moves = LedgerMoves()
/// moves.move(amount, from: outside, to: purse)
/// let deposit = try LedgerTransaction(
///     kind: .deposit, at: now, subject: digest.bytes, moves: moves)
/// ```
public struct LedgerTransaction: Hashable, Sendable {
    /// What happened.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Money came in from outside for a payer, by the operator's word.
        case deposit = 1
        /// Play money was given to a payer.
        case faucet = 2
        /// A commitment's worth was locked: from available to reserved.
        case reservation = 3
        /// A merchant's close was taken, and what the commitment locked beyond it returned.
        case close = 4
        /// A commitment's time was over, and what it still locked returned.
        case release = 5
        /// A batch was paid: from payers, and the broker's guarantee, to the merchant and the
        /// broker's fees.
        case settlement = 6
        /// Available money was set aside for a payout.
        case withdrawal = 7
        /// Money was paid out: from payable, or a merchant's available money, to outside.
        case payout = 8
    }

    /// The longest subject, in bytes; a settlement's takes 48.
    public static let subjectBytesMaximum = 64

    /// What happened, and so what ``subject`` holds.
    public let kind: Kind
    /// When the broker decided it, by the broker's clock.
    public let at: Timestamp
    /// What it is about, so that the hash link covers that too, at most ``subjectBytesMaximum``
    /// bytes: for a reservation, close or release the commitment's digest (32); for a settlement
    /// its id and the SHA-256 of its encoding (16 + 32); for a movement of money the SHA-256 of its
    /// kind, scope and reference (32).
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
