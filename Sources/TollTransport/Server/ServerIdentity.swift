internal import NIOSSL
public import PayWord

/// The certificate that a server shows, and its key.
///
/// TLS 1.3 alone is spoken. The hello's signature covers the certificate, so a payer that knows the
/// merchant's key need not trust whoever issued it.
///
/// ```swift
/// let identity = try ServerIdentity(certificateChainPEM: chain, privateKeyPEM: privateKey)
/// let configuration = PeerServer.Configuration(address: address, identity: identity)
/// ```
public struct ServerIdentity: Sendable {
    let context: NIOSSLContext
    /// SHA-256 of the DER of the first certificate.
    public let certificateDigest: Digest
    /// From when on the first certificate holds.
    public let notBefore: Timestamp
    /// Until when it holds.
    public let notAfter: Timestamp

    /// An identity from PEM: a chain with the server's own certificate first, and its private key.
    /// - Throws: `malformed` for what is no certificate, no key, or no pair of them.
    public init(certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) throws(Refusal) {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(certificateChainPEM)
            guard let leaf = chain.first else {
                throw Refusal(.malformed, "the PEM has no certificate")
            }
            certificateDigest = try leaf.digest
            notBefore = Timestamp(UInt64(clamping: leaf.notValidBefore))
            notAfter = Timestamp(UInt64(clamping: leaf.notValidAfter))
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem)))
            tls.minimumTLSVersion = .tlsv13
            context = try NIOSSLContext(configuration: tls)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.malformed, "the TLS certificate and key cannot be used")
        }
    }
}
