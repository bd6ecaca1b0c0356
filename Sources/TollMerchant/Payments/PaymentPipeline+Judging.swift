internal import PayWord

extension PaymentPipeline {
    /// Judges payments, and puts them with what waits; those that are refused for good are answered.
    /// - Returns: how many were answered.
    func judge(
        _ ticket: PaymentTicket, _ places: Range<Int>, attempts: Int, _ channel: LiveChannel,
        _ state: inout LiveChannel.State, _ now: Timestamp
    ) -> Int {
        var refused = 0
        let batch = ticket.requests
        ticket.set { answers in
            // A span gives out requests without copying them.
            let requests = batch.span
            for place in places {
                switch judge(requests[place], at: place, &answers, channel, &state, now) {
                case .refused: refused += 1
                case .uncounted:
                    state.enqueue(ticket, place, isAsked: false, attempts: attempts, spares)
                case .counted:
                    state.enqueue(ticket, place, isAsked: false, attempts: attempts, spares)
                    state.noteChange(requests[place])
                case .asked(let reference):
                    state.enqueue(ticket, place, isAsked: true, attempts: attempts, spares)
                    state.waiting?.asked.append(reference)
                }
            }
            return refused
        }
        return refused
    }

    /// What a judged payment waits for.
    private enum Judgement {
        /// For nothing: its answer stands.
        case refused
        /// Until what it was counted with is on disk.
        case counted
        /// Until what came before it is on disk.
        case uncounted
        /// Until it is known whether its reference was used.
        case asked([UInt8])
    }

    /// Judges a payment and sets its answer.
    private func judge(
        _ request: borrowing PaymentRequest, at place: Int, _ answers: inout PaymentAnswers,
        _ channel: LiveChannel, _ state: inout LiveChannel.State, _ now: Timestamp
    ) -> Judgement {
        if let reference = request.reference,
            let charge = state.charges[reference] ?? state.used[reference]
        {
            // The charge may be part of what is under way.
            answers.set(charge, answering: request, state.ahead, at: place)
            return .uncounted
        }
        do throws(Refusal) {
            let wasCounted = try gate.judge(request, channel, &state, at: now)
            answers.set(state.ahead.outcome(wasCounted: wasCounted), at: place)
            if wasCounted { return .counted }
            return request.reference.map { .asked($0) } ?? .uncounted
        } catch {
            answers.refuse(error, at: place)
            if let reference = request.reference { return .asked(reference) }
            // A refund by another process may have raised the credit: the commit finds out.
            return error.reason == .insufficientFunds ? .uncounted : .refused
        }
    }
}
