internal import PayWord

extension PaymentPipeline {
    /// How many steps are hashed before others get the channel's lock and the ticket's: some
    /// milliseconds. The commits of all channels wait for these locks.
    static let stepsOfTurn: UInt64 = 1 << 16

    /// Judges payments, and puts them with what waits; those that are refused for good are answered.
    ///
    /// Where `isHashed`, their paywords were found to lead down to where the channel stands.
    ///
    /// - Returns: how many were answered, and the place of the first that has to wait for another turn.
    func judge(
        _ ticket: PaymentTicket, _ places: Range<Int>, attempts: Int, isHashed: Bool = false,
        _ channel: LiveChannel, _ state: inout LiveChannel.State, _ now: Timestamp,
        stepsMaximum: UInt64 = .max
    ) -> (refused: Int, next: Int) {
        var refused = 0
        var hashed: UInt64 = 0
        var next = places.lowerBound
        let batch = ticket.requests
        ticket.set { answers in
            // A span gives out requests without copying them.
            let requests = batch.span
            while next < places.upperBound, hashed < stepsMaximum {
                let place = next
                next += 1
                let judged = judge(
                    requests[place], isHashed: isHashed, at: place, &answers, channel, &state, now,
                    &hashed)
                guard let kind = judged else {
                    refused += 1
                    continue
                }
                state.enqueue(ticket, place, kind, attempts: attempts, spares)
                switch kind {
                case .counted: state.noteChange(requests[place])
                case .asked: state.noteAsked(requests[place])
                case .uncounted: break
                }
            }
            return refused
        }
        return (refused, next)
    }

    /// Judges a payment and sets its answer.
    /// - Returns: what it waits for; nil if its answer stands.
    private func judge(
        _ request: borrowing PaymentRequest, isHashed: Bool, at place: Int,
        _ answers: inout PaymentAnswers, _ channel: LiveChannel,
        _ state: inout LiveChannel.State, _ now: Timestamp, _ hashed: inout UInt64
    ) -> PaymentRun.Kind? {
        guard state.pendingCount < limits.waitingOfChannelMaximum else {
            answers.refuse(Refusal(.busy, "too many payments of one channel wait"), at: place)
            return nil
        }
        if let reference = request.reference,
            let charge = state.charges[reference] ?? state.used[reference]
        {
            // The charge may be part of what is under way.
            answers.set(charge, answering: request, state.ahead, at: place)
            return .uncounted
        }
        do throws(Refusal) {
            let wasCounted = try gate.judge(
                request, isHashed: isHashed, channel, &state, at: now, hashed: &hashed)
            answers.set(state.ahead.outcome(wasCounted: wasCounted), at: place)
            if wasCounted { return .counted }
            return request.reference == nil ? .uncounted : .asked
        } catch {
            answers.refuse(error, at: place)
            if request.reference != nil { return .asked }
            // A refund by another process may have raised the credit: the commit finds out.
            return error.reason == .insufficientFunds ? .uncounted : nil
        }
    }
}
