import Foundation
package import TollCLI

extension LoadReport {
    /// All of it, for a script; times in nanoseconds, memory in bytes.
    package var json: JSONText {
        let all = all
        return [
            "plan": planJSON,
            "opening_ns": .unsigned(openingNanoseconds),
            "due": .unsigned(measured.due),
            "acknowledged": .unsigned(measured.acknowledged),
            "with_reference": .unsigned(measured.references),
            "payments_per_second": .unsigned(measured.perSecond),
            "refused": Self.counts(measured.refused),
            "unsent": Self.counts(measured.unsent),
            "unanswered": .unsigned(measured.unanswered),
            "lost_connections": .integer(Int64(lostConnections)),
            "latency_ns": Self.percentiles(measured.latency),
            "generator_lag_ns": Self.percentiles(measured.lag),
            "resident_bytes": memoryJSON,
            "processor_ns": [
                "merchant": Self.number(work.merchant),
                "generator": Self.number(work.generator),
            ],
            "seconds": .array(measured.seconds.enumerated().map(second)),
            "search": searchJSON,
            "books": booksJSON(all),
            "faults": .array(faults.map { .text($0) }),
        ]
    }

    private var planJSON: JSONText {
        [
            "store": .text("\(plan.store)"), "build": .text(Self.build),
            "processors": .integer(Int64(ProcessInfo.processInfo.activeProcessorCount)),
            "channels": .integer(Int64(plan.channels)), "active": .integer(Int64(plan.active)),
            "connections": .integer(Int64(plan.connections)),
            "lanes": .integer(Int64(plan.lanes)),
            "rate": .unsigned(plan.rate), "seconds": .unsigned(plan.seconds),
            "warm_up_seconds": .unsigned(plan.warmUpSeconds), "seed": .unsigned(plan.seed),
        ]
    }

    private static func counts(_ counts: [String: UInt64]) -> JSONText {
        .object(counts.sorted { $0.key < $1.key }.map { .init($0.key, .unsigned($0.value)) })
    }

    private static func percentiles(_ histogram: LatencyHistogram) -> JSONText {
        [
            "count": .unsigned(histogram.count),
            "p50": .unsigned(histogram.value(at: .p50)),
            "p90": .unsigned(histogram.value(at: .p90)),
            "p99": .unsigned(histogram.value(at: .p99)),
            "p99.9": .unsigned(histogram.value(at: .p999)),
            "max": .unsigned(histogram.maximum),
        ]
    }

    private static func number(_ value: UInt64?) -> JSONText {
        value.map { .unsigned($0) } ?? .null
    }

    private var memoryJSON: JSONText {
        [
            "at_start": Self.number(memory.atStart),
            "connected": Self.number(memory.connected), "opened": Self.number(memory.opened),
            "at_end": Self.number(memory.atEnd),
            "per_connection": Self.number(memory.perConnection(plan.connections)),
            "per_channel": Self.number(memory.perChannel(plan.channels)),
            "growth": memory.growth.map { .integer($0) } ?? .null,
        ]
    }

    private func second(_ place: Int, _ second: Tally.Second) -> JSONText {
        [
            "second": .integer(Int64(place)),
            "acknowledged": .unsigned(second.acknowledged),
            "refused": .unsigned(second.refused),
            "p50_ns": .unsigned(second.latency.value(at: .p50)),
            "p99_ns": .unsigned(second.latency.value(at: .p99)),
            "max_ns": .unsigned(second.latency.maximum),
            "resident_bytes": place < memory.samples.count
                ? .unsigned(memory.samples[place]) : .null,
        ]
    }

    private var searchJSON: JSONText {
        guard let search else { return .null }
        return [
            "held": search.held.map { .unsigned($0.rate) } ?? .null,
            "steps": .array(
                search.steps.map { step in
                    [
                        "rate": .unsigned(step.rate), "held": .bool(step.isHeld),
                        "acknowledged": .unsigned(step.tally.acknowledged),
                        "payments_per_second": .unsigned(step.tally.perSecond),
                        "refused": Self.counts(step.tally.refused),
                        "latency_ns": Self.percentiles(step.tally.latency),
                    ]
                }),
        ]
    }

    private func booksJSON(_ all: Tally) -> JSONText {
        guard let books else { return .null }
        return [
            "channels": .unsigned(books.channels), "payments": .unsigned(books.payments),
            "accepted_units": .unsigned(books.accepted), "spent_units": .unsigned(books.spent),
            "acknowledged_payments": .unsigned(all.acknowledged),
            "acknowledged_units": .unsigned(all.units),
        ]
    }
}
