public import PayWord

/// What the driver's results do. An answer to what was not asked changes nothing.
extension MerchantSession {
    /// Answers the oldest quote with a whole offer object, or a refusal.
    public mutating func answerOffer(
        _ result: Result<[UInt8], Refusal>, now: Timestamp
    ) -> [MerchantAction] {
        answering(now) { session in
            guard session.quotes.popFirst() != nil else { return }
            switch result {
            case .success(let offer): session.send(.offer(offer))
            case .failure(let refusal): session.refuse(refusal)
            }
            if let next = session.quotes.first, !session.isEnded {
                session.ask(.offer(resource: next))
            }
        }
    }

    /// Answers an open. A refused one leaves its handle free.
    public mutating func answerOpen(
        _ handle: Handle, _ result: Result<OpenedChannel, Refusal>, now: Timestamp
    ) -> [MerchantAction] {
        answering(now) { session in
            switch result {
            case .success(let channel):
                guard session.channels.finishOpening(handle, isOpen: true) else { return }
                session.send(
                    .opened(
                        Opened(
                            handle: handle, paywords: channel.paywords,
                            accepted: channel.amounts.accepted, spent: channel.amounts.spent)))
            case .failure(let refusal):
                guard session.channels.finishOpening(handle, isOpen: false) else { return }
                session.refuse(refusal, handle)
            }
        }
    }

    /// Answers payments, those of each handle in the order in which they came.
    ///
    /// Refusals go out at once, then one acknowledgement for each handle that covers the rest, so an
    /// error comes before any paid that passes its sequence.
    public mutating func answerPayments(
        _ answers: [PaymentAnswer], now: Timestamp
    ) -> [MerchantAction] {
        answering(now) { session in
            for answer in answers where !session.isEnded {
                guard session.finish(answer) else {
                    session.fail(Refusal(.internal, "a payment was answered out of its order"))
                    return
                }
            }
            guard !session.isEnded else { return }
            session.sendAcknowledgements()
        }
    }

    /// Answers a close. A refused one leaves the channel open.
    public mutating func answerClose(
        _ handle: Handle, _ result: Result<ClosedChannel, Refusal>, now: Timestamp
    ) -> [MerchantAction] {
        answering(now) { session in
            switch result {
            case .success(let closed):
                guard session.channels.finishClosing(handle, isClosed: true) else { return }
                session.send(.closed(handle, close: closed.close, receipt: closed.receipt))
            case .failure(let refusal):
                guard session.channels.finishClosing(handle, isClosed: false) else { return }
                session.refuse(refusal, handle)
            }
        }
    }

    /// Answers a request for a receipt with the whole object, or a refusal.
    public mutating func answerReceipt(
        _ handle: Handle, _ result: Result<[UInt8], Refusal>, now: Timestamp
    ) -> [MerchantAction] {
        answering(now) { session in
            guard session.channels.finishReceipt(handle) else { return }
            switch result {
            case .success(let receipt): session.send(.receipt(handle, receipt))
            case .failure(let refusal): session.refuse(refusal, handle)
            }
        }
    }

    /// Tells the payer what a service has cost so far. A reading whose number is not above the last
    /// one of its handle, or whose handle is not open, is not sent.
    public mutating func meter(_ reading: Meter) -> [MerchantAction] {
        guard let channel = channels[reading.handle], case .open = channel.phase,
            channel.lastMeter.map({ reading.number > $0 }) ?? true, !isEnded
        else { return [] }
        channels.recordMeter(reading.handle, reading.number)
        send(.meter(reading))
        return takeActions()
    }

    /// Ends a payment, and refuses it if it was; false if it was not the oldest of its handle.
    private mutating func finish(_ answer: PaymentAnswer) -> Bool {
        switch answer.outcome {
        case .accepted(let amounts):
            return channels.finishPayment(answer.handle, answer.sequence, amounts)
        case .refused(let refusal, let amounts):
            guard channels.finishPayment(answer.handle, answer.sequence, amounts) else {
                return false
            }
            refuse(refusal, answer.handle, answer.sequence)
            return true
        }
    }

    private mutating func sendAcknowledgements() {
        for paid in channels.takeAcknowledgements() where !isEnded { send(.paid(paid)) }
    }

    /// Answers free room, so what waited unread is read.
    private mutating func answering(
        _ now: Timestamp, _ body: (inout MerchantSession) -> Void
    ) -> [MerchantAction] {
        guard !isEnded else { return [] }
        body(&self)
        lastProgress = now
        readFrames(now)
        endIfFinished()
        return takeActions()
    }
}
