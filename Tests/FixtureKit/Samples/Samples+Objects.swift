public import DeterministicCBOR
public import PayWord
public import TollConformance

/// One object and what is needed to verify it.
public struct ObjectSample: Sendable {
    /// What it is, in words, such as `certificate of a merchant`.
    public let name: String
    public let kind: ObjectKind
    public let encoded: [UInt8]
    /// Who signed it.
    public let signer: SigningKey
    public let verifier: ObjectVerifier

    /// Checks the sample, or bytes that were made from it.
    /// - Returns: the fields as this version writes them, without extensions.
    @discardableResult
    public func verify(_ bytes: [UInt8]? = nil) throws(Refusal) -> CBORValue {
        try verifier.verify(kind, bytes ?? encoded)
    }
}

extension Samples {
    /// One valid sample of every kind, and of every role of a certificate.
    public var objects: [ObjectSample] {
        get throws(Refusal) {
            [
                try sample("commitment", commitment, parties.payer),
                try sample("offer", offer, parties.merchant),
                try sample("reservation", reservation, parties.brokerSigning),
            ] + (try certificates) + (try channelObjects) + (try requests)
                + (try redemptionObjects)
        }
    }

    private var certificates: [ObjectSample] {
        get throws(Refusal) {
            var random = SeededRandom(label: "certificates")
            let broker = parties.broker.publicKey
            let from = Self.now.subtracting(.day)
            let to = Self.now.adding(90 * .day)
            let limit = try Amount(units: 5_000_000)
            return [
                try sample(
                    "certificate of a broker's signing key", signingCertificate, parties.broker),
                try sample(
                    "certificate of a merchant",
                    parties.brokerSigning.sign(
                        Certificate.merchant(
                            serial: .random(using: &random), broker: broker,
                            subject: parties.merchant.publicKey, asset: asset, notBefore: from,
                            notAfter: to, displayName: "The Daily Page",
                            fee: Fee(
                                share: BasisPoints(50) ?? .zero, fixed: try Amount(units: 200)))),
                    parties.brokerSigning),
                try sample(
                    "certificate of a payer with credit",
                    parties.brokerSigning.sign(
                        Certificate.payerWithCredit(
                            serial: .random(using: &random), broker: broker,
                            subject: parties.payer.publicKey, asset: asset, notBefore: from,
                            notAfter: to, limitPerCommitment: limit,
                            guarantee: try Amount(units: 1_000_000))), parties.brokerSigning),
                try sample(
                    "certificate of a payer, reserved",
                    parties.brokerSigning.sign(
                        Certificate.payerReserved(
                            serial: .random(using: &random), broker: broker,
                            subject: parties.payer.publicKey, asset: asset, notBefore: from,
                            notAfter: to, limitPerCommitment: limit)), parties.brokerSigning),
            ]
        }
    }

    /// Marks of the three chains at 700, 12 and 3.
    public var marks: [ChainMark] {
        zip(Ordinal.all(count: 3), [700, 12, 3] as [UInt32]).map {
            ChainMark(ordinal: $0, index: ChainIndex($1))
        }
    }

    private var channelObjects: [ObjectSample] {
        get throws(Refusal) {
            let worth = try commitment.payload.worth(at: marks.map(\.index))
            return [
                try sample(
                    "receipt",
                    parties.merchant.sign(
                        Receipt(
                            commitmentID: commitment.object.id,
                            payer: parties.payer.publicKey,
                            merchant: parties.merchant.publicKey, asset: asset, accepted: worth,
                            spent: try Amount(units: 3_900), payments: 17, issuedAt: Self.now,
                            marks: marks)), parties.merchant),
                try sample(
                    "close request",
                    parties.payer.sign(
                        CloseRequest(
                            commitmentID: commitment.object.id,
                            merchant: parties.merchant.publicKey, createdAt: Self.now)),
                    parties.payer),
                try sample(
                    "close",
                    parties.merchant.sign(
                        Close(
                            commitmentID: commitment.object.id,
                            broker: parties.broker.publicKey,
                            merchant: parties.merchant.publicKey, final: marks,
                            createdAt: Self.now)), parties.merchant),
            ]
        }
    }

    func sample<Payload: SignedPayload>(
        _ name: String, _ object: Verified<Payload>, _ signer: SigningKey
    ) throws(Refusal) -> ObjectSample {
        ObjectSample(
            name: name, kind: Payload.kind, encoded: object.encoded, signer: signer,
            verifier: ObjectVerifier(
                broker: try brokerIdentity, unnamedSigner: parties.payer.publicKey))
    }
}
