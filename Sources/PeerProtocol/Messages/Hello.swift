public import PayWord

/// The first frame of a connection, payer to merchant: `[1, [version …], nonce(16), agent]`.
public struct Hello: Hashable, Sendable {
    /// The version that this code speaks.
    public static let version: UInt16 = 1
    /// How many versions a hello may name.
    public static let versionsMaximum = 16
    /// The longest agent, in bytes.
    public static let agentBytesMaximum = 128

    /// The versions that the payer speaks, at least one.
    public var versions: [UInt16]
    /// Drawn anew for each connection.
    public var nonce: Nonce
    /// The payer's software, for the merchant's log. It names no person and no account.
    public var agent: String

    /// The message that begins a connection.
    public init(versions: [UInt16] = [Hello.version], nonce: Nonce, agent: String) {
        self.versions = versions
        self.nonce = nonce
        self.agent = agent
    }
}

/// The merchant's answer to ``Hello``: `[2, version, merchant, nonce(16), limits, signature(64)]`.
///
/// The signature covers `"tollchain/1 hello" || transcript`, see ``HelloTranscript``.
public struct HelloAck: Hashable, Sendable {
    /// The version that the connection speaks from here on.
    public var version: UInt16
    /// The key of the merchant that answers, under which ``signature`` must hold.
    public var merchant: PublicKey
    /// Drawn anew for each connection.
    public var nonce: Nonce
    /// What the merchant allows.
    public var limits: PeerLimits
    /// The merchant's signature of the transcript.
    public var signature: Signature

    /// The message that answers a hello; `HelloAck.signed` makes one with the signature that
    /// belongs to it.
    public init(
        version: UInt16, merchant: PublicKey, nonce: Nonce, limits: PeerLimits,
        signature: Signature
    ) {
        self.version = version
        self.merchant = merchant
        self.nonce = nonce
        self.limits = limits
        self.signature = signature
    }
}
