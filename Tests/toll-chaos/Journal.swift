import Synchronization

/// What was acknowledged, as the one process remembers that is never killed.
final class Journal: Sendable {
    /// The acknowledged payments of one channel.
    struct Channel {
        /// Their sum.
        var amount: Int64 = 0
        /// The highest total that the merchant named.
        var spent: Int64 = 0
        var references: [String: Int64] = [:]

        mutating func note(_ paid: Acknowledgement, isNew: Bool) {
            spent = max(spent, paid.spent)
            guard isNew else { return }
            amount += paid.amount
            if let reference = paid.reference { references[reference] = paid.amount }
        }
    }

    private struct State {
        var channels: [String: Channel] = [:]
        var fresh: [Acknowledgement] = []
        var count = 0
        var complaints: [String] = []
    }

    private let state = Mutex(State())

    /// Takes a line of a payer's output.
    func take(_ line: String) {
        guard let paid = Acknowledgement(line: line) else {
            // What a payer cannot explain by a fault of the moment, it says.
            guard line.hasPrefix("wrong "), line.hasSuffix(" .") else { return }
            return state.withLock { $0.complaints.append(line) }
        }
        state.withLock { state in
            state.count += 1
            // A reference is one payment, however often its answer comes.
            let isNew =
                paid.reference.map { state.channels[paid.channel]?.references[$0] == nil } ?? true
            if isNew { state.fresh.append(paid) }
            state.channels[paid.channel, default: Channel()].note(paid, isNew: isNew)
        }
    }

    /// How many acknowledgements there were.
    var count: Int { state.withLock { $0.count } }

    var channels: [String: Channel] { state.withLock { $0.channels } }

    /// What payers found wrong, which no fault explains.
    var complaints: [String] { state.withLock { $0.complaints } }

    /// Everything, and what came since this was asked last.
    func since() -> (channels: [String: Channel], fresh: [Acknowledgement]) {
        state.withLock { state in
            defer { state.fresh = [] }
            return (state.channels, state.fresh)
        }
    }
}
