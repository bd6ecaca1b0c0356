internal import NIOCore
internal import PayWord
internal import PeerProtocol
internal import TollWallet

/// The state of one payer's connection: it drives a ``PayerSession`` and knows who waits for what.
///
/// As an actor it guards the session and the waiters. Whoever waits is always resumed: by the answer,
/// or by the end of the connection.
actor LinkCore {
    typealias Waiter<Value: Sendable> = CheckedContinuation<Result<Value, Refusal>, Never>

    private let clock: @Sendable () -> Timestamp
    /// What is to be written.
    nonisolated let outgoing = Mailbox<UInt8>()
    /// What the handshake settles, or why it failed.
    nonisolated let established = Outcome<Established>()

    /// The newest readings of the meters.
    nonisolated let meters: AsyncStream<Meter>

    private let meterSink: AsyncStream<Meter>.Continuation
    private var session: PayerSession
    private var lost: Refusal?
    private var quotes: [Waiter<[UInt8]>] = []
    private var opens: [Handle: Waiter<Opened>] = [:]
    private var closes: [Handle: Waiter<ClosedChannel>] = [:]
    private var receipts: [Handle: Waiter<[UInt8]>] = [:]
    private var lanes: [Handle: PaymentLane] = [:]
    /// Handles that have payments to send, the one whose turn it is first.
    private var turns: [Handle] = []
    private var roomWaiters: [CheckedContinuation<Void, Never>] = []

    init(session: PayerSession, clock: @escaping @Sendable () -> Timestamp) {
        self.session = session
        self.clock = clock
        (meters, meterSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    func start() { carry(session.start()) }

    func bind(certificate: Digest) { session.bind(certificate: certificate) }

    func receive(_ buffer: ByteBuffer) {
        carry(session.receive(buffer.readableBytesView, now: clock()))
        sendPayments()
    }

    func advance() { carry(session.advance(to: clock())) }

    func finish() { carry(session.finish()) }

    /// The connection is over: nothing that waits will be answered.
    func lose(_ why: Refusal) {
        guard lost == nil else { return }
        lost = why
        outgoing.finish()
        meterSink.finish()
        established.settle(.failure(why))
        let refusal = Refusal(.timedOut, "the connection is over: \(why)")
        for waiter in quotes { waiter.resume(returning: .failure(refusal)) }
        for waiter in opens.values { waiter.resume(returning: .failure(refusal)) }
        for waiter in closes.values { waiter.resume(returning: .failure(refusal)) }
        for waiter in receipts.values { waiter.resume(returning: .failure(refusal)) }
        for handle in Array(lanes.keys) { lanes[handle]?.fail(refusal) }
        (quotes, opens, closes, receipts, lanes, turns) = ([], [:], [:], [:], [:], [])
        wakeRoomWaiters()
    }

    // MARK: Requests

    func quote(_ resource: String) async throws(Refusal) -> [UInt8] {
        try await ask { waiter throws(Refusal) in
            let actions = try session.quote(resource, now: clock())
            quotes.append(waiter)
            return actions
        }
    }

    func open(
        _ commitment: [UInt8], funding: [[UInt8]], proof: Signature, salt: TermsSalt?
    ) async throws(Refusal) -> Opened {
        try await ask { waiter throws(Refusal) in
            let (handle, actions) = try session.open(
                commitment, funding: funding, proof: proof, salt: salt, now: clock())
            opens[handle] = waiter
            return actions
        }
    }

    func close(_ handle: Handle, _ request: [UInt8]) async throws(Refusal) -> ClosedChannel {
        try await ask { waiter throws(Refusal) in
            let actions = try session.close(handle, request, now: clock())
            closes[handle] = waiter
            return actions
        }
    }

    func receipt(_ handle: Handle) async throws(Refusal) -> [UInt8] {
        try await ask { waiter throws(Refusal) in
            let actions = try session.receiptPlease(handle, now: clock())
            receipts[handle] = waiter
            return actions
        }
    }

    /// Asks as soon as there is room. `body` writes the request and enters the waiter, or throws.
    private func ask<Value: Sendable>(
        _ body: (Waiter<Value>) throws(Refusal) -> [PayerAction]
    ) async throws(Refusal) -> Value {
        try checkAlive()
        while session.room == 0 {
            await withCheckedContinuation { roomWaiters.append($0) }
            try checkAlive()
        }
        return try await withCheckedContinuation { waiter in
            do throws(Refusal) { carry(try body(waiter)) } catch {
                waiter.resume(returning: .failure(error))
            }
            // Payments stood back for this request.
            sendPayments()
        }.get()
    }

    func pay(
        _ handle: Handle, _ payments: [Pay]
    ) async throws(Refusal) -> [Result<AcknowledgedState, Refusal>] {
        try checkAlive()
        guard !payments.isEmpty else { return [] }
        return try await withCheckedContinuation { waiter in
            lanes[handle, default: PaymentLane()].append(payments, waiter)
            if !turns.contains(handle) { turns.append(handle) }
            sendPayments()
        }.get()
    }

    private func checkAlive() throws(Refusal) {
        if let lost { throw Refusal(.timedOut, "the connection is over: \(lost)") }
    }

    private func wakeRoomWaiters() {
        for waiter in roomWaiters { waiter.resume() }
        roomWaiters = []
    }

    /// Sends what there is room for, channel by channel, and leaves room for requests that wait.
    private func sendPayments() {
        if !roomWaiters.isEmpty, session.room > 0 { return wakeRoomWaiters() }
        while let handle = turns.first {
            guard session.room > 0 || session.isEnded else { return }
            turns.removeFirst()
            let payments = lanes[handle]?.next(max(1, session.room)) ?? []
            let (sequences, refusal, actions) = session.pay(handle, payments, now: clock())
            lanes[handle]?.sent(sequences, then: refusal)
            if lanes[handle]?.hasUnsent == true { turns.append(handle) }
            carry(actions)
        }
    }

    // MARK: Answers

    private func carry(_ actions: [PayerAction]) {
        for action in actions {
            switch action {
            case .send(let bytes): outgoing.put(bytes)
            case .event(let event): deliver(event)
            case .end(let end): lose(end.refusal ?? Refusal(.timedOut, "it was ended"))
            }
        }
    }

    private func deliver(_ event: PayerEvent) {
        switch event {
        case .established(let settled): established.settle(.success(settled))
        case .offer(let result):
            if !quotes.isEmpty { quotes.removeFirst().resume(returning: result) }
        case .opened(let handle, let result):
            opens.removeValue(forKey: handle)?.resume(returning: result)
        case .closed(let handle, let result):
            closes.removeValue(forKey: handle)?.resume(returning: result)
        case .receipt(let handle, let result):
            receipts.removeValue(forKey: handle)?.resume(returning: result)
        case .paid(let handle, let sequences, let amounts):
            lanes[handle]?.answer(
                sequences,
                .success(AcknowledgedState(accepted: amounts.accepted, spent: amounts.spent)))
        case .refused(let handle, let sequence, let refusal):
            lanes[handle]?.answer(CollectionOfOne(sequence), .failure(refusal))
        case .meter(let meter): meterSink.yield(meter)
        }
    }
}
