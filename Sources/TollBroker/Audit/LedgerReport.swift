public import PayWord

/// What a check of the whole ledger found.
public struct LedgerReport: Sendable {
    /// Something that does not hold.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// Which rule it breaks.
        public enum Rule: String, Sendable, CaseIterable {
            /// Each link's hash is that of its content and leads to the link before it, numbered
            /// without a gap.
            case unbrokenLinks = "unbroken-links"
            /// Each account's balance is the sum of its entries, and each account with entries is
            /// there.
            case balances = "balances"
            /// No account is below its floor: zero, or the negative of its credit (TC-07.28).
            case floors = "floors"
            /// All balances of an asset sum to zero (TC-07.27).
            case zeroSum = "zero-sum"
            /// Each account's reserved money is what its commitments lock together.
            case reservedCovered = "reserved-covered"
            /// Each commitment's amounts follow from its indexes, and what it redeemed is what
            /// settlements paid.
            case commitments = "commitments"
            /// Each settlement is signed by the broker, its figures follow from its outcomes, and
            /// one ledger transaction moved them (TC-07.30).
            case settlements = "settlements"
            /// Each row that the store has can be read as what it should be.
            case damagedRows = "damaged-rows"
            case newestCopy = "newest-copy"
        }

        /// The rule that does not hold.
        public let rule: Rule
        /// Which row breaks it and how, in words for the operator: ids and figures, nothing secret.
        public let detail: String

        /// A fault of one rule, described for the operator.
        public init(_ rule: Rule, _ detail: String) {
            self.rule = rule
            self.detail = detail
        }

        /// The rule's code and the detail, as `floors: …`.
        public var description: String { "\(rule.rawValue): \(detail)" }
    }

    /// How many faults are kept in detail.
    public static let faultsMaximum = 100

    /// How many ledger transactions were looked at; their numbers run from 1 to this.
    public var transactions: UInt64 = 0
    /// How many accounts were looked at.
    public var accounts: UInt64 = 0
    /// How many commitments were looked at, released ones included.
    public var commitments: UInt64 = 0
    /// How many settlements were looked at.
    public var settlements: UInt64 = 0
    /// The sum over all accounts of each asset, which must be zero.
    public var sums: [Asset: Int128] = [:]
    /// The hash of the last link. Who noted an earlier one can tell whether history was changed.
    public var head = LedgerLink.origin
    /// The first faults.
    public var faults: [Fault] = []
    /// How many faults there are.
    public var faultCount = 0

    /// Whether everything holds.
    public var isSound: Bool { faultCount == 0 }

    /// A report of nothing.
    public init() {}

    mutating func add(_ rule: Fault.Rule, _ detail: String) {
        faultCount += 1
        if faults.count < Self.faultsMaximum { faults.append(Fault(rule, detail)) }
    }
}
