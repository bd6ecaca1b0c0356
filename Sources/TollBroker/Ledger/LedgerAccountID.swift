public import PayWord

/// Which account of the ledger: whose, for what, in which asset.
///
/// ```swift
/// let purse = LedgerAccountID(.payer, account, .available, asset)
/// let outside = LedgerAccountID(.broker, root, .outside, asset)
/// ```
public struct LedgerAccountID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// In what capacity a party holds an account.
    public enum Owner: UInt8, Sendable, CaseIterable {
        /// The broker itself: its fees, its guarantees, and the outside world.
        case broker = 1
        /// A payer's account, under the key that enrolled it.
        case payer = 2
        /// A merchant's account.
        case merchant = 3
    }

    /// What an account's money is for.
    public enum Purpose: UInt8, Sendable, CaseIterable {
        /// Free to be reserved or withdrawn. Below zero it is debt, down to the floor.
        case available = 1
        /// Locked behind commitments.
        case reserved = 2
        /// Withdrawn, and not paid out yet.
        case payable = 3
        /// What the broker earned.
        case fees = 4
        /// What the broker paid in place of payers on credit: zero or below.
        case guarantee = 5
        /// The world: what came in counts negative here, so that all accounts sum to zero.
        case outside = 6
    }

    /// In what capacity the party holds the account: one key may be a payer's and a merchant's.
    public let owner: Owner
    /// Whose account it is: the key that enrolled, or the broker's root key for its own accounts.
    public let party: PublicKey
    /// What the money on it is for.
    public let purpose: Purpose
    /// What the account counts units of; a party has an account of its own for each asset.
    public let asset: Asset

    /// An account.
    public init(_ owner: Owner, _ party: PublicKey, _ purpose: Purpose, _ asset: Asset) {
        self.owner = owner
        self.party = party
        self.purpose = purpose
        self.asset = asset
    }

    /// How low the balance may go unless an operator has set another floor: the broker's own two
    /// accounts that stand for what lies outside the ledger have none, all others stop at zero.
    public var floorDefault: Int64 {
        switch purpose {
        case .outside, .guarantee: -Int64.max
        case .available, .reserved, .payable, .fees: 0
        }
    }

    /// By owner, party, purpose, and the asset's text.
    public static func < (left: LedgerAccountID, right: LedgerAccountID) -> Bool {
        if left.owner != right.owner { return left.owner.rawValue < right.owner.rawValue }
        if left.party != right.party { return left.party < right.party }
        if left.purpose != right.purpose { return left.purpose.rawValue < right.purpose.rawValue }
        return left.asset != right.asset && left.asset.description < right.asset.description
    }

    /// Owner, party, purpose and asset in one line, for messages to the operator.
    public var description: String { "\(owner) \(party) \(purpose) \(asset)" }
}

/// An account as it stands.
public struct LedgerAccount: Hashable, Sendable {
    /// Whose account it is, for what, in which asset.
    public let id: LedgerAccountID
    /// Units of the asset.
    public var balance: Int64
    /// The lowest that the balance may go: zero, or below it with credit.
    public var floor: Int64

    /// An account; one that nothing was booked on has the balance 0 and the default floor.
    public init(id: LedgerAccountID, balance: Int64 = 0, floor: Int64? = nil) {
        self.id = id
        self.balance = balance
        self.floor = floor ?? id.floorDefault
    }

    /// The balance above zero: what can be reserved or withdrawn. Credit is not for that.
    public var funds: Amount { Amount(clamping: balance) }

    /// The balance below zero.
    public var debt: Amount { Amount(clamping: balance == .min ? .max : -balance) }

    /// How much can be drawn until the floor is reached.
    public var capacity: Amount {
        let (room, overflow) = balance.subtractingReportingOverflow(floor)
        return overflow ? .maximum : Amount(clamping: room)
    }

    /// The account after `amount` is booked on it.
    /// - Throws: `insufficient-funds` below the floor, `amount-overflow` above 2^63 - 1.
    public func booking(_ amount: Int64) throws(Refusal) -> LedgerAccount {
        let (sum, overflow) = balance.addingReportingOverflow(amount)
        guard !(overflow && amount > 0) else {
            throw Refusal(.amountOverflow, "the balance of \(id) would be above 2^63 - 1")
        }
        guard !overflow, sum >= floor else {
            throw Refusal(.insufficientFunds, "\(id) has less than that to draw on")
        }
        return LedgerAccount(id: id, balance: sum, floor: floor)
    }
}

extension Amount {
    /// A signed count as an amount, nothing if it is negative.
    init(clamping units: Int64) {
        self = (try? Amount(units: UInt64(max(0, units)))) ?? .zero
    }
}
