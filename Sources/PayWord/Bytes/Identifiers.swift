/// A SHA-256 value: of an object's payload, of a TLS certificate, of a Merkle node.
public struct Digest: FixedBytes, CustomStringConvertible {
    public let storage: Bytes32
    public init(storage: Bytes32) { self.storage = storage }
    public var description: String { hex }
}

/// A party: a 32-byte Ed25519 public key (RFC 8032, section 5.1.5), base64url in text.
///
/// Holding a value says nothing of its strength: ``isWeak`` tells, and verification checks it.
public struct PublicKey: FixedBytes, CustomStringConvertible {
    public let storage: Bytes32
    public init(storage: Bytes32) { self.storage = storage }
    public var description: String { Base64URL.encode(bytes) }

    /// The key of 43 characters of base64url without padding; nil if it is anything else.
    public init?(text: some StringProtocol) {
        guard let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes)
    }
}

/// An Ed25519 signature: R, then S (RFC 8032, section 5.1.6).
public struct Signature: FixedBytes, CustomStringConvertible {
    public let storage: Bytes64
    public init(storage: Bytes64) { self.storage = storage }
    public var description: String { hex }
}

/// One 32-byte value of a hash chain. Revealing payword *i* pays *i* units of its chain in total.
///
/// It is worth money until it is revealed, so it does not print itself: ask for ``FixedBytes/hex``.
public struct Payword: FixedBytes, CustomStringConvertible {
    public let storage: Bytes32
    public init(storage: Bytes32) { self.storage = storage }
    public var description: String { "<payword>" }
}

/// The 16 bytes that tie every step of a chain to its commitment and ordinal. Not a secret.
public struct ChainKey: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// SHA-256 of a commitment's payload with every root zeroed: what its chains' keys and tips derive
/// from.
public struct ChainContext: FixedBytes, CustomStringConvertible {
    public let storage: Bytes32
    public init(storage: Bytes32) { self.storage = storage }
    public var description: String { hex }
}

/// The first 16 bytes of a commitment's digest.
public struct CommitmentID: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// 16 bytes that the payer draws for a commitment, or each side for a session.
public struct Nonce: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// 16 bytes that a merchant draws for a redemption and keeps when it sends it again.
public struct BatchID: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// 16 bytes that the broker gives a settlement.
public struct SettlementID: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// 16 bytes that the broker gives a certificate.
public struct SerialNumber: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// 16 bytes that make a request to a broker safe to send again.
public struct RequestReference: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}

/// 16 bytes that hide an offer behind a commitment's terms digest.
public struct TermsSalt: FixedBytes, CustomStringConvertible {
    public let storage: Bytes16
    public init(storage: Bytes16) { self.storage = storage }
    public var description: String { hex }
}
