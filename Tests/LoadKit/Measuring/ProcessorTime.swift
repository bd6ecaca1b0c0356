import Foundation
import TollCLI

/// How long a process was on a processor: who is the bottleneck, where not the disk.
enum ProcessorTime {
    /// A tick of the kernel's accounts; 100 a second wherever Linux runs programs like these.
    private static let tick: UInt64 = 10_000_000

    /// All threads together since its start, in nanoseconds; nil where the system does not tell.
    static func nanoseconds(of process: String) -> UInt64? {
        // The name, in parentheses, may hold anything; of the fields behind it, the 12th and 13th
        // are ticks for the process and for the kernel in its behalf.
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let own = UInt64(fields[11]), let kernel = UInt64(fields[12])
        else { return nil }
        return (own + kernel) * tick
    }
}

/// How long merchant and payers were on a processor, in nanoseconds; nil where nobody tells.
package struct Work: Sendable {
    package var merchant: UInt64?
    package var generator: UInt64?

    package init() {}

    init(of merchant: ChildProcess) {
        self.merchant = ProcessorTime.nanoseconds(of: "\(merchant.processID)")
        generator = ProcessorTime.nanoseconds(of: "self")
    }

    func since(_ earlier: Work) -> Work {
        func difference(_ now: UInt64?, _ then: UInt64?) -> UInt64? {
            guard let now, let then else { return nil }
            return now - min(now, then)
        }
        var work = Work()
        work.merchant = difference(merchant, earlier.merchant)
        work.generator = difference(generator, earlier.generator)
        return work
    }
}
