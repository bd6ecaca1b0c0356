internal import NIOSSL
internal import PayWord

extension NIOSSLCertificate {
    /// SHA-256 of the DER: what the hello's transcript covers.
    var digest: Digest {
        get throws { SHA256.digest(try toDERBytes()) }
    }
}
