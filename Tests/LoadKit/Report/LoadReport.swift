/// What a run has shown.
package struct LoadReport: Sendable {
    /// The merchant's resident memory, in bytes; nil where the system does not tell.
    package struct Memory: Sendable {
        /// Before the first connection.
        package var atStart: UInt64?
        /// With all connections, before the first channel.
        package var connected: UInt64?
        /// With all channels open, before the first payment.
        package var opened: UInt64?
        /// A second apart, while payments were due.
        package var samples: [UInt64] = []
        /// When the last payment was answered.
        package var atEnd: UInt64?

        /// What a connection takes, without its channels.
        package func perConnection(_ connections: Int) -> UInt64? {
            Self.share(of: connections, from: atStart, to: connected)
        }

        /// What a channel takes.
        package func perChannel(_ channels: Int) -> UInt64? {
            Self.share(of: channels, from: connected, to: opened)
        }

        private static func share(of count: Int, from: UInt64?, to: UInt64?) -> UInt64? {
            guard let from, let to, count > 0 else { return nil }
            return (to - min(to, from)) / UInt64(count)
        }

        /// From the middle of the first tenth of the run to that of the last.
        package var growth: Int64? {
            let tenth = max(1, samples.count / 10)
            guard let first = Self.median(samples.prefix(tenth)),
                let last = Self.median(samples.suffix(tenth))
            else { return nil }
            return Int64(last) - Int64(first)
        }

        private static func median(_ values: ArraySlice<UInt64>) -> UInt64? {
            values.isEmpty ? nil : values.sorted()[values.count / 2]
        }
    }

    package let plan: LoadPlan
    package var openingNanoseconds: UInt64 = 0
    package var memory = Memory()
    /// While payments were due.
    package var work = Work()
    package var warmUp = Tally()
    package var measured = Tally()
    package var search: RateSearch?
    package var books: Books?
    package var lostConnections = 0
    /// What is wrong; nothing, if the figures can be believed.
    package var faults: [String] = []

    package init(plan: LoadPlan) { self.plan = plan }

    /// All payments of the run, those of the warm-up and of the search as well.
    package var all: Tally {
        var all = warmUp
        all.merge(measured)
        for step in search?.steps ?? [] { all.merge(step.tally) }
        return all
    }

    static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}
