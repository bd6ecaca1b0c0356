internal import CLibCrypto

/// HMAC-SHA-256 (RFC 2104), by OpenSSL: the one way in which secrets are derived from a secret.
enum HMACSHA256 {
    /// 32 secret bytes for a label and its data under `key`.
    static func derive(_ key: SecretBytes, _ label: StaticString, _ data: [UInt8]...) -> SecretBytes
    {
        let label = label.withUTF8Buffer { Array($0) }
        let message = label + data.flatMap(\.self)
        return SecretBytes(count: 32) { output in
            key.withBytes { key in
                var length: UInt32 = 0
                _ = HMAC(
                    EVP_sha256(), key.baseAddress, Int32(key.count), message, message.count,
                    output.assumingMemoryBound(to: UInt8.self).baseAddress, &length)
            }
        }
    }
}
