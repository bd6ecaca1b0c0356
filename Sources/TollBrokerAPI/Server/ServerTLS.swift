internal import NIOSSL
public import PayWord

/// What a server proves itself with: a certificate chain and its private key, in PEM. TLS 1.3 alone
/// is spoken.
///
/// ```swift
/// let tls = try ServerTLS(certificateChainFile: "chain.pem", privateKeyFile: "key.pem")
/// let configuration = BrokerServerConfiguration(host: "0.0.0.0", port: 443, tls: tls)
/// ```
public struct ServerTLS: Sendable, CustomStringConvertible {
    let configuration: TLSConfiguration

    /// Reads both from files.
    /// - Throws: `malformed` if a file cannot be read or is not PEM of its kind.
    public init(certificateChainFile: String, privateKeyFile: String) throws(Refusal) {
        do {
            self.init(
                try NIOSSLCertificate.fromPEMFile(certificateChainFile),
                try NIOSSLPrivateKey(file: privateKeyFile, format: .pem))
        } catch {
            throw Refusal(
                .malformed,
                "no PEM certificate chain and private key in \(certificateChainFile) and "
                    + privateKeyFile)
        }
    }

    /// Takes both as PEM.
    /// - Throws: `malformed` if they are not.
    public init(certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) throws(Refusal) {
        do {
            self.init(
                try NIOSSLCertificate.fromPEMBytes(certificateChainPEM),
                try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem))
        } catch {
            throw Refusal(.malformed, "not a certificate chain and its private key in PEM")
        }
    }

    private init(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        self.configuration = configuration
    }

    /// Always the same words: the private key must not reach a log.
    public var description: String { "<server's TLS key>" }
}
