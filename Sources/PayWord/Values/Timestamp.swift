/// Unsigned seconds since 1970-01-01 00:00 UTC, without leap seconds.
///
/// The clock is read at the top and handed down as a value; nothing in this module reads it.
///
/// ```swift
/// let now = Timestamp(1_800_000_000)
/// now.adding(.day).since(now)            // 86400
/// Timestamp(.max).adding(1)              // stays at the end of time (TC-00.3)
/// ```
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How far two honest clocks may be apart, 300 s (TC-00.4).
    public static let clockDifferenceMaximum: Seconds = 300

    /// Seconds since 1970-01-01 00:00 UTC, 0 to 2^64 - 1.
    public let seconds: UInt64

    /// The time that many seconds after 1970.
    public init(_ seconds: UInt64) { self.seconds = seconds }

    /// This time, later; the end of time if it does not fit.
    public func adding(_ duration: Seconds) -> Timestamp {
        let (sum, overflow) = seconds.addingReportingOverflow(duration)
        return Timestamp(overflow ? .max : sum)
    }

    /// This time, earlier; 1970 if it would be before.
    public func subtracting(_ duration: Seconds) -> Timestamp {
        Timestamp(seconds > duration ? seconds - duration : 0)
    }

    /// How long after `earlier` this time is; zero if it is not.
    public func since(_ earlier: Timestamp) -> Seconds {
        seconds > earlier.seconds ? seconds - earlier.seconds : 0
    }

    /// Whether `left` is earlier. Rules that compare another party's clock add
    /// ``clockDifferenceMaximum`` first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds < right.seconds
    }
    /// The seconds in decimal.
    public var description: String { "\(seconds)" }
}

/// A duration in whole seconds.
public typealias Seconds = UInt64

extension Seconds {
    /// 86,400 seconds.
    public static let day: Seconds = 86_400
}
