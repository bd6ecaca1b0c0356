import Foundation
package import NIOCore
import Synchronization

/// How much of a process lies in memory, looked at each second.
package final class ResidentMemory: Sendable {
    private let processID: Int32
    private let taken = Mutex<[UInt64]>([])
    private let loop: any EventLoop
    private let turns = Mutex<RepeatedTask?>(nil)

    package init(of processID: Int32, on loop: any EventLoop) {
        self.processID = processID
        self.loop = loop
    }

    /// Looks at once, and from then on each second until ``stop()``.
    package func start() {
        let task = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { [self] _ in
            guard let bytes = now() else { return }
            taken.withLock { $0.append(bytes) }
        }
        turns.withLock { $0 = task }
    }

    /// What was seen, a second apart; nothing where the system does not tell.
    package func stop() -> [UInt64] {
        turns.withLock { $0 }?.cancel()
        return taken.withLock { $0 }
    }

    /// What it is now, in bytes; nil where the system does not tell.
    package func now() -> UInt64? { Self.bytes(of: processID) }

    package static func bytes(of processID: Int32) -> UInt64? {
        guard
            let text = try? String(
                contentsOfFile: "/proc/\(processID)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
        else { return nil }
        return kibibytes * 1024
    }
}
