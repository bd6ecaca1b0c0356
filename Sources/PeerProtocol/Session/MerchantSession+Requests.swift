internal import PayWord

/// What the payer's messages do. What is thrown here ends the session; what concerns one handle
/// alone is refused there, and the session goes on.
extension MerchantSession {
    mutating func take(_ message: PeerMessage, _ now: Timestamp) throws(Refusal) {
        switch state {
        case .awaitingHello: try takeHello(message, now)
        case .established(let transcript): try takeRequest(message, transcript)
        case .finishing: takeWhenFinishing(message)
        case .ended: break
        }
    }

    private mutating func takeHello(
        _ message: PeerMessage, _ now: Timestamp
    ) throws(Refusal) {
        guard case .hello(let hello) = message else {
            throw Refusal(.unexpectedMessage, "\(message.kind) before hello")
        }
        guard hello.versions.contains(Hello.version) else {
            throw Refusal(.unsupportedVersion, "this merchant speaks version \(Hello.version)")
        }
        let ack = try HelloAck.signed(
            answering: hello, version: Hello.version, nonce: nonce, limits: configuration.limits,
            certificate: certificate, by: key)
        state = .established(
            transcript: HelloTranscript.digest(hello, ack, certificate: certificate))
        lastProgress = now
        send(.helloAck(ack))
    }

    private mutating func takeRequest(
        _ message: PeerMessage, _ transcript: Digest
    ) throws(Refusal) {
        switch message {
        case .quote(let resource):
            quotes.append(resource)
            if quotes.count == 1 { ask(.offer(resource: resource)) }
        case .open(let open): takeOpen(open, transcript)
        case .pay(let pay): try takePay(pay)
        case .close(let handle, let request): takeClose(handle, request)
        case .receiptPlease(let handle): takeReceiptPlease(handle)
        case .error(let error): try takeError(error)
        case .hello, .helloAck, .offer, .opened, .paid, .meter, .closed, .receipt:
            throw Refusal(.unexpectedMessage, "\(message.kind) has no place here")
        }
    }

    private mutating func takeWhenFinishing(_ message: PeerMessage) {
        let busy = Refusal(.busy, "the merchant is about to stop")
        switch message {
        case .pay(let pay): refuse(busy, pay.handle, pay.sequence)
        case .open(let open): refuse(busy, open.handle)
        case .close(let handle, _), .receiptPlease(let handle): refuse(busy, handle)
        case .quote: refuse(busy)
        default: break
        }
    }

    private mutating func takeOpen(_ open: Open, _ transcript: Digest) {
        guard channels[open.handle] == nil else {
            return refuse(Refusal(.unexpectedMessage, "this handle is in use"), open.handle)
        }
        guard channels.liveCount < Int(configuration.limits.channels) else {
            return refuse(
                Refusal(.limitExceeded, "no more channels on this connection"), open.handle)
        }
        do {
            let commitment = try SignedObject<Commitment>(decoding: open.commitment)
            try OpenProof.verify(open.proof, transcript, commitment)
            let bytes = open.funding.reduce(open.commitment.count) { $0 + $1.count }
            channels.begin(open.handle, commitment.id, bytes: bytes)
            ask(
                .open(
                    OpenRequest(
                        handle: open.handle, commitment: commitment, funding: open.funding,
                        salt: open.salt)))
        } catch { refuse(error, open.handle) }
    }

    mutating func takePay(_ pay: Pay) throws(Refusal) {
        switch channels.beginPayment(pay.handle, pay.sequence) {
        case .unknownHandle: refuse(Refusal(.unknownHandle), pay.handle, pay.sequence)
        case .closed: refuse(Refusal(.channelClosed), pay.handle, pay.sequence)
        case .notRising(let last):
            throw Refusal(.unexpectedMessage, "sequence \(pay.sequence) after \(last)")
        case .begun(let id):
            payments.append(
                PayRequest(
                    handle: pay.handle, sequence: pay.sequence, commitmentID: id,
                    paywords: pay.paywords, amount: pay.amount, reference: pay.reference))
        }
    }

    private mutating func takeClose(_ handle: Handle, _ request: [UInt8]) {
        guard let channel = settled(handle) else { return }
        guard case .open = channel.phase else {
            return refuse(Refusal(.channelClosed), handle)
        }
        do {
            let request = try SignedObject<CloseRequest>(decoding: request)
            channels.beginClosing(handle)
            ask(.close(handle, channel.id, request))
        } catch { refuse(error, handle) }
    }

    private mutating func takeReceiptPlease(_ handle: Handle) {
        guard let channel = settled(handle) else { return }
        channels.beginReceipt(handle)
        ask(.receipt(handle, channel.id))
    }

    /// The channel of a handle that is known and has no other request without a sequence waiting;
    /// else the request is refused, since an error could not say which of two it means.
    private mutating func settled(_ handle: Handle) -> MerchantChannels.Channel? {
        guard let channel = channels[handle], !channel.isOpening else {
            refuse(Refusal(.unknownHandle), handle)
            return nil
        }
        if case .closing = channel.phase {
            refuse(Refusal(.busy, "a close is under way"), handle)
            return nil
        }
        guard !channel.awaitsReceipt else {
            refuse(Refusal(.busy, "a receipt is under way"), handle)
            return nil
        }
        return channel
    }

    /// A payer's error about a handle calls for nothing; one about the connection ends it.
    private mutating func takeError(_ error: PeerError) throws(Refusal) {
        guard error.handle == nil else { return }
        guard error.sequence == nil else {
            throw Refusal(.unexpectedMessage, "an error of no handle's payment")
        }
        end(.refusedByPeer(error.refusal))
    }

    /// Refuses one request, and ends the session when too many were refused for what no honest peer
    /// sends.
    mutating func refuse(
        _ refusal: Refusal, _ handle: Handle? = nil, _ sequence: UInt32? = nil
    ) {
        send(.error(PeerError(refusal, handle: handle, sequence: sequence)))
        if !budget.spend(on: refusal.reason) {
            fail(Refusal(.rateLimited, "too much failed on this connection"))
        }
    }
}
