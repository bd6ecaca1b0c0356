import PayWord
package import TollCLI

extension LoadReport {
    /// As many seconds are shown to a person; JSON has all.
    private static let secondsShown = 20

    /// All that a person wants to know.
    package func lines(style: TextStyle = .plain) -> [String] {
        var lines = figures.lines(style: style) + [""] + latencies.lines(style: style)
        lines += [""] + series.lines(style: style)
        if let search { lines += [""] + Self.table(search).lines(style: style) }
        lines += [""] + account.lines(style: style)
        return lines
    }

    private var figures: Facts {
        var facts = Facts()
        facts.add(
            "Channels",
            .text("\(plan.channels) on \(plan.connections) connections, \(plan.active) active"))
        facts.add("Store", .text("\(plan.store)"))
        facts.add("Build", .text(Self.build))
        facts.add("Due", .text("\(plan.rate) a second for \(plan.seconds) s, seed \(plan.seed)"))
        facts.add("Opened in", .text(DurationText.of(openingNanoseconds)))
        facts.add("Payments", .count(measured.acknowledged))
        facts.add("With a reference", .count(measured.references))
        facts.add("Payments a second", .count(measured.perSecond))
        facts.add("Refused", .text(Self.reasons(measured.refused)))
        facts.add("Not sent", .text(Self.reasons(measured.unsent)))
        facts.add("Not answered", .count(measured.unanswered))
        facts.add("Memory at start", Self.bytes(memory.atStart))
        facts.add("Memory, connected", Self.bytes(memory.connected))
        facts.add("Memory, all open", Self.bytes(memory.opened))
        facts.add("Memory at end", Self.bytes(memory.atEnd))
        facts.add(
            "Memory grew by",
            .optional(memory.growth.map { ($0 < 0 ? "−" : "") + ByteText.of($0.magnitude) }))
        facts.add("A connection takes", Self.bytes(memory.perConnection(plan.connections)))
        facts.add("A channel takes", Self.bytes(memory.perChannel(plan.channels)))
        facts.add("Merchant’s processor", .optional(work.merchant.map(DurationText.of)))
        facts.add("Generator’s processor", .optional(work.generator.map(DurationText.of)))
        return facts
    }

    private static func bytes(_ value: UInt64?) -> Cell { .optional(value.map(ByteText.of)) }

    private static func reasons(_ counts: [String: UInt64]) -> String {
        counts.isEmpty
            ? "0"
            : counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                .joined(separator: ", ")
    }

    private var latencies: Table {
        var table = Table(["Latency", "p50", "p90", "p99", "p99.9", "Max"])
        for (name, histogram) in [
            ("from when it was due", measured.latency), ("of it the generator’s", measured.lag),
        ] {
            table.add([.text(name)] + Self.percentiles(histogram))
        }
        return table
    }

    private static func percentiles(_ histogram: LatencyHistogram) -> [Cell] {
        let values =
            [.p50, .p90, .p99, .p999].map { histogram.value(at: $0) } + [histogram.maximum]
        return values.map { .text(DurationText.of($0)) }
    }

    private var series: Table {
        var table = Table(["Second", "Payments", "Refused", "p50", "p99", "Max", "Memory"])
        let stride = max(1, (measured.seconds.count + Self.secondsShown - 1) / Self.secondsShown)
        for (place, second) in measured.seconds.enumerated() where place % stride == 0 {
            table.add([
                .count(place), .count(second.acknowledged), .count(second.refused),
                .text(DurationText.of(second.latency.value(at: .p50))),
                .text(DurationText.of(second.latency.value(at: .p99))),
                .text(DurationText.of(second.latency.maximum)),
                Self.bytes(place < memory.samples.count ? memory.samples[place] : nil),
            ])
        }
        return table
    }

    private static func table(_ search: RateSearch) -> Table {
        var table = Table([
            "Rate tried", "Payments a second", "p50", "p99", "p99.9", "Refused", "Held",
        ])
        for step in search.steps {
            let latency = step.tally.latency
            table.add([
                .count(step.rate), .count(step.tally.perSecond),
                .text(DurationText.of(latency.value(at: .p50))),
                .text(DurationText.of(latency.value(at: .p99))),
                .text(DurationText.of(latency.value(at: .p999))),
                .count(step.tally.refusedCount), .flag(step.isHeld),
            ])
        }
        return table
    }

    private var account: Facts {
        let all = all
        var facts = Facts()
        facts.add(
            "Acknowledged",
            .text("\(all.acknowledged) payments, \(all.units) units, warm-up included"))
        if let books {
            facts.add(
                "In the books", .text("\(books.payments) payments, \(books.spent) units"))
        }
        for fault in faults { facts.add("WRONG", .text(fault)) }
        if faults.isEmpty { facts.add("Books", .text("equal what was acknowledged")) }
        return facts
    }
}

/// Times as a person reads them, in whole numbers.
package enum DurationText {
    package static func of(_ nanoseconds: UInt64) -> String {
        switch nanoseconds {
        case 0: "0"
        case ..<1_000: "\(nanoseconds) ns"
        case ..<1_000_000: scaled(nanoseconds, 1_000, "µs")
        case ..<1_000_000_000: scaled(nanoseconds, 1_000_000, "ms")
        default: scaled(nanoseconds, 1_000_000_000, "s")
        }
    }

    /// Three digits.
    fileprivate static func scaled(_ value: UInt64, _ unit: UInt64, _ name: String) -> String {
        let (whole, part) = value.quotientAndRemainder(dividingBy: unit)
        if whole >= 100 { return "\(whole) \(name)" }
        let digits = whole >= 10 ? 1 : 2
        let factor: UInt64 = digits == 1 ? 10 : 100
        let fraction = String(part * factor / unit)
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return
            "\(whole).\(zeros)\(fraction) \(name)"
    }
}

/// Sizes as a person reads them.
package enum ByteText {
    package static func of(_ bytes: UInt64) -> String {
        switch bytes {
        case ..<1024: "\(bytes) B"
        case ..<(1 << 20): DurationText.scaled(bytes, 1 << 10, "KiB")
        case ..<(1 << 30): DurationText.scaled(bytes, 1 << 20, "MiB")
        default: DurationText.scaled(bytes, 1 << 30, "GiB")
        }
    }
}
