internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of whole messages, by OpenSSL. Chains have their own kernel.
public enum SHA256 {
    /// The digest of the parts, one after another.
    public static func digest(_ parts: [UInt8]...) -> Digest { digest(parts) }

    /// The digest of the parts, one after another.
    public static func digest(_ parts: [[UInt8]]) -> Digest {
        let message = parts.count == 1 ? parts[0] : parts.flatMap(\.self)
        var storage = Bytes32.zero
        withUnsafeMutableBytes(of: &storage) { output in
            _ = CLibCrypto.SHA256(
                message, message.count, output.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
        return Digest(storage: storage)
    }
}
