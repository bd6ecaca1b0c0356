import Synchronization
import Testing

@testable import TollCLI

@Suite struct ProgressBarTests {
    let recording = RecordingSink()
    private func bar(_ sink: TextSink) -> ProgressBar {
        ProgressBar("paying", total: 4, on: sink) { [time = Time()] in time.next() }
    }

    /// A clock that moves on a tenth of a second whenever it is asked.
    private final class Time: Sendable {
        private let ticks = Mutex(0)
        func next() -> Duration {
            ticks.withLock { ticks in
                ticks += 1
                return .milliseconds(100 * ticks)
            }
        }
    }

    @Test func aTerminalSeesOneLineThatGrowsAndGoes() {
        let bar = bar(recording.sink(isTerminal: true, columns: 60))
        bar.update(done: 2)
        #expect(recording.text == "\rpaying █████░░░░░ 2/4\u{1b}[K")
        bar.finish()
        bar.update(done: 4)
        #expect(recording.text.hasSuffix("2/4\u{1b}[K\r\u{1b}[K"))
    }

    @Test func aPipeAndADumbTerminalSeeNothing() {
        for sink in [
            recording.sink(isTerminal: false),
            recording.sink(isTerminal: true, environment: ["TERM": "dumb"]),
        ] {
            let bar = bar(sink)
            bar.update(done: 1)
            bar.finish()
        }
        #expect(recording.text.isEmpty)
    }

    @Test func updatesInOneMomentAreDrawnOnce() {
        let bar = ProgressBar("paying", total: 9, on: recording.sink(isTerminal: true)) { .zero }
        for done in 1...9 { bar.update(done: UInt64(done)) }
        #expect(recording.text.contains("1/9") && !recording.text.contains("2/9"))
    }

    @Test func aNarrowTerminalIsNotOverrun() {
        let bar = ProgressBar(
            String(repeating: "long ", count: 40), total: 0,
            on: recording.sink(isTerminal: true, columns: 40)
        ) { .zero }
        bar.update(done: 0, note: "\u{1b}[2J")
        #expect(recording.text.count <= 39 + 4)
        #expect(!recording.text.contains("[2J"))
    }
}
