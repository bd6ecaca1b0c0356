import Foundation
import Synchronization
import UnixSignals

/// Control-C, as something that a command can look at: the first signal is noted, and the command
/// ends in order; the second ends the process at once.
///
/// ```swift
/// try await Interruption.watched { interruption in
///     while !interruption.isNoted { try await step() }
/// }
/// ```
final class Interruption: Sendable {
    private let noted = Atomic<Bool>(false)

    private init() {}

    /// Whether a signal has asked the process to end.
    var isNoted: Bool { noted.load(ordering: .acquiring) }

    /// Runs `body` while signals are watched for. `first` is called when the first one comes.
    static func watched<Value>(
        first: @escaping @Sendable () async -> Void = {},
        _ body: (Interruption) async throws -> Value
    ) async throws -> Value {
        let interruption = Interruption()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watch = Task {
            for await signal in signals {
                if interruption.noted.exchange(true, ordering: .acquiringAndReleasing) {
                    exit(128 + signal.rawValue)
                }
                Task { await first() }
            }
        }
        defer { watch.cancel() }
        return try await body(interruption)
    }
}
