internal import PayWord

/// What an operation comes to.
public struct Outcome: Sendable {
    /// What came out. A session that was refused has a transcript all the same.
    let result: JSONValue?
    /// Why it was refused; nil where it was accepted.
    let refusal: Refusal?

    init(_ result: JSONValue, refusedFor refusal: Refusal? = nil) {
        self.result = result
        self.refusal = refusal
    }

    init(refusedFor refusal: Refusal) {
        result = nil
        self.refusal = refusal
    }
}

/// The bounds on what one request may cost, beside the protocol's own limits.
enum WorkBound {
    /// How many hash steps.
    static let stepsMaximum: UInt64 = 1 << 24

    /// - Throws: `too-large`.
    static func check(steps: UInt64) throws(Refusal) {
        guard steps <= stepsMaximum else {
            throw Refusal(.tooLarge, "\(steps) steps are more than this program walks for one line")
        }
    }
}
