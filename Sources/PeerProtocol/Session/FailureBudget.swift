internal import PayWord

/// How much failed work one connection may cause before it is ended.
///
/// Counted is what an honest peer never sends: what does not parse, does not verify, or does not
/// hash down. What honest peers meet in the course of things (a stale index, too little credit, a
/// closed channel) is not.
struct FailureBudget: Sendable {
    private var left: Int

    init(maximum: Int) { left = max(1, maximum) }

    /// Counts a refusal if it is of a counted kind.
    /// - Returns: whether anything is left.
    mutating func spend(on reason: Reason) -> Bool {
        if reason.isAbusive { left -= 1 }
        return left > 0
    }
}

extension Reason {
    fileprivate var isAbusive: Bool {
        switch self {
        case .malformed, .notCanonical, .unknownField, .tooLarge, .badSignature, .weakKey,
            .badPayword:
            true
        default: false
        }
    }
}
