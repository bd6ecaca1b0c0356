internal import NIOCore
internal import PayWord
internal import PeerProtocol

/// One connection of a server: it drives a ``MerchantSession`` and carries out what that asks for.
///
/// As an actor it guards the session; every result goes through it, and what the session has to say
/// leaves in the order in which it said it.
actor ServedConnection {
    private let configuration: PeerServer.Configuration
    private let service: any PeerService
    private let clock: @Sendable () -> Timestamp
    private let metrics: ServerMetrics
    /// Cuts the connection, whatever is under way.
    private let cut: @Sendable () -> Void

    /// What is to be written.
    private let outgoing = Mailbox<UInt8>()
    /// Payments, and what must not overtake them: closes and receipts.
    private let payments = Mailbox<MerchantRequest>()
    /// What may run beside everything else.
    private let others = Mailbox<MerchantRequest>()

    private var session: MerchantSession
    private var unsentBytes = 0
    private var lastSent: Timestamp
    private var endedAt: Timestamp?
    private var roomWaiter: CheckedContinuation<Void, Never>?
    /// How the session ended; nil while it goes on, and when the connection was lost.
    private(set) var ending: SessionEnd?

    init(
        configuration: PeerServer.Configuration, session: MerchantSession,
        service: any PeerService, clock: @escaping @Sendable () -> Timestamp,
        metrics: ServerMetrics, cut: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.session = session
        self.service = service
        self.clock = clock
        self.metrics = metrics
        self.cut = cut
        lastSent = clock()
    }

    /// Serves until the connection is over and everything that was begun is done.
    nonisolated func run(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.read(inbound) }
            group.addTask { await self.write(outbound) }
            group.addTask { await self.acceptPayments() }
            group.addTask { await self.carryOutOthers() }
        }
    }

    /// Tells the time: time-outs of the session, of sending, and of a peer that does not hang up.
    func advance() {
        let now = clock()
        carry(session.advance(to: now))
        let sendingStalls = unsentBytes > 0 && now >= lastSent.adding(configuration.sendSeconds)
        let lingers = endedAt.map { now >= $0.adding(configuration.lingerSeconds) } ?? false
        if sendingStalls || lingers { cut() }
    }

    /// Answers what is under way, then ends.
    func finish() { carry(session.finish()) }

    /// Ends at once.
    func abort() { cut() }

    // MARK: Reading

    private nonisolated func read(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async {
        do {
            for try await buffer in inbound { await receive(buffer) }
        } catch {
            // The connection broke: the same to the session as one that was closed.
        }
        await lose()
    }

    /// Takes bytes in, then holds the reader back until there is room for more: what it does not
    /// read stays in the socket, and the peer's sending comes to a halt.
    private func receive(_ buffer: ByteBuffer) async {
        carry(session.receive(buffer.readableBytesView, now: clock()))
        while !isOver, !session.wantsInput || unsentBytes > configuration.unsentBytesMaximum {
            await withCheckedContinuation { roomWaiter = $0 }
        }
    }

    private var isLost = false
    private var isOver: Bool { isLost || session.isEnded }

    private func lose() {
        isLost = true
        outgoing.finish()
        payments.finish()
        others.finish()
        wakeReader()
    }

    private func wakeReader() {
        roomWaiter?.resume()
        roomWaiter = nil
    }

    // MARK: Writing

    private nonisolated func write(
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async {
        do {
            while let bytes = await outgoing.takeAll() {
                try await outbound.write(ByteBuffer(bytes: bytes))
                await wrote(bytes.count)
            }
        } catch {
            await lose()
            cut()
        }
        // Half of the connection: the peer reads to the end before it sees it.
        outbound.finish()
    }

    private func wrote(_ count: Int) {
        unsentBytes -= count
        lastSent = clock()
        wakeReader()
    }

    // MARK: Carrying out

    private func carry(_ actions: [MerchantAction]) {
        // All that one read brought goes over at once, so that it shares a batch.
        var inTurn: [MerchantRequest] = []
        var beside: [MerchantRequest] = []
        for action in actions {
            switch action {
            case .send(let bytes):
                if unsentBytes == 0 { lastSent = clock() }
                unsentBytes += bytes.count
                outgoing.put(bytes)
            case .perform(let request):
                switch request {
                case .pay, .close, .receipt: inTurn.append(request)
                case .open, .offer: beside.append(request)
                }
            case .end(let end):
                ending = end
                endedAt = clock()
            }
        }
        if !inTurn.isEmpty { payments.put(inTurn) }
        if !beside.isEmpty { others.put(beside) }
        if ending != nil {
            outgoing.finish()
            payments.finish()
            others.finish()
        }
        wakeReader()
    }

    /// One batch at a time: while it is being made durable, the next gathers. Closes and receipts
    /// wait for the payments that came before them.
    private nonisolated func acceptPayments() async {
        while let gathered = await payments.takeAll() {
            var batch: [PayRequest] = []
            var rest: [MerchantRequest] = []
            for request in gathered {
                switch request {
                case .pay(let payments) where batch.isEmpty: batch = payments
                case .pay(let payments): batch += payments
                default: rest.append(request)
                }
            }
            if !batch.isEmpty { await answer(batch, await service.pay(batch)) }
            others.put(rest)
        }
    }

    private func answer(_ batch: [PayRequest], _ outcomes: [PaymentAnswer.Outcome]) {
        let answers = zip(batch, outcomes).map {
            PaymentAnswer(handle: $0.handle, sequence: $0.sequence, outcome: $1)
        }
        let refused = outcomes.compactMap { outcome in
            if case .refused(let refusal, _) = outcome { refusal.reason } else { nil }
        }
        metrics.countBatch(accepted: outcomes.count - refused.count, refused: refused)
        carry(session.answerPayments(answers, now: clock()))
    }

    private nonisolated func carryOutOthers() async {
        await withDiscardingTaskGroup { group in
            while let requests = await others.takeAll() {
                for request in requests { group.addTask { await self.carryOut(request) } }
            }
        }
    }

    private nonisolated func carryOut(_ request: MerchantRequest) async {
        switch request {
        case .offer(let resource):
            let result = await resultOf { () throws(Refusal) in
                try await service.offer(for: resource)
            }
            await answer { session, now in session.answerOffer(result, now: now) }
        case .open(let open):
            let result = await resultOf { () throws(Refusal) in try await service.open(open) }
            await answer { session, now in session.answerOpen(open.handle, result, now: now) }
        case .close(let handle, let id, let close):
            let result = await resultOf { () throws(Refusal) in
                try await service.close(id, close)
            }
            await answer { session, now in session.answerClose(handle, result, now: now) }
        case .receipt(let handle, let id):
            let result = await resultOf { () throws(Refusal) in try await service.receipt(id) }
            await answer { session, now in session.answerReceipt(handle, result, now: now) }
        case .pay(let payments):
            await answer(payments, await service.pay(payments))
        }
    }

    private func answer(
        _ body: @Sendable (inout MerchantSession, Timestamp) -> [MerchantAction]
    ) {
        carry(body(&session, clock()))
    }
}

/// What an asynchronous call returned or refused.
func resultOf<Value>(
    _ body: () async throws(Refusal) -> Value
) async -> Result<Value, Refusal> {
    do { return .success(try await body()) } catch { return .failure(error) }
}
