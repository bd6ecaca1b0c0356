internal import CLibCrypto

/// An Ed25519 private key: its 32-byte seed, and the public key that goes with it.
///
/// ```swift
/// var random = SystemRandomNumberGenerator()
/// let key = try SigningKey.generate(using: &random)
/// let signature = try key.sign([1, 2, 3])
/// try Ed25519.verify(signature, over: [1, 2, 3], by: key.publicKey)
/// ```
public struct SigningKey: Sendable, CustomStringConvertible {
    /// The length of a seed, 32 bytes (RFC 8032, section 5.1.5).
    public static let seedByteCount = 32

    /// The 32 secret bytes that the key is made from, for storing it where its owner alone can read
    /// it.
    public let seed: SecretBytes
    /// The party that this key signs for.
    public let publicKey: PublicKey

    /// The key of a 32-byte seed.
    /// - Throws: `malformed` for a seed of another length.
    public init(seed: SecretBytes) throws(Refusal) {
        guard seed.count == Self.seedByteCount else {
            throw Refusal(.malformed, "a seed has 32 bytes, not \(seed.count)")
        }
        self.seed = seed
        publicKey = try Self.withKey(seed) { pointer throws(Refusal) in
            var storage = Bytes32.zero
            var length = PublicKey.byteCount
            let done = withUnsafeMutableBytes(of: &storage) { output in
                EVP_PKEY_get_raw_public_key(
                    pointer, output.assumingMemoryBound(to: UInt8.self).baseAddress, &length)
            }
            guard done == 1 else { throw Refusal(.internal, "libcrypto gave no public key") }
            return PublicKey(storage: storage)
        }
    }

    /// A new key whose seed is drawn from `generator`, which must be cryptographically secure.
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public static func generate(
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> SigningKey {
        try SigningKey(seed: SecretBytes(count: seedByteCount, using: &generator))
    }

    /// The signature of `message`; the same message has one signature (RFC 8032, section 5.1.6).
    /// - Throws: `internal` if libcrypto cannot sign, which only memory exhaustion explains.
    public func sign(_ message: [UInt8]) throws(Refusal) -> Signature {
        try Self.withKey(seed) { pointer throws(Refusal) in
            guard let context = EVP_MD_CTX_new() else {
                throw Refusal(.internal, "libcrypto is out of memory")
            }
            defer { EVP_MD_CTX_free(context) }
            var storage = Bytes64.zero
            var length = Signature.byteCount
            let done = withUnsafeMutableBytes(of: &storage) { output in
                EVP_DigestSignInit(context, nil, nil, nil, pointer) == 1
                    && EVP_DigestSign(
                        context, output.assumingMemoryBound(to: UInt8.self).baseAddress, &length,
                        message, message.count) == 1
            }
            guard done else { throw Refusal(.internal, "libcrypto could not sign") }
            return Signature(storage: storage)
        }
    }

    /// `<secret key of …>` with the public key in base64url; the seed never shows.
    public var description: String { "<secret key of \(publicKey)>" }

    private static func withKey<Result>(
        _ seed: SecretBytes, _ body: (OpaquePointer) throws(Refusal) -> Result
    ) throws(Refusal) -> Result {
        let pointer = seed.withBytes { bytes in
            EVP_PKEY_new_raw_private_key(
                EVP_PKEY_ED25519, nil, bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
                bytes.count)
        }
        guard let pointer else { throw Refusal(.internal, "libcrypto took no private key") }
        defer { EVP_PKEY_free(pointer) }
        return try body(pointer)
    }
}
