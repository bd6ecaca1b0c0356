internal import PayWord
internal import PeerProtocol
internal import TollTransport

/// One connection of a ``PeerMerchant``: a real session before a real merchant, one thing after
/// another, with every frame of both directions seen on its way.
struct ServedPeer {
    private let host: PeerMerchant
    private let wire: Wire
    private let number: Int
    private let service: any PeerService
    private var session: MerchantSession
    /// Reads along, to see what the session is given.
    private var reading = FrameDecoder()
    private var hello: Hello?
    private var channels: [Handle: SignedObject<Commitment>] = [:]
    /// What arrived and was seen, and not handed to the session yet.
    private var unread: [UInt8] = []
    private var isSilent = false
    /// When the wallet said something last, or was misbehaved to; nil before that.
    private var waitingSince: ContinuousClock.Instant?
    private var isLost = false

    init(
        _ host: PeerMerchant, _ wire: Wire, number: Int, service: any PeerService,
        session: MerchantSession
    ) {
        (self.host, self.wire, self.number) = (host, wire, number)
        (self.service, self.session) = (service, session)
    }

    /// Serves until one side closes the connection.
    mutating func run() async {
        host.log.add(number, .connected)
        while !isLost, !session.isEnded {
            if unread.isEmpty { await listen(for: host.tick) }
            if let waitingSince, ContinuousClock.now - waitingSince > host.patience {
                lose(byWallet: false)
            }
            let bytes = unread
            unread = []
            let now = host.clock()
            // Who has fallen silent hears on, so that what the wallet does is seen.
            if isSilent { continue }
            await carry(bytes.isEmpty ? session.advance(to: now) : session.receive(bytes, now: now))
        }
        if !isLost { await linger() }
        wire.close()
    }

    private mutating func listen(for time: Duration) async {
        switch await wire.receive(within: time) {
        case .bytes(let bytes):
            unread += bytes
            if waitingSince != nil { waitingSince = .now }
            see(bytes)
        case .closed: lose(byWallet: !host.isStopped)
        case .silence: break
        }
    }

    private mutating func lose(byWallet: Bool) {
        guard !isLost else { return }
        isLost = true
        host.log.add(number, .closed(byWallet: byWallet))
    }

    /// Half of the connection is closed; the other side reads to the end and closes its half.
    private mutating func linger() async {
        await wire.finishSending()
        let end = ContinuousClock.now + host.patience
        while !isLost, ContinuousClock.now < end { await listen(for: host.tick) }
        lose(byWallet: false)
    }

    private mutating func see(_ bytes: [UInt8]) {
        reading.append(bytes)
        do throws(Refusal) {
            while let body = try reading.next() {
                do throws(Refusal) { see(try PeerMessage(decoding: body)) } catch {
                    host.log.add(number, .unreadable(error))
                }
            }
        } catch {
            host.log.add(number, .unreadable(error))
            reading = FrameDecoder()
        }
    }

    private mutating func see(_ message: PeerMessage) {
        if case .hello(let hello) = message { self.hello = hello }
        if case .open(let open) = message {
            channels[open.handle] = try? SignedObject<Commitment>(decoding: open.commitment)
        }
        host.log.add(number, .received(message))
    }

    // MARK: Answering

    private mutating func carry(_ actions: [MerchantAction]) async {
        var payments: [PayRequest] = []
        for action in actions {
            switch action {
            case .send(let bytes): await say(bytes)
            case .perform(.pay(let asked)): payments += asked
            case .perform(let request): await perform(request)
            case .end: break
            }
        }
        guard !payments.isEmpty else { return }
        let outcomes = await service.pay(payments)
        // One by one, so that each payment has an answer of its own to misbehave with.
        for (payment, outcome) in zip(payments, outcomes) {
            let answer = PaymentAnswer(
                handle: payment.handle, sequence: payment.sequence, outcome: outcome)
            await carry(session.answerPayments([answer], now: host.clock()))
        }
    }

    private mutating func perform(_ request: MerchantRequest) async {
        let now = host.clock()
        switch request {
        case .offer(let resource):
            let result = await resultOf { () throws(Refusal) in
                try await service.offer(for: resource)
            }
            await carry(session.answerOffer(result, now: now))
        case .open(let open):
            let result = await resultOf { () throws(Refusal) in try await service.open(open) }
            await carry(session.answerOpen(open.handle, result, now: now))
        case .close(let handle, let id, let request):
            let result = await resultOf { () throws(Refusal) in
                try await service.close(id, request)
            }
            await carry(session.answerClose(handle, result, now: now))
        case .receipt(let handle, let id):
            let result = await resultOf { () throws(Refusal) in try await service.receipt(id) }
            await carry(session.answerReceipt(handle, result, now: now))
        case .pay: break
        }
    }

    private mutating func say(_ bytes: [UInt8]) async {
        var frames = FrameDecoder()
        frames.append(bytes)
        while let body = try? frames.next(), let message = try? PeerMessage(decoding: body) {
            let channel = channel(of: message)
            let steps = host.steps(message, hello: hello, commitment: channel?.payload)
            for step in steps where !isLost && !isSilent {
                await take(step, channel: channel?.id)
            }
        }
    }

    private mutating func take(_ step: WireStep, channel: CommitmentID?) async {
        if case .say(let message) = step {
            host.log.add(number, .sent(message))
            return await wire.send(Forgery.frame(message))
        }
        // What the wallet sent before it could know comes before the misbehaviour.
        for _ in 0..<20 {
            let count = unread.count
            await listen(for: host.quiet)
            guard unread.count > count, !isLost else { break }
        }
        host.log.add(number, .misbehaved(channel))
        waitingSince = .now
        switch step {
        case .say: break
        case .lie(let message):
            host.log.add(number, .sent(message))
            await wire.send(Forgery.frame(message))
        case .forge(let bytes): await wire.send(bytes)
        case .fallSilent: isSilent = true
        case .cut: lose(byWallet: false)
        }
    }

    private func channel(of message: PeerMessage) -> SignedObject<Commitment>? {
        switch message {
        case .opened(let opened): channels[opened.handle]
        case .paid(let paid): channels[paid.handle]
        case .meter(let meter): channels[meter.handle]
        case .closed(let handle, _, _), .receipt(let handle, _): channels[handle]
        case .error(let error): error.handle.flatMap { channels[$0] }
        default: nil
        }
    }
}

/// What an asynchronous call returned or refused.
private func resultOf<Value>(
    _ body: () async throws(Refusal) -> Value
) async -> Result<Value, Refusal> {
    do { return .success(try await body()) } catch { return .failure(error) }
}
