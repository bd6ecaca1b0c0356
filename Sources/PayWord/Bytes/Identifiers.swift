/// A SHA-256 value: of an object's payload, of a TLS certificate, of a Merkle node.
public struct Digest: FixedBytes, CustomStringConvertible {
    /// The 32 bytes of the hash, in the order in which FIPS 180-4 gives them.
    public let storage: Bytes32
    /// Takes 32 bytes as a hash; ``SHA256`` computes one.
    public init(storage: Bytes32) { self.storage = storage }
    /// 64 digits of lower-case hexadecimal (TC-02.6).
    public var description: String { hex }
}

/// A party: a 32-byte Ed25519 public key (RFC 8032, section 5.1.5), base64url in text.
///
/// Holding a value says nothing of its strength: ``isWeak`` tells, and verification checks it.
///
/// ```swift
/// let key = PublicKey(text: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
/// key?.hex  // "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
/// ```
public struct PublicKey: FixedBytes, CustomStringConvertible {
    /// The 32 bytes of the key as RFC 8032 encodes a point: *y*, little-endian, and the sign of *x*
    /// in the highest bit.
    public let storage: Bytes32
    /// The party of these 32 bytes. Nothing is checked: they may be ``isWeak``, or no point of the
    /// curve.
    public init(storage: Bytes32) { self.storage = storage }
    /// 43 characters of base64url without padding (TC-02.5), which ``init(text:)`` reads.
    public var description: String { Base64URL.encode(bytes) }

    /// The key of 43 characters of base64url without padding; nil if it is anything else.
    public init?(text: some StringProtocol) {
        guard let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes)
    }
}

/// An Ed25519 signature: R, then S (RFC 8032, section 5.1.6).
public struct Signature: FixedBytes, CustomStringConvertible {
    /// The 64 bytes: *R* (32), then *S* (32, little-endian).
    public let storage: Bytes64
    /// Takes 64 bytes as a signature; ``Ed25519/verify(_:over:by:)`` tells whether it is one.
    public init(storage: Bytes64) { self.storage = storage }
    /// 128 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// One 32-byte value of a hash chain. Revealing payword *i* pays *i* units of its chain in total.
///
/// It is worth money until it is revealed, so it does not print itself: ask for ``FixedBytes/hex``.
public struct Payword: FixedBytes, CustomStringConvertible {
    /// The 32 bytes of *w[i]*: secret until it is revealed.
    public let storage: Bytes32
    /// Takes 32 bytes as a payword; ``ChainVerifier`` tells whether it is one of a chain.
    public init(storage: Bytes32) { self.storage = storage }
    /// Always `<payword>`, so that none gets into a log or an error (TC-00.5).
    public var description: String { "<payword>" }
}

/// The 16 bytes that tie every step of a chain to its commitment and ordinal. Not a secret.
public struct ChainKey: FixedBytes, CustomStringConvertible {
    /// The 16 bytes with which the input of each step begins.
    public let storage: Bytes16
    /// Takes 16 bytes as a key; ``init(context:ordinal:)`` derives a chain's own.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// SHA-256 of a commitment's payload with every root zeroed: what its chains' keys and tips derive
/// from.
public struct ChainContext: FixedBytes, CustomStringConvertible {
    /// The 32 bytes of the hash.
    public let storage: Bytes32
    /// Takes 32 bytes as a context; a commitment gives its own as `context`.
    public init(storage: Bytes32) { self.storage = storage }
    /// 64 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// The first 16 bytes of a commitment's digest.
public struct CommitmentID: FixedBytes, CustomStringConvertible {
    /// The 16 bytes by which channels, claims, receipts and closes name a commitment.
    public let storage: Bytes16
    /// Takes 16 bytes as an id; a signed commitment gives its own as `id`.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal, as commands and logs show it.
    public var description: String { hex }
}

/// 16 bytes that the payer draws for a commitment, or each side for a session.
public struct Nonce: FixedBytes, CustomStringConvertible {
    /// The 16 bytes, drawn anew for each commitment and each session.
    public let storage: Bytes16
    /// Takes 16 bytes as a nonce; draw one by ``FixedBytes/random(using:)``.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// 16 bytes that a merchant draws for a redemption and keeps when it sends it again.
public struct BatchID: FixedBytes, CustomStringConvertible {
    /// The 16 bytes; the broker settles one redemption for each merchant and batch id.
    public let storage: Bytes16
    /// Takes 16 bytes as a batch id; draw one by ``FixedBytes/random(using:)``.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// 16 bytes that the broker gives a settlement.
public struct SettlementID: FixedBytes, CustomStringConvertible {
    /// The 16 bytes, drawn by the broker and found again in its ledger.
    public let storage: Bytes16
    /// Takes 16 bytes as a settlement id.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// 16 bytes that the broker gives a certificate.
public struct SerialNumber: FixedBytes, CustomStringConvertible {
    /// The 16 bytes, drawn by the broker, one for each certificate.
    public let storage: Bytes16
    /// Takes 16 bytes as a serial number.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// 16 bytes that make a request to a broker safe to send again.
public struct RequestReference: FixedBytes, CustomStringConvertible {
    /// The 16 bytes: a withdrawal or faucet request of the same account and reference is done once.
    public let storage: Bytes16
    /// Takes 16 bytes as a reference; draw one by ``FixedBytes/random(using:)`` and keep it to send
    /// again.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal.
    public var description: String { hex }
}

/// 16 bytes that the payer draws to hide an offer behind a commitment's terms digest, SHA-256(salt
/// || offer), and shows to the merchant alone (TC-04.7).
public struct TermsSalt: FixedBytes, CustomStringConvertible {
    /// The 16 bytes that are hashed before the offer. The broker never sees them.
    public let storage: Bytes16
    /// Takes 16 bytes as a salt; draw one by ``FixedBytes/random(using:)``.
    public init(storage: Bytes16) { self.storage = storage }
    /// 32 digits of lower-case hexadecimal. A salt is a secret of payer and merchant: keep it out
    /// of logs (TC-00.5).
    public var description: String { hex }
}
