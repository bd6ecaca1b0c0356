internal import PayWord

/// The payments of one window, planned one after another: what is written ahead, then sent.
struct WindowPlan {
    /// What an intent became.
    enum Slot {
        /// It is to be sent.
        case planned(PaymentIntent, LiveChannel.Entry)
        /// It is decided already.
        case done(PaymentOutcome)
    }

    var planner: PaymentPlanner
    let now: Timestamp
    /// The number of the last payment.
    private(set) var number: UInt64
    private(set) var payments: [(record: PaymentRecord, entry: LiveChannel.Entry)] = []
    /// For each intent, what was decided, or nil where a payment's answer decides.
    private var slots: [PaymentOutcome?] = []
    /// Whether an intent was not to be made, so that no later one is.
    private(set) var isStopped = false

    init(planner: PaymentPlanner, now: Timestamp, number: UInt64) {
        self.planner = planner
        self.now = now
        self.number = number
    }

    /// Adds the next intent.
    mutating func add(_ slot: Slot) {
        switch slot {
        case .done(let outcome):
            slots.append(outcome)
            isStopped = !outcome.isAcknowledged
        case .planned(let intent, let entry):
            number += 1
            var marks: [Ordinal: ChainMark] = [:]
            for mark in entry.frames.flatMap(\.marks) { marks[mark.ordinal] = mark }
            payments.append(
                (
                    PaymentRecord(
                        number: number, amount: intent.amount, total: planner.charged,
                        marks: marks.values.sorted { $0.ordinal < $1.ordinal },
                        reference: entry.reference, memo: intent.memo,
                        resource: intent.resource, at: now), entry
                ))
            slots.append(nil)
        }
    }

    /// The outcomes by position, as far as intents were added.
    ///
    /// `results` are the answers to ``payments``; a payment without one has become `outcome`.
    func outcomes(
        _ results: [Result<AcknowledgedState, Refusal>] = [],
        otherwise outcome: PaymentOutcome = .unanswered
    ) -> [PaymentOutcome] {
        var answers = results.makeIterator()
        return slots.map { decided in
            if let decided { return decided }
            guard let answer = answers.next() else { return outcome }
            switch answer {
            case .success(let state): return .acknowledged(state)
            case .failure(let refusal) where LiveChannel.leavesOpen.contains(refusal.reason):
                return .unanswered
            case .failure(let refusal): return .refused(refusal)
            }
        }
    }
}
