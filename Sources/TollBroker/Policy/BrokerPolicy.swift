public import PayWord

/// What a broker takes part in: a value that its operator sets.
///
/// ```swift
/// var policy = BrokerPolicy(assets: [euro])
/// policy.fee = Fee(share: BasisPoints(50) ?? .zero, fixed: .zero)   // 0.5 %
/// policy.faucet = FaucetPolicy(requestMaximum: hundred, dayMaximum: thousand)   // trials only
/// ```
public struct BrokerPolicy: Sendable {
    /// The assets that accounts can hold: 1 to 16.
    public var assets: [Asset]
    /// The fee of merchants that enrol.
    public var fee = Fee.none
    /// The most that one commitment may be worth.
    public var commitmentMaximum = Amount.maximum
    /// How long a merchant's certificate holds.
    public var merchantCertificatePeriod: Seconds = 365 * .day
    /// How long a credit certificate holds.
    public var creditCertificatePeriod: Seconds = 90 * .day
    /// How long before its end a certificate is renewed when it is asked for again.
    public var renewalPeriod: Seconds = 30 * .day
    /// How far ahead redeem-by must at least lie.
    public var lockingMinimum: Seconds = 60
    /// How far ahead redeem-by may lie.
    public var lockingMaximum = Commitment.redeemByMaximum
    /// How long after redeem-by a commitment is released; the broker's own outages lengthen it.
    public var releaseDelay: Seconds = .day
    /// Play money for trials; nil, the default, is none.
    public var faucet: FaucetPolicy?
    /// The most steps that all claims of a batch may take together.
    public var batchStepsMaximum: UInt64 = 1 << 28
    /// The most claims that a batch may have.
    public var claimsMaximum = Redemption.claimsMaximum
    /// How much failed work a merchant may cause.
    public var failedWork = FailedWorkPolicy()
    /// How long without a sign of life counts as an outage.
    public var outageMinimum: Seconds = 600

    /// The default policy for these assets.
    public init(assets: [Asset]) { self.assets = assets }
}

/// Play money for trials: who asks is given, within limits.
public struct FaucetPolicy: Sendable {
    /// The most that one request gets.
    public var requestMaximum: Amount
    /// The most that one account gets in 24 hours.
    public var dayMaximum: Amount

    /// A faucet with its two limits, in units of each asset.
    public init(requestMaximum: Amount, dayMaximum: Amount) {
        self.requestMaximum = requestMaximum
        self.dayMaximum = dayMaximum
    }
}

/// How much work that came to nothing a merchant may cause: a budget of chain steps that refills.
/// A signature that does not hold counts as ``stepsPerSignature``.
public struct FailedWorkPolicy: Sendable {
    /// What one verification of a signature counts, about as many steps as take that long.
    public static let stepsPerSignature: UInt64 = 2048

    /// The budget when it is full.
    public var stepsMaximum: UInt64 = 1 << 26
    /// How much of it comes back in a second.
    public var stepsPerSecond: UInt64 = 1 << 14

    /// The protocol's budget: 2^26 steps, refilled by 2^14 a second (TC-07.8).
    public init() {}
}
