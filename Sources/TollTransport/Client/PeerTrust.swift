internal import NIOCore
internal import NIOSSL
public import PayWord

/// How a payer's connection is protected, and whom it believes.
///
/// Whatever is chosen, the merchant proves its own key in the hello, over the TLS certificate that
/// the payer saw.
///
/// ```swift
/// let link = try await PeerConnection.connect(
///     to: address, trust: .merchantKey, merchant: key, agent: "example/1", clock: clock)
/// ```
public enum PeerTrust: Sendable {
    /// Plain TCP: to a loopback address alone, unless allowed by name.
    case plain(allowOffLoopback: Bool = false)
    /// TLS 1.3, a certificate of the system's authorities for the host's name.
    case systemAuthorities
    /// TLS 1.3, a certificate of these authorities, in PEM, for the host's name.
    case authorities(pem: [UInt8])
    /// TLS 1.3, exactly the certificate whose DER has this SHA-256, whoever issued it.
    case pinned(Digest)
    /// TLS 1.3, any certificate that the expected merchant's key signs in the hello. It needs that
    /// key; a man in the middle has another certificate, and the hello's signature does not hold.
    case merchantKey

    var isTLS: Bool { if case .plain = self { false } else { true } }

    /// Refuses plain TCP to where it is not allowed, before a byte is sent.
    func check(_ remote: SocketAddress?) throws(Refusal) {
        guard case .plain(allowOffLoopback: false) = self, remote?.isLoopback != true else {
            return
        }
        throw Refusal(.insecureTransport, "plain TCP to an address off loopback")
    }

    /// The handler to put before everything else; nil on plain TCP.
    func makeHandler(host: String) throws -> NIOSSLClientHandler? {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        let serverName = isAddress ? nil : host
        switch self {
        case .plain: return nil
        case .systemAuthorities: break
        case .authorities(let pem):
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem))
        case .pinned(let digest):
            return try Self.handler(tls, serverName) { try $0.digest == digest }
        case .merchantKey:
            return try Self.handler(tls, serverName) { _ in true }
        }
        return try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: tls), serverHostname: serverName)
    }

    /// A handler that believes the certificates that `accepts` accepts, in place of a chain of
    /// authorities.
    private static func handler(
        _ tls: TLSConfiguration, _ serverName: String?,
        accepts: @escaping @Sendable (NIOSSLCertificate) throws -> Bool
    ) throws -> NIOSSLClientHandler {
        // What is asked of the certificate is asked below: the library would hold its names against
        // the host as well.
        var tls = tls
        tls.certificateVerification = .noHostnameVerification
        return try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: tls), serverHostname: serverName,
            customVerificationCallback: { certificates, promise in
                promise.completeWith(
                    Result {
                        guard let leaf = certificates.first else { return .failed }
                        return try accepts(leaf) ? .certificateVerified : .failed
                    })
            })
    }
}
