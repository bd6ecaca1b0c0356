internal import PayWord
internal import Synchronization

/// How far something has come, drawn over and over on one line of a terminal; elsewhere nothing.
///
/// ```swift
/// let progress = ProgressBar("paying", total: 20_000, on: output.messages)
/// progress.update(done: 512, note: "killed the wallet")
/// progress.finish()
/// ```
public final class ProgressBar: Sendable {
    /// How often the line is drawn at most.
    static let redrawTime: Duration = .milliseconds(80)

    private struct State {
        var lastDrawn: Duration?
        var isFinished = false
    }

    private let title: String
    private let total: UInt64
    private let sink: TextSink
    private let now: @Sendable () -> Duration
    /// When the line was drawn; guarded, since any task may report progress.
    private let state = Mutex(State())

    /// A bar of `total` steps. Nothing is drawn before the first update.
    public convenience init(_ title: String, total: UInt64, on sink: TextSink) {
        let start = ContinuousClock.now
        self.init(title, total: total, on: sink) { ContinuousClock.now - start }
    }

    init(
        _ title: String, total: UInt64, on sink: TextSink, now: @escaping @Sendable () -> Duration
    ) {
        self.title = PrintableText.escape(title)
        self.total = total
        self.sink = sink
        self.now = now
    }

    /// Draws that `done` steps of the total are done, unless the last drawing was a moment ago.
    public func update(done: UInt64, note: String = "") {
        guard sink.canRedraw else { return }
        state.withLock { state in
            let now = now()
            guard !state.isFinished, state.lastDrawn.map({ now - $0 >= Self.redrawTime }) ?? true
            else { return }
            state.lastDrawn = now
            sink.write("\r" + line(done, PrintableText.escape(note)) + "\u{1b}[K")
        }
    }

    /// Clears the line. Later updates draw nothing.
    public func finish() {
        guard sink.canRedraw else { return }
        state.withLock { state in
            if state.lastDrawn != nil, !state.isFinished { sink.write("\r\u{1b}[K") }
            state.isFinished = true
        }
    }

    private func line(_ done: UInt64, _ note: String) -> String {
        let fraction = total == 0 ? 1 : min(1, Double(done) / Double(total))
        let width = max(10, min(30, sink.columns - 50))
        let filled = Int(fraction * Double(width))
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let text = "\(title) \(bar) \(done)/\(total)" + (note.isEmpty ? "" : "  \(note)")
        return TextWidth.cut(text, to: max(20, sink.columns - 1))
    }
}
