import Synchronization
import TollCLI

/// Keeps what is written to its sink.
final class RecordingSink: Sendable {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }

    func sink(
        isTerminal: Bool, environment: [String: String] = ["TERM": "xterm"], columns: Int = 80
    ) -> TextSink {
        TextSink(isTerminal: isTerminal, environment: environment, columns: columns) { text in
            self.written.withLock { $0 += text }
        }
    }
}
