internal import DeterministicCBOR
internal import PayWord

/// Puts signed objects together around a payload's own bytes, extensions and all.
enum EnvelopeWriter {
    /// An object with this signature; zeros unless one is given.
    static func envelope(
        _ kind: ObjectKind, kid: PublicKey, payload: [UInt8], signature: Signature = .zero
    ) -> [UInt8] {
        var encoder = CBOREncoder(capacity: payload.count + 256)
        encoder.writeSignedObjectTag()
        encoder.writeArray(count: 4)
        encoder.writeBytes(protectedHeader(kind, kid))
        encoder.writeMap(count: 0)
        encoder.writeBytes(payload)
        encoder.writeBytes(signature.bytes)
        return encoder.bytes
    }

    /// What the signature covers: the Sig_structure of RFC 9052, section 4.4.
    static func signatureInput(_ kind: ObjectKind, kid: PublicKey, payload: [UInt8]) -> [UInt8] {
        var encoder = CBOREncoder(capacity: payload.count + 256)
        encoder.writeArray(count: 4)
        encoder.writeText("Signature1")
        encoder.writeBytes(protectedHeader(kind, kid))
        encoder.writeBytes([])
        encoder.writeBytes(payload)
        return encoder.bytes
    }

    private static func protectedHeader(_ kind: ObjectKind, _ kid: PublicKey) -> [UInt8] {
        CBORValue.map([
            1: .negative(argument: SignedEnvelope.algorithm.argument), 3: .text(kind.contentType),
            4: .bytes(kid.bytes),
        ]).encoded
    }
}
