public import PayWord

/// What a check of the whole ledger found.
public struct LedgerReport: Sendable {
    /// Something that does not hold.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// Which rule it breaks.
        public enum Rule: String, Sendable, CaseIterable {
            case unbrokenLinks = "unbroken-links"
            case balances = "balances"
            case floors = "floors"
            case zeroSum = "zero-sum"
            case reservedCovered = "reserved-covered"
            case commitments = "commitments"
            case settlements = "settlements"
            case damagedRows = "damaged-rows"
        }

        public let rule: Rule
        public let detail: String

        public init(_ rule: Rule, _ detail: String) {
            self.rule = rule
            self.detail = detail
        }

        public var description: String { "\(rule.rawValue): \(detail)" }
    }

    /// How many faults are kept in detail.
    public static let faultsMaximum = 100

    public var transactions: UInt64 = 0
    public var accounts: UInt64 = 0
    public var commitments: UInt64 = 0
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
