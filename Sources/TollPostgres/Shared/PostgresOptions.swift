/// How a store uses its server. The defaults suit a merchant on a local network.
///
/// ```swift
/// var options = PostgresOptions()
/// options.connections = 8
/// ```
public struct PostgresOptions: Sendable {
    /// Whether the server must be set to keep what it has acknowledged.
    public enum Durability: Sendable {
        /// A server with `fsync` or `full_page_writes` off, or with `synchronous_commit` at `off` or
        /// `local`, is refused.
        case required
        /// Any server will do: for tests, and for data that may be lost.
        case waived
    }

    /// How many connections there are at most. Each has a thread of its own, and is opened when it is
    /// first needed.
    public var connections = 4
    /// How many calls may wait for a connection; the next is refused as `busy`.
    public var waitingMaximum = 1024
    /// How long a call waits for a connection before it is refused as `busy`.
    public var waitMaximum = Duration.seconds(10)
    /// How long one attempt to connect may take; counted in whole seconds, 2 at least.
    public var connectTimeout = Duration.seconds(5)
    /// How often a call tries to connect, with pauses between that grow and are drawn at random.
    public var connectAttempts = 4
    /// How long the server works on one statement before it gives up.
    public var statementTimeout = Duration.seconds(30)
    /// How long a statement waits for another's locks.
    public var lockTimeout = Duration.seconds(10)
    /// How long the server keeps a transaction whose client says nothing.
    public var idleTransactionTimeout = Duration.seconds(30)
    /// How long a call waits for the server's answer, its commit and its standby included, before
    /// the connection is given up. Longer than ``statementTimeout``, which should end first.
    public var answerTimeout = Duration.seconds(40)
    /// How often a transaction is run in all that the server ends in favour of another.
    public var transactionAttempts = 8
    /// After how long without work a connection is tried.
    public var idleCheckInterval = Duration.seconds(30)
    /// What is demanded of the server.
    public var durability = Durability.required

    /// The defaults.
    public init() {}
}
