public import PayWord

/// What the payer asks. Each call either throws and changes nothing, or returns what to send.
extension PayerSession {
    /// Asks what a resource costs.
    /// - Throws: `unexpected-message` before the handshake or after the end, `busy` without
    ///   ``room``, `too-large` for a name above the limit.
    public mutating func quote(
        _ resource: String, now: Timestamp
    ) throws(Refusal) -> [PayerAction] {
        _ = try checkRoom()
        guard resource.utf8.count <= Offer.resourceBytesMaximum else {
            throw Refusal(.tooLarge, "a resource's name has at most 256 bytes")
        }
        try ask(.quote(resource), now)
        unansweredQuotes += 1
        return takeActions()
    }

    /// Opens a channel, or resumes it, under a handle of the session's choice.
    ///
    /// The proof is the payer key's signature of ``OpenProof`` over this connection's transcript.
    /// - Throws: as ``quote(_:now:)``; `limit-exceeded` when the merchant allows no more channels,
    ///   or the handles are used up.
    public mutating func open(
        _ commitment: [UInt8], funding: [[UInt8]], proof: Signature, salt: TermsSalt? = nil,
        now: Timestamp
    ) throws(Refusal) -> (Handle, [PayerAction]) {
        let limits = try checkRoom()
        guard channels.liveCount < Int(limits.channels) else {
            throw Refusal(.limitExceeded, "no more channels on this connection")
        }
        guard funding.count <= Open.fundingMaximum,
            ([commitment] + funding).allSatisfy({ $0.count <= Open.objectBytesMaximum })
        else { throw Refusal(.tooLarge, "more or larger objects than an open may carry") }
        guard let handle = channels.begin() else {
            throw Refusal(.limitExceeded, "no handle is left on this connection")
        }
        do {
            try ask(
                .open(
                    Open(
                        handle: handle, commitment: commitment, funding: funding, proof: proof,
                        salt: salt)), now)
        } catch {
            channels.release(handle)
            throw error
        }
        return (handle, takeActions())
    }

    /// Pays. The sequence is the session's choice, and rises by one.
    /// - Throws: as ``quote(_:now:)``; `unknown-handle`, `channel-closed`, `limit-exceeded` when the
    ///   sequences are used up, `too-large` or `malformed` for paywords or a reference beyond what a
    ///   payment may carry.
    public mutating func pay(
        _ handle: Handle, paywords: PaywordClaims, amount: Amount, reference: [UInt8]? = nil,
        now: Timestamp
    ) throws(Refusal) -> (UInt32, [PayerAction]) {
        let sequence = try write(
            handle, paywords: paywords, amount: amount, reference: reference, now: now)
        return (sequence, takeActions())
    }

    /// The payments' sequences, in order, and one write for all of them; stops before the first that
    /// finds no room or cannot be sent.
    public mutating func pay(
        _ handle: Handle, _ payments: some Sequence<Pay>, now: Timestamp
    ) -> (sequences: [UInt32], refusal: Refusal?, actions: [PayerAction]) {
        var sequences: [UInt32] = []
        for payment in payments {
            guard room > 0 else { break }
            do {
                sequences.append(
                    try write(
                        handle, paywords: payment.paywords, amount: payment.amount,
                        reference: payment.reference, now: now))
            } catch { return (sequences, error, takeActions()) }
        }
        return (sequences, nil, takeActions())
    }

    /// Asks the merchant to close a channel; payments that are under way are answered before.
    /// - Throws: as ``quote(_:now:)``; `unknown-handle`, `channel-closed`, `busy` while another
    ///   close or receipt of the handle is under way.
    public mutating func close(
        _ handle: Handle, _ request: [UInt8], now: Timestamp
    ) throws(Refusal) -> [PayerAction] {
        let channel = try settled(handle)
        guard channel.phase == .open else { throw Refusal(.channelClosed) }
        guard request.count <= Open.objectBytesMaximum else {
            throw Refusal(.tooLarge, "a close request has at most 16 KiB")
        }
        try ask(.close(handle, request), now)
        channels.byHandle[handle]?.phase = .closing
        return takeActions()
    }

    /// Asks for a receipt.
    /// - Throws: as ``quote(_:now:)``; `unknown-handle`, `busy` while another close or receipt of
    ///   the handle is under way.
    public mutating func receiptPlease(
        _ handle: Handle, now: Timestamp
    ) throws(Refusal) -> [PayerAction] {
        _ = try settled(handle)
        try ask(.receiptPlease(handle), now)
        channels.byHandle[handle]?.awaitsReceipt = true
        return takeActions()
    }

    private mutating func write(
        _ handle: Handle, paywords: PaywordClaims, amount: Amount, reference: [UInt8]?,
        now: Timestamp
    ) throws(Refusal) -> UInt32 {
        _ = try checkRoom()
        guard let phase = channels[handle]?.phase, phase != .opening else {
            throw Refusal(.unknownHandle)
        }
        guard phase == .open else { throw Refusal(.channelClosed) }
        guard let sequence = channels[handle]?.nextSequence else {
            throw Refusal(.limitExceeded, "no sequence is left under this handle")
        }
        guard paywords.count <= Ordinal.countMaximum,
            reference?.count ?? 0 <= Pay.referenceBytesMaximum
        else { throw Refusal(.tooLarge, "more than a payment may carry") }
        guard reference?.isEmpty != true else {
            throw Refusal(.malformed, "a reference has at least one byte")
        }
        guard zip(paywords, paywords.dropFirst()).allSatisfy({ $0.ordinal < $1.ordinal }) else {
            throw Refusal(.malformed, "paywords go by ordinal, one for each chain")
        }
        try ask(
            .pay(
                Pay(
                    handle: handle, sequence: sequence, paywords: paywords, amount: amount,
                    reference: reference)), now)
        let (next, isOver) = sequence.addingReportingOverflow(1)
        channels.byHandle[handle]?.nextSequence = isOver ? nil : next
        channels.byHandle[handle]?.lastSent = sequence
        channels.byHandle[handle]?.unanswered.append(sequence)
        return sequence
    }

    private func checkRoom() throws(Refusal) -> PeerLimits {
        guard let established else {
            throw isEnded
                ? Refusal(.timedOut, "the connection is over")
                : Refusal(.unexpectedMessage, "the handshake is not done")
        }
        guard room > 0 else { throw Refusal(.busy, "too many requests wait for an answer") }
        return established.limits
    }

    private func settled(_ handle: Handle) throws(Refusal) -> PayerChannels.Channel {
        _ = try checkRoom()
        guard let channel = channels[handle], channel.phase != .opening else {
            throw Refusal(.unknownHandle)
        }
        guard !channel.awaitsReceipt, channel.phase != .closing else {
            throw Refusal(.busy, "a close or a receipt of this channel is under way")
        }
        return channel
    }

    private mutating func ask(_ message: PeerMessage, _ now: Timestamp) throws(Refusal) {
        try frames.write(message)
        if unansweredFrames == 0 { lastProgress = now }
        unansweredFrames += 1
    }
}
