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
        let message = parts.count == 1 ? parts[0] : parts.flatMap(\.self)
        var storage = Bytes32.zero
        withUnsafeMutableBytes(of: &storage) { output in
            _ = CLibCrypto.SHA256(
                message, message.count, output.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
        return Digest(storage: storage)
    }
}
