public import PayWord

extension BrokerClient {
    /// What the broker says of itself. Its certificates are the caller's to check.
    /// - Throws: `timed-out`, what the broker refuses with, or `malformed` for an answer that is none.
    public func describe() async throws(Refusal) -> BrokerDescription {
        try BrokerDescription(decoding: try await getDescription())
    }

    /// Opens an account, or enrols a merchant.
    public func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        try BrokerAnswer(decoding: try await post(.enrolments, request.encoded))
    }

    /// Asks for a credit certificate of a payer key.
    public func certify(
        _ request: Verified<CertificateRequest>
    ) async throws(Refusal) -> BrokerAnswer {
        try BrokerAnswer(decoding: try await post(.certificates, request.encoded))
    }

    /// Has a commitment's worth locked, or a commitment on credit registered.
    public func reserve(
        _ request: Verified<ReservationRequest>
    ) async throws(Refusal) -> BrokerAnswer {
        try BrokerAnswer(decoding: try await post(.reservations, request.encoded))
    }

    /// An account's balances and one page of its commitments.
    public func statement(
        _ request: Verified<StatementRequest>
    ) async throws(Refusal) -> AccountStatement {
        try AccountStatement(decoding: try await post(.statements, request.encoded))
    }

    /// Asks for available money to be paid out.
    public func withdraw(_ request: Verified<Withdrawal>) async throws(Refusal) {
        _ = try await post(.withdrawals, request.encoded)
    }

    /// Draws play money where the operator allows it.
    public func draw(_ request: Verified<FaucetRequest>) async throws(Refusal) {
        _ = try await post(.faucet, request.encoded)
    }

    /// Delivers a close, which frees what its commitment still locks. Whoever has one may.
    public func deliver(_ close: Verified<Close>) async throws(Refusal) {
        _ = try await post(.closes, close.encoded)
    }

    /// Has a batch settled. The same batch is answered with the same bytes; signature and figures
    /// are the caller's to check, by ``SettlementAnswer/verified(for:)``.
    public func redeem(
        _ redemption: Verified<Redemption>
    ) async throws(Refusal) -> SettlementAnswer {
        let trace = TraceParent(of: redemption.payload.batchID)
        return try SettlementAnswer(
            decoding: try await post(.redemptions, redemption.encoded, trace: trace))
    }
}
