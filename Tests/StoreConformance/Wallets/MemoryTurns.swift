internal import PayWord
internal import Synchronization
internal import TollWallet

/// The turns of a store in memory: whoever waits gets its turn, however long that takes.
final class MemoryTurns: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    /// Who waits for each channel whose turn is taken, in order.
    private let waiting = Mutex<[CommitmentID: [Waiter]]>([:])

    func turn(on id: CommitmentID, waits: Bool) async throws(Refusal) -> ChannelTurn {
        let isTaken = waiting.withLock { waiting in
            guard waiting[id] == nil else { return true }
            waiting[id] = []
            return false
        }
        if isTaken {
            guard waits else { throw Refusal(.busy, "another program pays on the channel") }
            await withCheckedContinuation { (waiter: Waiter) in
                let isFree = waiting.withLock { waiting in
                    guard waiting[id] != nil else {
                        waiting[id] = []
                        return true
                    }
                    waiting[id]?.append(waiter)
                    return false
                }
                if isFree { waiter.resume() }
            }
        }
        return ChannelTurn { [self] in end(id) }
    }

    private func end(_ id: CommitmentID) {
        let next = waiting.withLock { waiting -> Waiter? in
            guard let first = waiting[id]?.first else {
                waiting[id] = nil
                return nil
            }
            waiting[id]?.removeFirst()
            return first
        }
        next?.resume()
    }
}
