public import DeterministicCBOR
public import PayWord

/// Decodes and verifies an object of any kind by the library's own rules: the same steps as every
/// role takes, in the same order.
public struct ObjectVerifier: Sendable {
    /// The broker whose signing keys are known.
    public let broker: BrokerIdentity
    /// Who must have signed an object that does not name its signer.
    public let unnamedSigner: PublicKey

    public init(broker: BrokerIdentity, unnamedSigner: PublicKey) {
        self.broker = broker
        self.unnamedSigner = unnamedSigner
    }

    /// Checks size, CBOR, fields, key and signature.
    /// - Returns: the fields as this version writes them, without extensions.
    @discardableResult
    public func verify(_ kind: ObjectKind, _ bytes: [UInt8]) throws(Refusal) -> CBORValue {
        switch kind {
        case .commitment: return try verify(Commitment.self, bytes)
        case .certificate: return try verify(Certificate.self, bytes)
        case .reservationRequest: return try verify(ReservationRequest.self, bytes)
        case .reservation: return try verify(Reservation.self, bytes)
        case .offer: return try verify(Offer.self, bytes)
        case .receipt: return try verify(Receipt.self, bytes)
        case .closeRequest: return try verify(CloseRequest.self, bytes)
        case .close: return try verify(Close.self, bytes)
        case .redemption: return try verify(Redemption.self, bytes)
        case .settlement: return try verify(Settlement.self, bytes)
        case .enrolment: return try verify(Enrolment.self, bytes)
        case .certificateRequest: return try verify(CertificateRequest.self, bytes)
        case .statementRequest: return try verify(StatementRequest.self, bytes)
        case .withdrawal: return try verify(Withdrawal.self, bytes)
        case .faucetRequest: return try verify(FaucetRequest.self, bytes)
        }
    }

    private func verify<Payload: SignedPayload>(
        _ type: Payload.Type, _ bytes: [UInt8]
    ) throws(Refusal) -> CBORValue {
        let object = try SignedObject<Payload>(decoding: bytes)
        switch object.payload.signer {
        case .party: _ = try object.verified()
        case .broker, .brokerRoot: _ = try object.verified(by: broker)
        case .unnamed: _ = try object.verified(signedBy: unnamedSigner)
        }
        return object.payload.fields
    }
}
