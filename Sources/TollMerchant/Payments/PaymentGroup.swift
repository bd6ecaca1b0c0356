internal import PayWord

/// Judged payments of one channel that go into the same transaction.
struct PaymentGroup: Sendable {
    /// In the order in which they came.
    var payments: [PendingPayment]
    /// Those that were counted and bear a reference.
    var charges: [Charge] = []
    /// References to look for, of payments that were not counted.
    var asked: [[UInt8]] = []
    /// Whether a payment was counted.
    var isChange = false
}

/// A judged payment that waits for its commit, and where its answer goes.
struct PendingPayment: Sendable {
    let ticket: PaymentTicket
    /// The place of the request and of the answer in the ticket.
    let place: Int
    /// What to answer once the commit is done.
    var answer: PaymentTicket.Answer
    /// Whether a charge with its reference, if there is one, decides the answer.
    let isAsked: Bool
    /// How often it was judged, because the channel had moved.
    let attempts: Int

    var request: PaymentRequest { ticket.requests[place] }
}

extension PaymentGroup {
    /// Gives payments that turn out to have been counted before what their charges say.
    mutating func answerAsked(_ known: [Charge], _ stored: ChannelState) {
        guard !known.isEmpty else { return }
        for position in payments.indices where payments[position].isAsked {
            let request = payments[position].request
            if let charge = known.first(where: { $0.reference == request.reference }) {
                payments[position].answer = charge.answer(request, stored)
            }
        }
    }
}

extension Charge {
    /// What a payment with a used reference gets: the charge stands, and nothing changes, whichever
    /// paywords it carries.
    func answer(_ request: PaymentRequest, _ state: ChannelState) -> PaymentTicket.Answer {
        do throws(Refusal) {
            try checkSame(request.amount)
            return .success(state.outcome(wasCounted: false))
        } catch {
            return .failure(error)
        }
    }
}

extension ChannelState {
    /// How the channel stands, as the outcome of a payment.
    func outcome(wasCounted: Bool) -> PaymentOutcome {
        PaymentOutcome(amounts: amounts, payments: payments, wasCounted: wasCounted)
    }
}
