internal import PayWord

/// The dates of requests.
enum RequestDates {
    /// How old a request may be.
    static let ageMaximum: Seconds = .day

    /// - Throws: `not-yet-valid` or `stale-request`.
    static func check(_ createdAt: Timestamp, at now: Timestamp) throws(Refusal) {
        try checkNotAhead(createdAt, at: now)
        guard createdAt.adding(ageMaximum) >= now else {
            throw Refusal(.staleRequest, "made at \(createdAt), more than 24 hours before \(now)")
        }
    }

    /// - Throws: `not-yet-valid`.
    static func checkNotAhead(_ createdAt: Timestamp, at now: Timestamp) throws(Refusal) {
        guard createdAt <= now.adding(Timestamp.clockDifferenceMaximum) else {
            throw Refusal(.notYetValid, "made at \(createdAt), more than 300 s after \(now)")
        }
    }
}
