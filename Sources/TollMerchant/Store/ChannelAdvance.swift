public import PayWord

/// What payments make of a channel: decided in memory, and written if the channel stands where it was
/// decided. However many payments there are, it is one row, and one more for each reference.
///
/// ```swift
/// var next = record.state
/// guard try next.count([claim], amount) else { return }
/// let outcomes = try await store.advance([ChannelAdvance(from: record.state, to: next)])
/// ```
public struct ChannelAdvance: Sendable {
    /// The version of the channel that the payments were judged against.
    public let base: UInt64
    /// The channel after them. Of the version ``base`` if they changed nothing, else of the next.
    public let state: ChannelState
    /// The payments with references that were counted, as charges, each reference once.
    public let charges: [Charge]
    /// References of payments that are refused unless they were counted before.
    public let asked: [[UInt8]]

    /// The channel, by its commitment's 16-byte id.
    public var id: CommitmentID { state.id }

    /// Whether there is anything to write.
    public var isChange: Bool { state.version != base }

    /// An advance of a channel that was judged at version `base`.
    public init(
        base: UInt64, state: ChannelState, charges: [Charge] = [], asked: [[UInt8]] = []
    ) {
        self.base = base
        self.state = state
        self.charges = charges
        self.asked = asked
    }

    /// An advance from one state to another that payments have changed.
    public init(from base: ChannelState, to state: ChannelState, charges: [Charge] = []) {
        var next = state
        next.version = base.version + 1
        self.init(base: base.version, state: next, charges: charges)
    }
}

/// What the store made of an advance.
public enum AdvanceOutcome: Sendable {
    /// It is on disk. `known` are the charges that bear a reference that was asked for.
    case applied(known: [Charge])
    /// The channel stands elsewhere than it was judged at, and nothing was changed: judge again.
    case moved(ChannelState)
    /// Some of its references were used before, by these charges, and nothing was changed: judge
    /// again, knowing them.
    case used([Charge], ChannelState)
    /// There is no such channel.
    case unknown
}
