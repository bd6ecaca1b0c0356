internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of whole messages, by OpenSSL. Chains have their own kernel.
///
/// ```swift
/// SHA256.digest(Array("abc".utf8)).hex  // "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
/// ```
public enum SHA256 {
    /// The digest of the parts, one after another and with nothing between: they must delimit
    /// themselves.
    public static func digest(_ parts: [UInt8]...) -> Digest { digest(parts) }

    /// The digest of a list of parts, one after another and with nothing between.
    public static func digest(_ parts: [[UInt8]]) -> Digest {
        var message = Message()
        for part in parts { part.withUnsafeBytes { message.append($0) } }
        return message.digest()
    }

    /// A message that is hashed as it comes.
    ///
    /// By OpenSSL's older interface: `SHA256()` looks the algorithm up anew with every call, which
    /// takes several times as long as the hash of a short message.
    struct Message {
        private var context = SHA256_CTX()

        init() { SHA256_Init(&context) }

        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            SHA256_Update(&context, bytes.baseAddress, bytes.count)
        }

        consuming func digest() -> Digest {
            var storage = Bytes32.zero
            withUnsafeMutableBytes(of: &storage) { output in
                _ = SHA256_Final(output.assumingMemoryBound(to: UInt8.self).baseAddress, &context)
            }
            return Digest(storage: storage)
        }
    }
}
