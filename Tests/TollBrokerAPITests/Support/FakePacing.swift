import Synchronization

@testable import TollBrokerAPI

/// Time that passes when a client pauses, and at no other moment.
final class FakePacing: Sendable {
    private struct State {
        var now = Duration.zero
        var pauses: [Duration] = []
    }

    private let state = Mutex(State())
    private let random: UInt64

    /// - Parameter random: what is drawn each time; half of the range unless given.
    init(random: UInt64 = 1 << 63) { self.random = random }

    var pauses: [Duration] { state.withLock { $0.pauses } }

    var pacing: Pacing {
        Pacing(
            now: { self.state.withLock { $0.now } },
            pause: { duration in
                self.state.withLock { state in
                    state.now += duration
                    state.pauses.append(duration)
                }
            }, random: { self.random })
    }
}
