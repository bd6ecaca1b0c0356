internal import DeterministicCBOR
internal import PayWord

enum ObjectOperations {
    static func verify(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let kind = try inputs.objectKind()
        let bytes = try inputs.bytes("bytes")
        let verifier = ObjectVerifier(
            broker: try inputs.brokerIdentity(), unnamedSigner: try inputs.optionalFixed("signer"))
        let expected = try ObjectExpectations(inputs)
        let payload = try verifier.verifiedPayload(kind, bytes)
        try expected.check(payload)
        return try describe(kind, bytes)
    }

    private static func describe(
        _ kind: ObjectKind, _ bytes: [UInt8]
    ) throws(Refusal) -> JSONValue {
        let envelope = try SignedEnvelope(
            decoding: bytes[...], bytesMaximum: Redemption.encodedBytesMaximum)
        let payload = try refusing { () throws(CBORFault) in
            try CBORValue(decoding: envelope.payloadBytes)
        }
        var members: [JSONValue.Member] = [
            .init("digest", .hex(envelope.digest)), .init("kid", .hex(envelope.keyID)),
            .init("payload", .text(payload.diagnostic)),
        ]
        if kind == .commitment {
            let commitment = try SignedObject<Commitment>(decoding: bytes)
            members.append(.init("id", .hex(commitment.id)))
            members.append(.init("context", .hex(commitment.context)))
        }
        return .object(members)
    }

    static func sign(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let kind = try inputs.objectKind()
        let payload = try inputs.bytes("payload")
        return try sign(kind.payloadType, payload, by: try inputs.seed("seed"))
    }

    private static func sign<Payload: SignedPayload>(
        _ type: Payload.Type, _ bytes: [UInt8], by key: SigningKey
    ) throws(Refusal) -> JSONValue {
        // The payload alone decides what is wrong with it: the size of the whole comes last.
        _ = try refusing("payload") { () throws(CBORFault) in try CBORValue(decoding: bytes) }
        var reader = try FieldReader(bytes[...])
        let payload = try Payload(fields: &reader)
        try reader.finish()
        switch payload.signer {
        case .party(let signer), .brokerRoot(let signer):
            guard signer == key.publicKey else {
                throw Refusal(.badSignature, "\(key.publicKey) cannot sign for \(signer)")
            }
        case .broker, .unnamed: break
        }
        let input = EnvelopeWriter.signatureInput(
            Payload.kind, kid: key.publicKey, payload: bytes)
        let object = try SignedObject<Payload>(
            decoding: EnvelopeWriter.envelope(
                Payload.kind, kid: key.publicKey, payload: bytes, signature: try key.sign(input)))
        return ["bytes": .hex(object.encoded), "digest": .hex(object.digest)]
    }
}

extension Inputs {
    fileprivate func objectKind() throws(Refusal) -> ObjectKind {
        guard let kind = ObjectKind(rawValue: try text("kind")) else {
            throw fault("kind", "is no kind of object")
        }
        return kind
    }

    /// `broker` with what it learns of `signing_certificates`; nil without a broker.
    fileprivate func brokerIdentity() throws(Refusal) -> BrokerIdentity? {
        let root: PublicKey? = try optionalFixed("broker")
        let certificates = try byteStrings("signing_certificates", default: [])
        guard let root else { return nil }
        return try BrokerIdentity(
            root: root, signingCertificates: try certificates.certificates())
    }
}

extension [[UInt8]] {
    /// These byte strings as whole certificates, each decoded.
    func certificates() throws(Refusal) -> [SignedObject<Certificate>] {
        var certificates: [SignedObject<Certificate>] = []
        for bytes in self { certificates.append(try SignedObject(decoding: bytes)) }
        return certificates
    }
}
