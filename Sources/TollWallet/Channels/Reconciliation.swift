internal import PayWord

/// Finds out, from the merchant's figures, what became of the payments whose answers were lost.
///
/// Every payment is safe to send again: one with a reference by the reference, one without by the
/// paywords that it advances to, which count once. (The wallet gives a payment that reveals nothing
/// a reference of its own.) So:
///
/// - a payment whose paywords the merchant lacks was not counted, and is sent again;
/// - a payment with a reference is sent again in any case;
/// - what is left has its paywords accepted: the sum says whether all of it was charged too.
struct Reconciliation: Sendable {
    /// To be sent again, in order.
    private(set) var unsent: [PaymentRecord] = []
    /// To be judged by the sum, in order.
    private(set) var shown: [PaymentRecord] = []
    /// Not counted, and too late to send.
    private(set) var lapsed: [PaymentRecord] = []
    /// What the merchant had acknowledged and knows no more: it has restored an older state.
    private(set) var forgotten: Amount?

    /// Sorts the pending payments; `canReveal` says whether the commitment still takes paywords.
    init(
        pending: [PaymentRecord], progress: ChannelProgress, heard: HeardState, canReveal: Bool
    ) {
        for payment in pending {
            let lacks = payment.marks.contains {
                $0.ordinal.position < heard.accepted.count
                    && $0.index > heard.accepted[$0.ordinal.position]
            }
            if lacks {
                if canReveal { unsent.append(payment) } else { lapsed.append(payment) }
            } else if payment.reference != nil, canReveal {
                unsent.append(payment)
            } else {
                shown.append(payment)
            }
        }
        let fellBack = zip(heard.accepted, progress.accepted).contains { $0 < $1 }
        if fellBack, canReveal, progress.isComplete, !heard.isAhead {
            forgotten = progress.spent.subtractingOrZero(heard.spent)
        }
    }

    /// Which of `shown` were not charged, given what was charged for all of them together.
    ///
    /// A merchant commits in groups, and a group that failed is a run of payments; where several
    /// runs explain the sum, the last is taken, since their amounts are the same. Where none does, a
    /// refund explains it, and all were charged.
    static func uncharged(_ shown: [PaymentRecord], charged: Amount) -> Range<Int> {
        let none = 0..<0
        guard let total = try? shown.map(\.amount).sum(), total > charged else { return none }
        let missing = total.units - charged.units
        var start = shown.count - 1
        var sum: UInt64 = 0
        var end = shown.count
        while start >= 0 {
            sum += shown[start].amount.units
            while sum > missing, end > start {
                end -= 1
                sum -= shown[end].amount.units
            }
            if sum == missing, end > start { return start..<end }
            start -= 1
        }
        return none
    }
}
