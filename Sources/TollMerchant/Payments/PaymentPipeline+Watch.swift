internal import PayWord
internal import Synchronization

extension PaymentPipeline {
    static let stuck = Refusal(.busy, "the store does not answer")

    /// Looks now and then whether a commit takes too long, for as long as there are commits.
    func watch() async {
        repeat {
            try? await Task.sleep(for: limits.commitMaximum / 4)
        } while refuseIfStuck()
    }

    /// Refuses what waits behind a commit that takes too long. Its channels are read anew: nobody
    /// knows what that commit made of them.
    /// - Returns: whether there is a commit to watch.
    private func refuseIfStuck() -> Bool {
        let (mustGoOn, channels): (Bool, [LiveChannel]) = queue.withLock { queue in
            guard queue.isCommitting else {
                queue.isWatched = false
                return (false, [])
            }
            guard let since = queue.committingSince, .now - since > limits.commitMaximum else {
                return (true, [])
            }
            queue.isStuck = true
            defer { queue.ready = [] }
            return (true, queue.ready)
        }
        for channel in channels {
            let left = channel.state.withLock { $0.giveUpWaiting() }
            if let left {
                fail(
                    Leaving(channel: channel, group: left.group, advance: left.advance),
                    Self.stuck)
            }
        }
        return mustGoOn
    }
}
