internal import PayWord

extension LiveChannel {
    /// A payment on its way: its frames, and its reference, which the last frame bears.
    struct Entry {
        var frames: [PaymentPlanner.Frame]
        var reference: [UInt8]?
    }

    /// What was answered.
    struct Sent {
        /// For each entry, the answer to its last frame.
        var results: [Result<AcknowledgedState, Refusal>]
        /// How far the merchant has accepted each chain, by what it acknowledged.
        var accepted: [ChainIndex]
        /// What it said last.
        var last: AcknowledgedState?
    }

    /// Sends entries and holds every answer against what can be true.
    ///
    /// `shown` is what the merchant had accepted before, `charged` the most that it may say is
    /// spent.
    /// - Throws: `timed-out` if the connection was lost, `stale-index` for an answer that claims more
    ///   than this wallet revealed or charged, `overclaimed` for one that nothing can explain.
    func send(
        _ entries: [Entry], shown: [ChainIndex], charged: Amount
    ) async throws(Refusal) -> Sent {
        var outgoing: [OutgoingPayment] = []
        for entry in entries {
            for (position, frame) in entry.frames.enumerated() {
                let isLast = position == entry.frames.count - 1
                outgoing.append(
                    OutgoingPayment(
                        paywords: try chains.claims(frame.marks), amount: frame.amount,
                        reference: isLast ? entry.reference : nil))
            }
        }
        let answers = try await link.pay(handle, outgoing)
        guard answers.count == outgoing.count else {
            throw Refusal(.timedOut, "not every payment was answered")
        }
        var sent = Sent(results: [], accepted: shown, last: nil)
        var next = 0
        for entry in entries {
            for (position, frame) in entry.frames.enumerated() {
                let answer = answers[next]
                next += 1
                if case .success(let state) = answer {
                    try check(state, charged: charged)
                    sent.last = state
                    for mark in frame.marks {
                        let place = mark.ordinal.position
                        sent.accepted[place] = max(sent.accepted[place], mark.index)
                    }
                }
                if position == entry.frames.count - 1 { sent.results.append(answer) }
            }
        }
        return sent
    }

    /// What the merchant acknowledges can be no more than was revealed and charged, by this wallet or
    /// by another copy of it that pays at the same time. An acknowledgement shows no paywords, so it
    /// cannot tell the two apart: opening the channel again does, where the merchant must show them.
    private func check(_ state: AcknowledgedState, charged: Amount) throws(Refusal) {
        let worth = try record.commitment.payload.worth(at: record.progress.revealed)
        guard state.spent <= state.accepted else {
            throw Refusal(
                .overclaimed,
                "the merchant says \(state.spent) units are spent of \(state.accepted) accepted")
        }
        guard state.accepted <= worth, state.spent <= charged else {
            throw Refusal(
                .staleIndex,
                "connect again, to see whether another copy of this wallet paid: the merchant says "
                    + "\(state.accepted) units are accepted and \(state.spent) spent; \(worth) "
                    + "were revealed and \(charged) charged")
        }
    }
}
