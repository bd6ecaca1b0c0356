/// What a run of the load generator does.
package struct LoadPlan: Sendable {
    /// Where the merchant keeps its channels.
    package enum Store: Sendable, Equatable, CustomStringConvertible {
        case sqlite
        /// A PostgreSQL that the run starts for itself, and that waits for the disk.
        case privatePostgres
        /// A PostgreSQL that is there.
        case postgres(String)

        /// Never an address of a database, in which others may have written a password.
        package var description: String {
            self == .sqlite ? "sqlite" : "postgres"
        }
    }

    /// A search for the highest rate that the merchant holds.
    package struct Search: Sendable {
        /// How long each rate is tried.
        package var seconds: UInt64
        /// What the 99th percentile may be at most, in nanoseconds.
        package var p99Maximum: UInt64
        /// The rate at which the search ends.
        package var rateMaximum: UInt64

        package init(seconds: UInt64, p99Maximum: UInt64, rateMaximum: UInt64) {
            self.seconds = seconds
            self.p99Maximum = p99Maximum
            self.rateMaximum = rateMaximum
        }
    }

    package var store = Store.sqlite
    /// How many channels are open.
    package var channels = 10_000
    /// How many of them pay.
    package var active = 1_000
    /// How many connections they share.
    package var connections = 1_000
    /// How many event loops pay.
    package var lanes = 1
    /// How many payments are due each second on average.
    package var rate: UInt64 = 2_000
    /// How long they are due.
    package var seconds: UInt64 = 60
    /// How long payments are made before the latency counts.
    package var warmUpSeconds: UInt64 = 2
    /// How long the last answers are waited for.
    package var patienceSeconds: UInt64 = 60
    /// Set to look for the highest rate held, after the run.
    package var search: Search?
    /// What everything random follows from.
    package var seed: UInt64 = 1

    package init() {}

    /// About how many payments will be made: chains must be long enough for them.
    var payments: UInt64 {
        // The rates that a search tries double, and then lie between the last two.
        let searched = search.map { $0.seconds * $0.rateMaximum * 5 } ?? 0
        return rate * (seconds + warmUpSeconds) + searched
    }
}
