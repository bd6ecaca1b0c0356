public import PayWord

/// What one run of the redeemer did at one broker.
///
/// ```swift
/// let report = try await redeemer.redeem(at: root)
/// print("\(report.claimsAccepted) claims came to \(try report.totals().net) units net")
/// ```
public struct RedemptionReport: Sendable, Equatable {
    /// The settlements, in the order in which they came.
    public internal(set) var settlements: [SettlementRecord] = []
    /// Claims that the broker settled for other amounts than were due, without refusing them.
    public internal(set) var discrepancies: [ClaimDiscrepancy] = []
    /// How many closes the broker was told of.
    public internal(set) var closesDelivered = 0

    /// Nothing done.
    public init() {}

    /// How many claims were settled.
    public var claimsAccepted: UInt64 { settlements.reduce(0) { $0 + $1.claimsAccepted } }
    /// How many claims were refused.
    public var claimsRefused: UInt64 { settlements.reduce(0) { $0 + $1.claimsRefused } }
    /// How many paywords were settled.
    public var paywordsRedeemed: UInt64 { settlements.reduce(0) { $0 + $1.paywordsRedeemed } }

    /// What came of it before and after the broker's fee.
    /// - Throws: `amount-overflow`.
    public func totals() throws(Refusal) -> (gross: Amount, fee: Amount, net: Amount) {
        (
            try settlements.map(\.gross).sum(), try settlements.map(\.fee).sum(),
            try settlements.map(\.net).sum()
        )
    }
}
