internal import CLibCrypto

/// Authenticated encryption of the wallet's notes: AES-256-GCM (NIST SP 800-38D), laid out as
/// nonce(12) || ciphertext || tag(16).
///
/// A note's key seals few notes and each nonce is drawn at random, far below the 2^32 messages that
/// the mode allows for random nonces.
///
/// ```swift
/// let key = secret.noteKey(broker: broker)
/// let sealed = try SealedNote.seal(note, associated: digest.bytes, key: key, using: &random)
/// try SealedNote.open(sealed, associated: digest.bytes, key: key)  // note
/// ```
public enum SealedNote {
    /// The length of a key, 32 bytes: AES-256.
    public static let keyByteCount = 32
    static let nonceByteCount = 12
    static let tagByteCount = 16
    /// What sealing adds to a note, 28 bytes: 12 of nonce and 16 of tag.
    public static let overhead = nonceByteCount + tagByteCount

    /// Seals `plaintext`, bound to `associated`, which is not stored.
    /// - Throws: `malformed` for a key that has not 32 bytes, `internal` if libcrypto fails.
    public static func seal(
        _ plaintext: [UInt8], associated: [UInt8], key: SecretBytes,
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> [UInt8] {
        try checkLength(of: key)
        let nonce = (0..<nonceByteCount).map { _ in
            UInt8.random(in: .min ... .max, using: &generator)
        }
        var output = [UInt8](repeating: 0, count: plaintext.count)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        var length: Int32 = 0
        let done = withCipher { context in
            key.withBytes { key in
                EVP_EncryptInit_ex(
                    context, EVP_aes_256_gcm(), nil,
                    key.assumingMemoryBound(to: UInt8.self).baseAddress, nonce) == 1
            }
                && EVP_EncryptUpdate(context, nil, &length, associated, Int32(associated.count))
                    == 1
                && EVP_EncryptUpdate(context, &output, &length, plaintext, Int32(plaintext.count))
                    == 1
                && EVP_EncryptFinal_ex(context, nil, &length) == 1
                && EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), &tag) == 1
        }
        guard done else { throw Refusal(.internal, "libcrypto could not seal a note") }
        return nonce + output + tag
    }

    /// Opens what ``seal(_:associated:key:using:)`` made with the same key and associated data.
    /// - Throws: `malformed` if it is not that, without telling what differs.
    public static func open(
        _ sealed: [UInt8], associated: [UInt8], key: SecretBytes
    ) throws(Refusal) -> [UInt8] {
        try checkLength(of: key)
        guard sealed.count >= overhead else {
            throw Refusal(.malformed, "a note that is too short")
        }
        let nonce = Array(sealed[..<nonceByteCount])
        let ciphertext = Array(sealed[nonceByteCount..<(sealed.count - tagByteCount)])
        var tag = Array(sealed[(sealed.count - tagByteCount)...])
        var output = [UInt8](repeating: 0, count: ciphertext.count)
        var length: Int32 = 0
        let done = withCipher { context in
            key.withBytes { key in
                EVP_DecryptInit_ex(
                    context, EVP_aes_256_gcm(), nil,
                    key.assumingMemoryBound(to: UInt8.self).baseAddress, nonce) == 1
            }
                && EVP_DecryptUpdate(context, nil, &length, associated, Int32(associated.count))
                    == 1
                && EVP_DecryptUpdate(
                    context, &output, &length, ciphertext, Int32(ciphertext.count)) == 1
                && EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1
                && EVP_DecryptFinal_ex(context, nil, &length) == 1
        }
        guard done else { throw Refusal(.malformed, "a note that this wallet did not seal") }
        return output
    }

    /// libcrypto reads as many bytes of a key as the cipher wants, whatever there are.
    private static func checkLength(of key: SecretBytes) throws(Refusal) {
        guard key.count == keyByteCount else {
            throw Refusal(.malformed, "a note's key has \(keyByteCount) bytes, not \(key.count)")
        }
    }

    private static func withCipher(_ body: (OpaquePointer) -> Bool) -> Bool {
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        return body(context)
    }
}
