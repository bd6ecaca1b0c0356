public import DeterministicCBOR

/// What a kind of signed object says: its fields, who must have signed it, and when.
///
/// Keys of fields, rules and limits stand in `spec/04-commitments.md`. ``SigningKey/sign(_:)``
/// makes a signed object of a payload.
public protocol SignedPayload: Equatable, Sendable {
    /// The kind, and with it the content type.
    static var kind: ObjectKind { get }
    /// The largest encoding of a whole object of this kind, in bytes.
    static var encodedBytesMaximum: Int { get }
    /// Who must have signed it: the party or broker that its fields name.
    var signer: RequiredSigner { get }
    /// When it was signed, by its own account: what the period of a broker's signing key must
    /// cover.
    var signedAt: Timestamp { get }
    /// Reads the fields in ascending order of key, each with its own limits. The caller finishes
    /// the reader.
    /// - Throws: for the first field at fault, `malformed` if it is missing or of another shape, or
    ///   the reason that its type gives (`too-large`, `amount-overflow`, `unknown-chain`,
    ///   `index-past-end`).
    init(fields: inout FieldReader) throws(Refusal)
    /// The fields as a map under their keys, absent ones left out: what is encoded and signed.
    var fields: CBORValue { get }
}

extension SignedPayload {
    /// 16 KiB, unless a kind says otherwise (TC-01.25).
    public static var encodedBytesMaximum: Int { 16 * 1024 }

    /// The payload's bytes. An object that was decoded keeps its own, with its extensions.
    public var encoded: [UInt8] { fields.encoded }
}

/// Who must have signed an object.
public enum RequiredSigner: Hashable, Sendable {
    /// This party itself.
    case party(PublicKey)
    /// This broker: by its root key, or by a signing key that the root certified.
    case broker(PublicKey)
    /// This broker's root key alone.
    case brokerRoot(PublicKey)
    /// A party that the object does not name, but what it refers to does.
    case unnamed

    /// The party or broker that the object names.
    public var named: PublicKey? {
        switch self {
        case .party(let key), .broker(let key), .brokerRoot(let key): key
        case .unnamed: nil
        }
    }
}

/// A COSE_Sign1 object (RFC 9052, section 4.2) that has the right shape. Nothing is known of its
/// signature yet: ``verified()`` and ``verified(by:)`` make a ``Verified`` of it.
///
/// Layout: tag 18 around `[protected, {}, payload, signature]`, where *protected* is the byte string
/// of `{1: -19, 3: content type, 4: kid}`, *payload* is the byte string of the fields' map, and
/// *signature* has 64 bytes and covers `["Signature1", protected, h'', payload]`.
///
/// ```swift
/// let object = try SignedObject<Commitment>(decoding: bytes)  // size, CBOR, fields
/// let commitment = try object.verified()                      // the payer's signature
/// print(object.id, commitment.payload.merchant)
/// ```
public struct SignedObject<Payload: SignedPayload>: Sendable, Equatable {
    /// What it says.
    public let payload: Payload
    /// The key that signed it, by its own account: the header's kid, 32 bytes.
    public let keyID: PublicKey
    /// The payload's bytes as they were signed, extensions included.
    public let payloadBytes: [UInt8]
    /// The signature.
    public let signature: Signature
    /// The whole tagged encoding, as it was received: what is kept and passed on.
    public let encoded: [UInt8]

    /// Decodes an object, checking its size, its CBOR and its fields, in that order.
    /// - Throws: `too-large`, `malformed`, `not-canonical`, `unknown-field`, or what a field's own
    ///   type gives.
    public init(decoding bytes: ArraySlice<UInt8>) throws(Refusal) {
        let envelope = try SignedEnvelope(
            decoding: bytes, bytesMaximum: Payload.encodedBytesMaximum)
        guard envelope.kind == Payload.kind else {
            throw Refusal(
                .malformed, "this is a \(envelope.kind.rawValue), not a \(Payload.kind.rawValue)")
        }
        try self.init(envelope)
    }

    /// Decodes a whole array; throws as the decoding of a slice does.
    public init(decoding bytes: [UInt8]) throws(Refusal) { try self.init(decoding: bytes[...]) }

