internal import NIOSSL
public import PayWord

/// How a ``BrokerClient`` reaches its broker, whom it trusts, and how long it keeps trying.
///
/// ```swift
/// var configuration = BrokerClientConfiguration()
/// configuration.trust = try .authorities(file: "authority.pem")
/// let broker = try BrokerClient(
///     "https://broker.example", configuration: configuration, logger: logger)
/// ```
public struct BrokerClientConfiguration: Sendable {
    /// Whose certificates the broker's server may show.
    public var trust: BrokerTrust = .system
    /// Whether plain HTTP may be spoken off loopback.
    public var allowsPlainHTTPOffLoopback = false
    /// How long a request may take in all, with every retry.
    public var totalTime: Duration = .seconds(30)
    /// The same for a redemption, which is larger and takes the broker longer.
    public var redemptionTime: Duration = .seconds(600)
    /// How long to try an address at which nobody has listened yet; a broker that was there once is
    /// waited for in full.
    public var unreachedTime: Duration = .seconds(600)
    /// Told before a request is sent a second time: why, and for how long it will be tried yet.
    public var onFirstRetry: (@Sendable (Refusal, Duration) -> Void)?
    /// How long one try of a request may take; a redemption's may take all of its time.
    public var attemptTime: Duration = .seconds(10)
    /// How long a connection may take to be made.
    public var connectTime: Duration = .seconds(5)
    /// How long the broker may be silent while an answer is awaited.
    public var silenceTime: Duration = .seconds(120)
    /// When to try again.
    public var retries = RetryPolicy()

    /// The defaults.
    public init() {}
}

/// Whose certificates a broker's server may show.
public struct BrokerTrust: Sendable {
    let roots: NIOSSLTrustRoots

    /// The authorities that the system trusts.
    public static let system = BrokerTrust(roots: .default)

    /// These authorities and no others: a private authority, or the server's own certificate to pin
    /// it.
    /// - Throws: `malformed` if it is not PEM with at least one certificate.
    public static func authorities(pem: [UInt8]) throws(Refusal) -> BrokerTrust {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty
        else { throw Refusal(.malformed, "no certificate in PEM") }
        return BrokerTrust(roots: .certificates(certificates))
    }

    /// The authorities of a file, as ``authorities(pem:)``.
    /// - Throws: `malformed` if it cannot be read or is not PEM with at least one certificate.
    public static func authorities(file: String) throws(Refusal) -> BrokerTrust {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty
        else {
            throw Refusal(.malformed, "no certificate in PEM in \(PrintableText.escape(file))")
        }
        return BrokerTrust(roots: .certificates(certificates))
    }

    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.trustRoots = roots
        return configuration
    }
}
