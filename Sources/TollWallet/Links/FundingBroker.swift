public import PayWord

/// A broker as a wallet needs it. `TollBrokerAPI` implements it over HTTP; tests do in memory.
///
/// Every verb is idempotent, so each may be called again when the answer was lost. Signatures in the
/// answers are the caller's to check. Each throws the broker's own refusal, or `timed-out` where none
/// comes.
///
/// ```swift
/// let broker: any FundingBroker = try BrokerClient("https://broker.example", logger: logger)
/// let account = try await wallet.enrol(
///     at: broker, root: root, address: "https://broker.example", asset: euro)
/// ```
public protocol FundingBroker: Sendable {
    /// What the broker says of itself.
    func describe() async throws(Refusal) -> BrokerDescription

    /// Opens the wallet's account.
    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer

    /// A credit certificate for one of the wallet's payer keys.
    func certify(_ request: Verified<CertificateRequest>) async throws(Refusal) -> BrokerAnswer

    /// Locks the whole worth of a commitment, or registers a credit commitment.
    func reserve(_ request: Verified<ReservationRequest>) async throws(Refusal) -> BrokerAnswer

    /// The account's balance and one page of its commitments.
    func statement(_ request: Verified<StatementRequest>) async throws(Refusal) -> AccountStatement

    /// Asks for available money to be paid out.
    func withdraw(_ request: Verified<Withdrawal>) async throws(Refusal)

    /// Draws play money where the operator allows it.
    func draw(_ request: Verified<FaucetRequest>) async throws(Refusal)

    /// Frees what is left of a closed commitment's reservation.
    func deliver(_ close: Verified<Close>) async throws(Refusal)
}
