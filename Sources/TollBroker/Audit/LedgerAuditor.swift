public import PayWord

/// Checks a whole ledger by itself, from what a store shows it: nothing of the store's is believed
/// that can be recomputed.
///
/// - every link's hash is right and leads to the one before, without a gap;
/// - every account's balance is the sum of its entries, and not below its floor;
/// - all balances of an asset sum to zero;
/// - each account's reserved money is what its commitments lock;
/// - what a commitment redeemed follows from its indexes, and from the settlements' outcomes;
/// - every settlement is signed by the broker, its figures follow from its outcomes, and its ledger
///   transaction moves them.
///
/// A store shows the links first, then accounts, commitments, settlements.
public struct LedgerAuditor: Sendable {
    /// What was found so far.
    public private(set) var report = LedgerReport()
    private let root: PublicKey
    private var booked: [LedgerAccountID: Int128] = [:]
    private var reserved: [LedgerAccountID: Int128] = [:]
    private var locked: [LedgerAccountID: Int128] = [:]
    private var redeemed: [CommitmentID: Amount] = [:]
    private var settled: [SettlementID: LedgerTransaction] = [:]

    /// An auditor of the broker's ledger.
    public init(root: PublicKey) { self.root = root }

    /// Looks at the next link.
    public mutating func see(_ link: LedgerLink) {
        report.transactions += 1
        if link.sequence != report.transactions || link.previous != report.head {
            report.add(.unbrokenLinks, "transaction \(link.sequence) does not follow the last")
        }
        if !link.isIntact {
            report.add(.unbrokenLinks, "transaction \(link.sequence) was changed")
        }
        report.head = link.hash
        for entry in link.transaction.entries {
            booked[entry.account, default: 0] += Int128(entry.amount)
        }
        if link.transaction.kind == .settlement,
            let id = SettlementID(link.transaction.subject.prefix(SettlementID.byteCount))
        {
            settled[id] = link.transaction
        }
    }

    /// Looks at an account.
    public mutating func see(_ account: LedgerAccount) {
        report.accounts += 1
        let sum = booked.removeValue(forKey: account.id) ?? 0
        if sum != Int128(account.balance) {
            report.add(
                .balances, "\(account.id) has \(account.balance), its entries sum to \(sum)")
        }
        if account.balance < account.floor {
            report.add(.floors, "\(account.id) has \(account.balance), below \(account.floor)")
        }
        report.sums[account.id.asset, default: 0] += Int128(account.balance)
        if account.id.purpose == .reserved, account.balance != 0 {
            reserved[account.id] = Int128(account.balance)
        }
    }

    /// Looks at a commitment.
    public mutating func see(_ commitment: LedgerCommitment) {
        report.commitments += 1
        if commitment.locked > .zero {
            locked[commitment.reservedAccount, default: 0] += Int128(commitment.locked.units)
        }
        if commitment.redeemed > .zero { redeemed[commitment.id] = commitment.redeemed }
        if !commitment.isConsistent {
            report.add(.commitments, "\(commitment.id) does not follow from its indexes")
        }
    }

    /// Looks at a settlement.
    public mutating func see(_ record: LedgerSettlement) {
        report.settlements += 1
        do throws(Refusal) {
            let check = try SettlementCheck(
                record, transaction: settled.removeValue(forKey: record.settlementID), root: root)
            for outcome in check.outcomes where outcome.amount > .zero {
                guard let left = redeemed[outcome.commitmentID], left >= outcome.amount else {
                    throw Refusal(.amountMismatch, "it paid more than was redeemed")
                }
                let rest = try left.subtracting(outcome.amount)
                redeemed[outcome.commitmentID] = rest > .zero ? rest : nil
            }
        } catch {
            report.add(.settlements, "settlement \(record.settlementID): \(error.detail)")
        }
    }

    /// Notes a row that a store could not read, because it says what cannot be.
    public mutating func see(damaged what: String) { report.add(.damagedRows, what) }

    /// Notes that a store has proof of newer books than those that it shows.
    public mutating func see(older what: String) { report.add(.newestCopy, what) }

    /// What was found, once everything was shown.
    public func finished() -> LedgerReport {
        var report = report
        for (account, sum) in booked where sum != 0 {
            report.add(.balances, "\(account) has entries and is missing")
        }
        for (asset, sum) in report.sums where sum != 0 {
            report.add(.zeroSum, "the accounts in \(asset) sum to \(sum)")
        }
        for account in Set(reserved.keys).union(locked.keys)
        where reserved[account] != locked[account] {
            report.add(
                .reservedCovered,
                "\(account) has \(reserved[account] ?? 0), its commitments lock \(locked[account] ?? 0)"
            )
        }
        for id in redeemed.keys {
            report.add(.commitments, "\(id) redeemed more than settlements paid")
        }
        for id in settled.keys {
            report.add(.settlements, "settlement \(id) has a transaction and is missing")
        }
        return report
    }
}

extension LedgerCommitment {
    /// Whether the amounts follow from the indexes and the state.
    fileprivate var isConsistent: Bool {
        guard let worth = try? worth(at: chains.map(\.length)), worth == terms.worth,
            let paid = try? self.worth(at: chains.map(\.redeemed.index)), paid == redeemed,
            chains.allSatisfy({ $0.redeemed.index <= $0.length })
        else { return false }
        let isLocking = terms.funding == .reserved && state != .released
        return locked == (isLocking ? claimable : .zero)
    }
}
