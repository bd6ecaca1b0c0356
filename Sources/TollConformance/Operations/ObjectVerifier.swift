public import DeterministicCBOR
public import PayWord

/// Decodes and verifies an object of any kind by the library's own rules: the same steps as every
/// role takes, in the same order.
public struct ObjectVerifier: Sendable {
    /// The broker whose signing keys are known; nil to expect the broker that an object names, by
    /// its root key.
    public let broker: BrokerIdentity?
    /// Who must have signed an object that does not name its signer.
    public let unnamedSigner: PublicKey?

    /// A verifier that expects this broker and this signer.
    public init(broker: BrokerIdentity?, unnamedSigner: PublicKey?) {
        self.broker = broker
        self.unnamedSigner = unnamedSigner
    }

    /// Checks size, CBOR, fields, key and signature.
    /// - Returns: the fields as this version writes them, without extensions.
    @discardableResult
    public func verify(_ kind: ObjectKind, _ bytes: [UInt8]) throws(Refusal) -> CBORValue {
        try verifiedPayload(kind, bytes).fields
    }

    /// Checks size, CBOR, fields, key and signature.
    func verifiedPayload(
        _ kind: ObjectKind, _ bytes: [UInt8]
    ) throws(Refusal) -> any SignedPayload {
        try verified(kind.payloadType, bytes)
    }

    private func verified<Payload: SignedPayload>(
        _ type: Payload.Type, _ bytes: [UInt8]
    ) throws(Refusal) -> any SignedPayload {
        let object = try SignedObject<Payload>(decoding: bytes)
        switch object.payload.signer {
        case .party: return try object.verified().payload
        case .broker(let root), .brokerRoot(let root):
            return try object.verified(by: broker ?? BrokerIdentity(root: root)).payload
        case .unnamed:
            guard let unnamedSigner else {
                throw Refusal(.malformed, "input signer is missing: the object names none")
            }
            return try object.verified(signedBy: unnamedSigner).payload
        }
    }
}

extension ObjectKind {
    /// What an object of this kind says.
    var payloadType: any SignedPayload.Type {
        switch self {
        case .commitment: Commitment.self
        case .certificate: Certificate.self
        case .reservationRequest: ReservationRequest.self
        case .reservation: Reservation.self
        case .offer: Offer.self
        case .receipt: Receipt.self
        case .closeRequest: CloseRequest.self
        case .close: Close.self
        case .redemption: Redemption.self
        case .settlement: Settlement.self
        case .enrolment: Enrolment.self
        case .certificateRequest: CertificateRequest.self
        case .statementRequest: StatementRequest.self
        case .withdrawal: Withdrawal.self
        case .faucetRequest: FaucetRequest.self
        }
    }
}
