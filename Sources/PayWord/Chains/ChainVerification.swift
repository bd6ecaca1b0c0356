/// One chain as a commitment states it, and the rules by which a payword of it is judged.
///
/// ```swift
/// var verifier = ChainVerifier(key: key, chain: commitment.chains[0])
/// let units = try verifier.check(claimed, stepsMaximum: 65_536)  // throws what TC-03.7 names
/// verifier.accept(claimed)                                       // `units` more are paid
/// ```
public struct ChainVerifier: Hashable, Sendable {
    /// What every step of this chain hashes first; from the commitment's context and the chain's
    /// ordinal.
    public let key: ChainKey
    /// How many paywords the chain has: the highest index that can be claimed.
    public let length: ChainIndex
    /// The payword accepted last; the root before the first.
    public private(set) var accepted: ChainPosition

    /// A verifier that has accepted `accepted`.
    public init(key: ChainKey, length: ChainIndex, accepted: ChainPosition) {
        self.key = key
        self.length = length
        self.accepted = accepted
    }

    /// A verifier of a chain of which nothing was revealed.
    public init(key: ChainKey, chain: CommittedChain) {
        self.init(
            key: key, length: chain.length,
            accepted: ChainPosition(index: .zero, payword: chain.root))
    }

    /// Judges a claimed position, hashing at most `stepsMaximum` times and nothing before the
    /// cheaper checks have passed. Changes nothing.
    ///
    /// - Returns: the number of steps from the accepted payword: 0 for the accepted one itself.
    /// - Throws: `index-past-end`, `stale-index` (nothing hashed), `jump-too-long` (nothing hashed)
    ///   or `bad-payword`.
    public func check(
        _ claimed: ChainPosition, stepsMaximum: UInt32
    ) throws(Refusal) -> UInt32 {
        guard claimed.index <= length else {
            throw Refusal(
                .indexPastEnd, "index \(claimed.index) of a chain of \(length) paywords")
        }
        guard claimed.index >= accepted.index else {
            throw Refusal(
                .staleIndex, "index \(claimed.index) is below the accepted \(accepted.index)")
        }
        let steps = claimed.index.steps(downTo: accepted.index)
        guard steps <= stepsMaximum else {
            throw Refusal(
                .jumpTooLong, "\(steps) steps at once are more than \(stepsMaximum)")
        }
        let reached = key.walk(from: claimed, steps: steps)
        guard ConstantTime.areEqual(reached.payword, accepted.payword) else {
            throw Refusal(
                .badPayword, "payword \(claimed.index) does not lead to \(accepted.index)")
        }
        return steps
    }

    /// Takes over a position that ``check(_:stepsMaximum:)`` passed.
    public mutating func accept(_ position: ChainPosition) {
        accepted = position
    }
}
