internal import PayWord

/// Judged payments of one channel that go into the same transaction.
struct PaymentGroup: Sendable {
    /// In the order in which they came.
    var runs: [PaymentRun]
    /// Those that were counted and bear a reference.
    var charges: [Charge] = []
    /// References to look for, of payments that were not counted.
    var asked: [[UInt8]] = []
    /// Whether a payment was counted.
    var isChange = false
}

/// Judged payments that stand one after another in a ticket and wait for the same commit. Their
/// answers are set there.
struct PaymentRun: Sendable {
    let ticket: PaymentTicket
    /// The places of the requests and of the answers in the ticket.
    var places: Range<Int>
    let kind: Kind
    /// How often they were judged, because the channel had moved.
    let attempts: Int

    /// What they wait for.
    enum Kind: Sendable {
        /// They were counted: until that is on disk.
        case counted
        /// Until what came before them is on disk.
        case uncounted
        /// Until it is known whether their references were used: then those charges answer.
        case asked
    }
}

extension PaymentGroup {
    /// How many payments there are.
    var count: Int { runs.reduce(0) { $0 + $1.places.count } }

    /// Puts a payment behind the others.
    mutating func append(
        _ ticket: PaymentTicket, _ place: Int, _ kind: PaymentRun.Kind, attempts: Int
    ) {
        if let last = runs.indices.last, runs[last].ticket === ticket,
            runs[last].places.upperBound == place, runs[last].kind == kind,
            runs[last].attempts == attempts
        {
            runs[last].places = runs[last].places.lowerBound..<place + 1
        } else {
            runs.append(
                PaymentRun(
                    ticket: ticket, places: place..<place + 1, kind: kind, attempts: attempts))
        }
    }

    /// Gives payments that turn out to have been counted before what their charges say.
    func answerAsked(_ known: [Charge], _ stored: ChannelState) {
        guard !known.isEmpty else { return }
        var charges = Dictionary(known.map { ($0.reference, $0) }) { first, _ in first }
        // What was counted with them came after them.
        for own in self.charges { charges[own.reference] = nil }
        for run in runs where run.kind == .asked {
            run.ticket.set { answers in
                for place in run.places {
                    let request = run.ticket.requests[place]
                    guard let charge = request.reference.flatMap({ charges[$0] }) else { continue }
                    answers.set(charge, answering: request, stored, at: place)
                }
                return 0
            }
        }
    }
}

extension PaymentAnswers {
    /// What a payment with a used reference gets: the charge stands, and nothing changes, whichever
    /// paywords it carries.
    mutating func set(
        _ charge: Charge, answering request: borrowing PaymentRequest, _ state: ChannelState,
        at place: Int
    ) {
        do throws(Refusal) {
            try charge.checkSame(request.amount)
            set(state.outcome(wasCounted: false), at: place)
        } catch {
            refuse(error, at: place)
        }
    }
}

extension ChannelState {
    /// How the channel stands, as the outcome of a payment.
    func outcome(wasCounted: Bool) -> PaymentOutcome {
        PaymentOutcome(amounts: amounts, payments: payments, wasCounted: wasCounted)
    }
}
