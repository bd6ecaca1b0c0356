import Foundation
import TollCLI

/// What a run has shown.
struct Report {
    let seed: UInt64
    private let options: [String]
    var elapsed = Duration.zero
    var findings: [String] = []
    private var counts: [Fault: Int] = [:]
    private var kills: [Role: Int] = [:]
    private var checks: [Audit.Invariant: Int] = [:]
    private var payments = 0
    private var channels = 0
    private var blocksLost: Int64 = 0
    private var slowestRecovery = Duration.zero
    private var meanRecovery = Duration.zero
    private var promotions: [Duration] = []

    init(seed: UInt64, options: [String]) {
        (self.seed, self.options) = (seed, options)
    }

    mutating func take(_ storm: Storm, _ audit: Audit, _ journal: Journal) {
        (counts, kills, checks) = (storm.counts, storm.kills, audit.checks)
        (payments, channels) = (journal.count, journal.channels.count)
        blocksLost = storm.blocksLost
        promotions = storm.promotions.sorted()
        slowestRecovery = storm.slowestRecovery
        meanRecovery = storm.recovery / max(1, storm.total)
        findings += audit.findings + journal.complaints
    }

    /// What repeats the run.
    var command: String {
        (["make chaos SEED=\(seed)"] + options).joined(separator: " ")
    }

    private var seconds: Double {
        Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    static func milliseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    }

    var json: String {
        let object: [String: Any] = [
            "seed": seed, "command": command, "seconds": Int(seconds.rounded()),
            "payments_acknowledged": payments, "channels": channels,
            "faults": Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, $1) }),
            "kills": Dictionary(uniqueKeysWithValues: kills.map { ($0.rawValue, $1) }),
            "checks": Dictionary(uniqueKeysWithValues: checks.map { ($0.rawValue, $1) }),
            "blocks_lost": blocksLost,
            "recovery_ms_mean": Self.milliseconds(meanRecovery),
            "promotion_ms": promotions.map(Self.milliseconds),
            "recovery_ms_maximum": Self.milliseconds(slowestRecovery), "findings": findings,
        ]
        let data = try? JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    var text: String {
        var dealt = Table(["Fault", "Times"])
        for fault in Fault.allCases where counts[fault] != nil {
            dealt.add([.text(fault.rawValue), .count(counts[fault] ?? 0)])
        }
        dealt.setFooter([.text("All"), .count(counts.values.reduce(0, +))])
        var held = Table(["Invariant", "Checks"])
        for invariant in Audit.Invariant.allCases {
            held.add([.text(invariant.rawValue), .count(checks[invariant] ?? 0)])
        }
        var facts = Facts()
        facts.add("Payments acknowledged", .count(payments))
        facts.add("Channels", .count(channels))
        facts.add("Blocks lost with the power", .count(Int(blocksLost)))
        facts.add(
            "Until payments went on",
            .text(
                "\(Self.milliseconds(meanRecovery)) ms on average, at most "
                    + "\(Self.milliseconds(slowestRecovery)) ms"))
        if let slowest = promotions.last {
            facts.add(
                "From a primary's end to the first payment",
                .text(
                    "\(Self.milliseconds(promotions[promotions.count / 2])) ms in the median, at most "
                        + "\(Self.milliseconds(slowest)) ms"))
        }
        facts.add("Time", .text("\(Int(seconds.rounded())) s"))
        facts.add("Repeat", .text(command))
        let style = TextStyle.plain
        let result =
            findings.isEmpty
            ? ["Nothing was lost, nothing counted twice."]
            : ["FOUND:"] + findings.map { "  \($0)" }
        return
            (dealt.lines(style: style) + [""] + held.lines(style: style) + [""]
            + facts.lines(style: style) + [""] + result).joined(separator: "\n")
    }
}
