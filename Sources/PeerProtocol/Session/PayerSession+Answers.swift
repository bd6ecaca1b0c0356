internal import PayWord

/// What the merchant's messages do. Whatever was not asked for ends the session.
extension PayerSession {
    mutating func take(_ message: PeerMessage, _ now: Timestamp) throws(Refusal) {
        guard established != nil else { return try takeHelloAck(message, now) }
        switch message {
        case .offer(let offer):
            guard unansweredQuotes > 0 else { throw Self.unasked(message) }
            answered(.offer(.success(offer)))
            unansweredQuotes -= 1
        case .opened(let opened): try takeOpened(opened)
        case .paid(let paid): try takePaid(paid)
        case .meter(let meter): try takeMeter(meter)
        case .closed(let handle, let close, let receipt):
            guard let channel = channels[handle], channel.phase == .closing,
                channel.unanswered.isEmpty
            else { throw Self.unasked(message) }
            channels.close(handle)
            answered(.closed(handle, .success(ClosedChannel(close: close, receipt: receipt))))
        case .receipt(let handle, let receipt):
            guard channels[handle]?.awaitsReceipt == true else { throw Self.unasked(message) }
            channels.byHandle[handle]?.awaitsReceipt = false
            answered(.receipt(handle, .success(receipt)))
        case .error(let error): try takeError(error)
        case .hello, .helloAck, .quote, .open, .pay, .close, .receiptPlease:
            throw Refusal(.unexpectedMessage, "\(message.kind) has no place here")
        }
    }

    private mutating func takeHelloAck(
        _ message: PeerMessage, _ now: Timestamp
    ) throws(Refusal) {
        if case .error(let error) = message { return end(.refusedByPeer(error.refusal)) }
        guard case .helloAck(let ack) = message else {
            throw Refusal(.unexpectedMessage, "\(message.kind) before hello-ack")
        }
        guard hello.versions.contains(ack.version) else {
            throw Refusal(.unsupportedVersion, "version \(ack.version) was not offered")
        }
        if let expectedMerchant, ack.merchant != expectedMerchant {
            throw Refusal(.wrongMerchant, "\(ack.merchant) answers for \(expectedMerchant)")
        }
        let transcript = try ack.verified(answering: hello, certificate: certificate)
        let established = Established(
            merchant: ack.merchant, limits: ack.limits, transcript: transcript)
        state = .established(established)
        lastProgress = now
        events.append(.established(established))
    }

    private mutating func takeOpened(_ opened: Opened) throws(Refusal) {
        guard channels[opened.handle]?.phase == .opening else {
            throw Self.unasked(.opened(opened))
        }
        try Self.check(opened.accepted, opened.spent)
        channels.byHandle[opened.handle]?.phase = .open
        channels.byHandle[opened.handle]?.accepted = opened.accepted
        answered(.opened(opened.handle, .success(opened)))
    }

    /// What is accepted never falls, and bounds what is spent. What is spent may fall: a refund.
    private mutating func takePaid(_ paid: Paid) throws(Refusal) {
        guard var channel = channels[paid.handle], let lastSent = channel.lastSent,
            paid.sequence <= lastSent, channel.lastPaid.map({ paid.sequence >= $0 }) ?? true
        else { throw Refusal(.unexpectedMessage, "paid for what was not sent") }
        try Self.check(paid.accepted, paid.spent)
        guard paid.accepted >= channel.accepted else {
            throw Refusal(.unexpectedMessage, "what is accepted went back")
        }
        // Out of the dictionary while it changes, so that its queue is not copied.
        channels.byHandle[paid.handle] = nil
        var sequences: [UInt32] = []
        while let first = channel.unanswered.first, first <= paid.sequence {
            _ = channel.unanswered.popFirst()
            sequences.append(first)
        }
        channel.lastPaid = paid.sequence
        channel.accepted = paid.accepted
        channels.byHandle[paid.handle] = channel
        unansweredFrames -= sequences.count
        events.append(
            .paid(
                paid.handle, sequences: sequences,
                ChannelAmounts(accepted: paid.accepted, spent: paid.spent)))
    }

    private mutating func takeMeter(_ meter: Meter) throws(Refusal) {
        guard let channel = channels[meter.handle], channel.phase != .opening else {
            throw Self.unasked(.meter(meter))
        }
        if let last = channel.lastMeter {
            guard meter.number > last.number, meter.amountDue >= last.amountDue,
                meter.units >= last.units
            else { throw Refusal(.unexpectedMessage, "a meter that runs backwards") }
        }
        channels.byHandle[meter.handle]?.lastMeter = meter
        events.append(.meter(meter))
    }

    private mutating func takeError(_ error: PeerError) throws(Refusal) {
        switch (error.handle, error.sequence) {
        case (nil, nil) where unansweredQuotes > 0:
            unansweredQuotes -= 1
            answered(.offer(.failure(error.refusal)))
        case (nil, nil): end(.refusedByPeer(error.refusal))
        case (nil, _?): throw Refusal(.unexpectedMessage, "an error of no handle's payment")
        case (let handle?, let sequence?): try takeRefusedPayment(handle, sequence, error)
        case (let handle?, nil): try takeRefusedRequest(handle, error)
        }
    }

    private mutating func takeRefusedPayment(
        _ handle: Handle, _ sequence: UInt32, _ error: PeerError
    ) throws(Refusal) {
        let found = channels.byHandle[handle]?.unanswered.remove(
            where: { $0 < sequence }, { $0 == sequence })
        guard found != nil else {
            throw Refusal(.unexpectedMessage, "an error for a payment that does not wait")
        }
        answered(.refused(handle, sequence: sequence, error.refusal))
    }

    private mutating func takeRefusedRequest(
        _ handle: Handle, _ error: PeerError
    ) throws(Refusal) {
        guard let channel = channels[handle] else {
            throw Refusal(.unexpectedMessage, "an error of a handle that is not in use")
        }
        if channel.phase == .opening {
            channels.release(handle)
            answered(.opened(handle, .failure(error.refusal)))
        } else if channel.phase == .closing {
            channels.byHandle[handle]?.phase = .open
            answered(.closed(handle, .failure(error.refusal)))
        } else if channel.awaitsReceipt {
            channels.byHandle[handle]?.awaitsReceipt = false
            answered(.receipt(handle, .failure(error.refusal)))
        } else {
            throw Refusal(.unexpectedMessage, "an error where nothing waits")
        }
    }

    private mutating func answered(_ event: PayerEvent) {
        unansweredFrames -= 1
        events.append(event)
    }

    private static func check(_ accepted: Amount, _ spent: Amount) throws(Refusal) {
        guard spent <= accepted else {
            throw Refusal(.unexpectedMessage, "more spent than accepted")
        }
    }

    private static func unasked(_ message: PeerMessage) -> Refusal {
        Refusal(.unexpectedMessage, "\(message.kind), which was not asked for")
    }
}
