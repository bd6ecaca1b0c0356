public import PayWord

/// What the server needs of a broker: one verb a route. `Broker` of TollBroker is one.
///
/// Every verb is idempotent: the same object again is answered alike. So a client may send again
/// whenever it is in doubt.
public protocol BrokerService: Sendable {
    /// What the broker says of itself.
    func describe() async throws(Refusal) -> BrokerDescription
    /// Opens an account, or enrols a merchant.
    func enrol(_ request: SignedObject<Enrolment>) async throws(Refusal) -> BrokerAnswer
    /// Certifies a payer key for credit.
    func certify(_ request: SignedObject<CertificateRequest>) async throws(Refusal) -> BrokerAnswer
    /// Locks a commitment's worth, or registers a commitment on credit.
    func reserve(_ request: SignedObject<ReservationRequest>) async throws(Refusal) -> BrokerAnswer
    /// An account's balances and commitments.
    func statement(
        _ request: SignedObject<StatementRequest>
    ) async throws(Refusal) -> AccountStatement
    /// Sets available money aside for a payout.
    func withdraw(_ request: SignedObject<Withdrawal>) async throws(Refusal)
    /// Gives play money, where the operator runs a faucet.
    func draw(_ request: SignedObject<FaucetRequest>) async throws(Refusal)
    /// Frees what a closed commitment still locks.
    func close(_ close: SignedObject<Close>) async throws(Refusal)
    /// Settles a batch.
    func redeem(_ redemption: SignedObject<Redemption>) async throws(Refusal) -> SettlementAnswer
}

extension BrokerService {
    /// Decodes the object of `route`, runs its verb, and encodes the answer; nil where there is
    /// nothing to say but that it is done.
    func answer(_ route: BrokerRoute, _ body: [UInt8]) async throws(Refusal) -> [UInt8]? {
        switch route {
        case .enrolments: return try await enrol(SignedObject(decoding: body)).encoded
        case .certificates: return try await certify(SignedObject(decoding: body)).encoded
        case .reservations: return try await reserve(SignedObject(decoding: body)).encoded
        case .statements: return try await statement(SignedObject(decoding: body)).encoded
        case .redemptions: return try await redeem(SignedObject(decoding: body)).encoded
        case .withdrawals: try await withdraw(SignedObject(decoding: body))
        case .faucet: try await draw(SignedObject(decoding: body))
        case .closes: try await close(SignedObject(decoding: body))
        }
        return nil
    }
}
