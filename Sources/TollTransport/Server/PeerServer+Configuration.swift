public import PayWord
public import PeerProtocol

extension PeerServer {
    /// What is set for a server. Every limit has a default that suits one small machine.
    public struct Configuration: Sendable {
        /// Where to listen.
        public var address: PeerAddress
        /// The TLS certificate; nil for plain TCP.
        public var identity: ServerIdentity?
        /// Allows plain TCP where others can listen in. The paywords on the wire are worth nothing
        /// to them, but they see who pays whom how much, and can cut the connection.
        public var allowPlainTCPOffLoopback = false
        /// Limits and time-outs of each session.
        public var session = MerchantSession.Configuration()
        /// How many connections there may be.
        public var connectionsMaximum = 4096
        /// How many connections one remote address may have.
        public var connectionsPerAddressMaximum = 256
        /// How many bytes may wait to be sent on one connection before it is read no further.
        public var unsentBytesMaximum = 256 * 1024
        /// How long sending may make no progress before the connection is cut.
        public var sendSeconds: Seconds = 30
        /// How long a connection that is over waits for the peer to close its side.
        public var lingerSeconds: Seconds = 2
        /// How long a graceful stop waits for what is under way.
        public var drainSeconds: Seconds = 30
        /// How often time-outs are looked at.
        public var tick: Duration = .milliseconds(250)

        /// The defaults, at this address.
        public init(address: PeerAddress, identity: ServerIdentity? = nil) {
            self.address = address
            self.identity = identity
        }
    }
}
