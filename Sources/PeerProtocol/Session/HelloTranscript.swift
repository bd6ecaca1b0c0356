internal import DeterministicCBOR
public import PayWord

/// What both sides said in the handshake, and over which TLS certificate, as one digest.
///
/// The merchant signs it, so the payer knows who answers; the payer signs it again in every
/// ``OpenProof``, so a proof that an impostor collects is worth nothing in the impostor's own
/// connection to the real merchant, which has another nonce and another certificate.
///
/// `transcript = SHA-256(hello array || hello-ack array with null for its signature ||
/// SHA-256(the server certificate's DER))`; on plain TCP the last part is absent. The arrays delimit
/// themselves, so no two handshakes have the same input.
public enum HelloTranscript {
    /// What stands before the digest in what the merchant signs.
    public static let label = "tollchain/1 hello"

    /// The digest of a handshake. The certificate is the SHA-256 of the DER of the one that the
    /// server showed; nil on plain TCP.
    public static func digest(_ hello: Hello, _ ack: HelloAck, certificate: Digest?) -> Digest {
        var encoder = CBOREncoder(capacity: 256)
        hello.write(to: &encoder)
        ack.write(to: &encoder, signed: false)
        return SHA256.digest(encoder.bytes, certificate?.bytes ?? [])
    }

    /// What the merchant signs: `"tollchain/1 hello" || transcript`, 49 bytes.
    public static func signatureInput(_ transcript: Digest) -> [UInt8] {
        Array(label.utf8) + transcript.bytes
    }
}

extension HelloAck {
    /// The answer to `hello` with the signature that belongs to it.
    /// - Throws: `internal` if libcrypto cannot sign.
    public static func signed(
        answering hello: Hello, version: UInt16, nonce: Nonce, limits: PeerLimits,
        certificate: Digest?, by key: SigningKey
    ) throws(Refusal) -> HelloAck {
        var ack = HelloAck(
            version: version, merchant: key.publicKey, nonce: nonce, limits: limits,
            signature: .zero)
        let transcript = HelloTranscript.digest(hello, ack, certificate: certificate)
        ack.signature = try key.sign(HelloTranscript.signatureInput(transcript))
        return ack
    }

    /// Checks the signature.
    /// - Returns: the transcript.
    /// - Throws: `weak-key` or `bad-signature`.
    public func verified(
        answering hello: Hello, certificate: Digest?
    ) throws(Refusal) -> Digest {
        let transcript = HelloTranscript.digest(hello, self, certificate: certificate)
        try Ed25519.verify(
            signature, over: HelloTranscript.signatureInput(transcript), by: merchant)
        return transcript
    }
}
