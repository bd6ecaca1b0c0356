public import PayWord

/// Times as people read them: `2026-11-21T10:00:00Z` (RFC 3339), by the proleptic Gregorian calendar.
public enum UTCText {
    /// The text of a time; one past the year 9999 is shown as its seconds.
    public static func text(_ time: Timestamp) -> String {
        guard time.seconds < 253_402_300_800 else { return "\(time.seconds) s" }
        let days = Int(time.seconds / .day)
        let seconds = Int(time.seconds % .day)
        let (year, month, day) = civilDate(daysSince1970: days)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T"
            + "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))Z"
    }

    /// Howard Hinnant's `civil_from_days`, for days not before 1970.
    private static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0" as Character, count: max(0, width - digits.count)) + digits
    }
}
