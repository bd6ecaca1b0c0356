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
    /// Whether charges with their references, if there are any, decide the answers.
    let isAsked: Bool
    /// How often they were judged, because the channel had moved.
    let attempts: Int
}

extension PaymentGroup {
    /// How many payments there are.
    var count: Int { runs.reduce(0) { $0 + $1.places.count } }

    /// Puts a payment behind the others.
    mutating func append(
        _ ticket: PaymentTicket, _ place: Int, isAsked: Bool, attempts: Int
    ) {
        if !isAsked, let last = runs.indices.last, runs[last].ticket === ticket,
            runs[last].places.upperBound == place, !runs[last].isAsked,
            runs[last].attempts == attempts
        {
            runs[last].places = runs[last].places.lowerBound..<place + 1
        } else {
            runs.append(
                PaymentRun(
                    ticket: ticket, places: place..<place + 1, isAsked: isAsked,
                    attempts: attempts))
        }
    }

    /// Gives payments that turn out to have been counted before what their charges say.
    func answerAsked(_ known: [Charge], _ stored: ChannelState) {
        guard !known.isEmpty else { return }
        for run in runs where run.isAsked {
            run.ticket.set { answers in
                for place in run.places {
                    let request = run.ticket.requests[place]
                    guard let charge = known.first(where: { $0.reference == request.reference })
                    else { continue }
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
