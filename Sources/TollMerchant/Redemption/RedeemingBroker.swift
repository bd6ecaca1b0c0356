public import PayWord

/// A broker as a merchant needs it. `TollBrokerAPI` implements it over HTTP; tests do in memory.
///
/// Every verb is idempotent, so each may be called again when the answer was lost. Each throws the
/// broker's own refusal, or `timed-out` where none comes.
///
/// ```swift
/// let client: any RedeemingBroker = try BrokerClient("https://broker.example", logger: logger)
/// let redeemer = Redeemer(
///     key: key, asset: euro, store: store, brokers: [try await client.describe().root: client],
///     clock: clock)
/// ```
public protocol RedeemingBroker: Sendable {
    /// What the broker says of itself.
    func describe() async throws(Refusal) -> BrokerDescription

    /// Registers the merchant; the answer carries its certificate.
    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer

    /// Turns one batch into one settlement. The same batch is answered with the same bytes; the
    /// answer's signature and figures are the caller's to check.
    func redeem(_ redemption: Verified<Redemption>) async throws(Refusal) -> SettlementAnswer

    /// Frees what is left of a closed commitment's reservation.
    func deliver(_ close: Verified<Close>) async throws(Refusal)
}