    init(_ envelope: SignedEnvelope) throws(Refusal) {
        var reader = try FieldReader(envelope.payloadBytes[...])
        payload = try Payload(fields: &reader)
        try reader.finish()
        keyID = envelope.keyID
        payloadBytes = envelope.payloadBytes
        signature = envelope.signature
        encoded = envelope.encoded
    }

    fileprivate init(
        payload: Payload, keyID: PublicKey, payloadBytes: [UInt8], signature: Signature
    ) {
        self.payload = payload
        self.keyID = keyID
        self.payloadBytes = payloadBytes
        self.signature = signature
        encoded = SignedEnvelope.encode(
            protected: SignedEnvelope.protectedHeader(Payload.kind, keyID), payload: payloadBytes,
            signature: signature)
    }

    /// SHA-256 of the payload, extensions included: what other objects refer to this one by. It
    /// covers neither header nor signature.
    public var digest: Digest { SHA256.digest(payloadBytes) }

    fileprivate func checkSignature() throws(Refusal) {
        try Ed25519.verify(
            signature,
            over: SignedEnvelope.signatureInput(
                protected: SignedEnvelope.protectedHeader(Payload.kind, keyID),
                payload: payloadBytes),
            by: keyID)
    }

    /// Checks that the party which the object names signed it.
    ///
    /// For an object that a broker signs, this accepts the broker's root key alone.
    /// - Throws: `bad-signature` or `weak-key`.
    public func verified() throws(Refusal) -> Verified<Payload> {
        guard let signer = payload.signer.named else {
            throw Refusal(.badSignature, "the object alone does not say who must have signed it")
        }
        return try verified(signedBy: signer)
    }

    /// Checks that `signer` signed it, and that the object names nobody else.
    /// - Throws: `bad-signature` or `weak-key`.
    public func verified(signedBy signer: PublicKey) throws(Refusal) -> Verified<Payload> {
        guard keyID == signer, payload.signer.named ?? signer == signer else {
            throw Refusal(
                .badSignature,
                "signed by \(keyID), but \(payload.signer.named ?? signer) must have signed it")
        }
        try checkSignature()
        return Verified(object: self)
    }

    /// Checks that the broker which the object names signed it, by its root or by one of the signing
    /// keys that `broker` holds certificates of. The key's period must cover the object's date.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `certificate-expired` or
    ///   `not-yet-valid`.
    public func verified(by broker: BrokerIdentity) throws(Refusal) -> Verified<Payload> {
        guard payload.signer.named == broker.root else {
            throw Refusal(.wrongBroker, "this is of another broker than \(broker.root)")
        }
        if case .broker = payload.signer, keyID != broker.root {
            let certificate = try broker.signingCertificate(of: keyID)
            try checkSignature()
            try certificate.checkPeriod(at: payload.signedAt)
            return Verified(object: self)
        }
        return try verified()
    }
}

/// A signed object whose signature holds. There is no other way to have one than to sign or to
/// verify, so a function that takes it needs no check of its own.
public struct Verified<Payload: SignedPayload>: Sendable, Equatable {
    /// The object.
    public let object: SignedObject<Payload>

    fileprivate init(object: SignedObject<Payload>) { self.object = object }

    /// What it says.
    public var payload: Payload { object.payload }
    /// The whole tagged encoding, as it was received or signed.
    public var encoded: [UInt8] { object.encoded }
    /// SHA-256 of the payload.
    public var digest: Digest { object.digest }
}

extension SigningKey {
    /// Signs `payload`.
    ///
    /// Who must sign is the payload's to say: a party's own key, or a broker's root or signing key.
    /// - Throws: `bad-signature` if the payload names another party as its signer.
    public func sign<Payload: SignedPayload>(
        _ payload: Payload
    ) throws(Refusal) -> Verified<Payload> {
        switch payload.signer {
        case .party(let key), .brokerRoot(let key):
            guard key == publicKey else {
                throw Refusal(.badSignature, "\(publicKey) cannot sign for \(key)")
            }
        case .broker, .unnamed:
            break
        }
        let bytes = payload.encoded
        let signature = try sign(
            SignedEnvelope.signatureInput(
                protected: SignedEnvelope.protectedHeader(Payload.kind, publicKey), payload: bytes)
        )
        return Verified(
            object: SignedObject(
                payload: payload, keyID: publicKey, payloadBytes: bytes, signature: signature))
    }
}
