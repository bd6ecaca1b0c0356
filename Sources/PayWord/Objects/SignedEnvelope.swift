public import DeterministicCBOR

/// The COSE_Sign1 wrapping that all kinds share: header, payload and signature, without knowledge of
/// what the payload says. Inspection starts here, since the content type tells the kind.
///
/// ```swift
/// let envelope = try SignedEnvelope(decoding: bytes[...], bytesMaximum: 16 * 1024)
/// print(envelope.kind.rawValue, "signed by", envelope.keyID)
/// ```
public struct SignedEnvelope: Sendable, Equatable {
    /// COSE algorithm -19: Ed25519 by that name alone (RFC 9864, section 2.2).
    public static let algorithm = CBORKey(-19)

    /// The kind that the content type names.
    public let kind: ObjectKind
    /// The key that signed, by the object's own account: the header's kid, 32 bytes. Nothing is
    /// verified yet.
    public let keyID: PublicKey
    /// The payload's bytes as they were received, extensions included.
    public let payloadBytes: [UInt8]
    /// The signature.
    public let signature: Signature
    /// The whole tagged encoding, as it was received.
    public let encoded: [UInt8]

    /// Decodes the wrapping, and checks that the payload is one item of the profile.
    /// - Throws: `too-large`, `malformed`, `not-canonical` or `unknown-field` (a header parameter
    ///   that has no place).
    public init(decoding bytes: ArraySlice<UInt8>, bytesMaximum: Int) throws(Refusal) {
        guard bytes.count <= bytesMaximum else {
            throw Refusal(.tooLarge, "\(bytes.count) bytes are more than \(bytesMaximum)")
        }
        let parts: Parts
        do { parts = try Parts(bytes) } catch { throw Refusal(error, in: "signed object") }
        (kind, keyID) = try Self.readProtectedHeader(parts.protected)
        do { _ = try CBORDecoder(parts.payload) } catch { throw Refusal(error, in: "payload") }
        guard let signature = Signature(parts.signature) else {
            throw Refusal(.malformed, "a signature has 64 bytes, not \(parts.signature.count)")
        }
        self.signature = signature
        payloadBytes = Array(parts.payload)
        encoded = Array(bytes)
    }

    private struct Parts {
        let protected: ArraySlice<UInt8>
        let payload: ArraySlice<UInt8>
        let signature: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) throws(CBORFault) {
            var decoder = try CBORDecoder(bytes, tag: .signedObject)
            try decoder.readSignedObjectTag()
            try decoder.readArray(count: 4)
            protected = try decoder.readBytes()
            let unprotected = decoder.offset
            guard try decoder.readMap() == 0 else {
                throw CBORFault(.unexpectedType, at: unprotected)
            }
            payload = try decoder.readBytes()
            signature = try decoder.readBytes()
        }
    }

    private static func readProtectedHeader(
        _ bytes: ArraySlice<UInt8>
    ) throws(Refusal) -> (ObjectKind, PublicKey) {
        var reader = try FieldReader(bytes)
        let algorithm = try reader.required(1) { (decoder) throws(Refusal) in
            try decoder.reading("algorithm") { (decoder) throws(CBORFault) in
                try decoder.readInteger()
            }
        }
        guard algorithm == Self.algorithm else {
            throw Refusal(.malformed, "algorithm \(algorithm), not -19 (Ed25519)")
        }
        let contentType = try reader.required(3) { (decoder) throws(Refusal) in
            try decoder.readText("content type", bytesMaximum: 128)
        }
        guard let kind = ObjectKind(contentType: contentType) else {
            throw Refusal(.malformed, "no kind of object has this content type")
        }
        let key: PublicKey = try reader.required(4) { (decoder) throws(Refusal) in
            try decoder.readFixed("kid")
        }
        try reader.finishWithoutExtensions()
        return (kind, key)
    }

    /// `{1: -19, 3: content type, 4: kid}`, encoded.
    static func protectedHeader(_ kind: ObjectKind, _ keyID: PublicKey) -> [UInt8] {
        CBORValue.map([
            1: .negative(argument: algorithm.argument), 3: .text(kind.contentType),
            4: .fixed(keyID),
        ]).encoded
    }

    /// The Sig_structure of RFC 9052, section 4.4: `["Signature1", protected, h'', payload]`.
    static func signatureInput(protected: [UInt8], payload: [UInt8]) -> [UInt8] {
        var encoder = CBOREncoder(capacity: protected.count + payload.count + 32)
        encoder.writeArray(count: 4)
        encoder.writeText("Signature1")
        encoder.writeBytes(protected)
        encoder.writeBytes([])
        encoder.writeBytes(payload)
        return encoder.bytes
    }

    static func encode(protected: [UInt8], payload: [UInt8], signature: Signature) -> [UInt8] {
        var encoder = CBOREncoder(capacity: protected.count + payload.count + 96)
        encoder.writeSignedObjectTag()
        encoder.writeArray(count: 4)
        encoder.writeBytes(protected)
        encoder.writeMap(count: 0)
        encoder.writeBytes(payload)
        encoder.writeBytes(signature.bytes)
        return encoder.bytes
    }

    /// SHA-256 of the payload. It covers neither header nor signature.
    public var digest: Digest { SHA256.digest(payloadBytes) }

    /// What the signature covers, encoded: `["Signature1", protected, h'', payload]`, the
    /// Sig_structure of RFC 9052, section 4.4.
    public var signatureInput: [UInt8] {
        Self.signatureInput(
            protected: Self.protectedHeader(kind, keyID), payload: payloadBytes)
    }
}

extension FieldReader {
    /// Refuses whatever is left, extensions too: a header has none.
    mutating func finishWithoutExtensions() throws(Refusal) {
        let before = bytesLeft
        try finish()
        guard before == bytesLeft else {
            throw Refusal(.unknownField, "the protected header has a parameter too many")
        }
    }
}
