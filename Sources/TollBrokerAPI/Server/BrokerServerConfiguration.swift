internal import NIOCore
internal import PayWord

/// Where and within which limits a ``BrokerServer`` serves.
///
/// ```swift
/// var configuration = BrokerServerConfiguration(port: 8420)
/// configuration.tls = try ServerTLS(certificateChainFile: "chain.pem", privateKeyFile: "key.pem")
/// ```
public struct BrokerServerConfiguration: Sendable {
    /// The address to listen on: a literal address or a name.
    public var host: String
    /// The port to listen on; 0 lets the system choose.
    public var port: Int
    /// The certificate to serve under; nil for plain HTTP.
    public var tls: ServerTLS?
    /// Whether plain HTTP may be served off loopback: for a proxy that ends TLS in front of it.
    public var allowsPlainHTTPOffLoopback: Bool
    /// What a stranger may use up.
    public var limits: ServerLimits

    /// A configuration, by default plain HTTP on loopback.
    public init(
        host: String = "127.0.0.1", port: Int = 8420, tls: ServerTLS? = nil,
        allowsPlainHTTPOffLoopback: Bool = false, limits: ServerLimits = ServerLimits()
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.allowsPlainHTTPOffLoopback = allowsPlainHTTPOffLoopback
        self.limits = limits
    }

    /// - Throws: `insecure-transport` for plain HTTP off loopback that is not allowed by name.
    func check() throws(Refusal) {
        guard tls != nil || allowsPlainHTTPOffLoopback || Loopback.contains(host) else {
            throw Refusal(
                .insecureTransport,
                "plain HTTP on \(PrintableText.escape(host)), which is not a loopback address")
        }
    }
}

/// What strangers may use up of a server.
public struct ServerLimits: Sendable {
    /// How many connections are served at once; more wait to be accepted.
    public var connectionsMaximum: Int = 1024
    /// How many redemptions are read and settled at once; more are `busy`. Each may hold two bodies
    /// of 64 MiB.
    public var redemptionsMaximum: Int = 4
    /// After how long without a byte a connection is closed, whether it is between requests or in
    /// the middle of one.
    public var idleTime: Duration = .seconds(30)
    /// How long a body may arrive at any rate, before ``bodyBytesPerSecondMinimum`` holds.
    public var bodyGraceTime: Duration = .seconds(10)
    /// The rate at which a body must arrive on the whole, in bytes a second.
    public var bodyBytesPerSecondMinimum: Int = 16 * 1024
    /// How long a client may take to read an answer.
    public var answerTime: Duration = .seconds(120)
    /// How long a connection stays open for a client to read a refusal that came before its body
    /// was read.
    public var lingerTime: Duration = .seconds(2)

    /// The default limits.
    public init() {}
}

extension TimeAmount {
    /// A duration in NIO's terms, which count up to 2^63 - 1 nanoseconds.
    init(clamping duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let sum = whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000)
        self = .nanoseconds(whole.overflow || sum.overflow ? .max : sum.partialValue)
    }
}
