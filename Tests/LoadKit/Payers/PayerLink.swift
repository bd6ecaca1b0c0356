import NIOCore
import PayWord
import PeerProtocol

/// One connection and the channels on it: a ``PayerSession`` on a socket, with nothing kept on disk.
final class PayerLink: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// After how long without a word a connection asks for a price: half of what a merchant bears.
    private static let quiet = TimeAmount.seconds(300)
    /// What the merchant sells, for that question.
    static let resource = "article"

    /// A payment that is due and was not sent yet.
    private struct Due {
        let channel: PayingChannel
        let time: UInt64
        let units: UInt64
    }

    /// The channels, in the order in which they were handed in.
    private(set) var channels: [PayingChannel] = []
    private unowned let lane: LoadLane
    private let nonce: Nonce
    private var made: [MadeChannel]
    private var session: PayerSession
    private var context: ChannelHandlerContext?
    private var byHandle: [Handle: PayingChannel] = [:]
    private var mayOpen = false
    private var openedCount = 0
    private var backlog = Line<Due>()
    private var lastWord = NIODeadline.now()
    private(set) var isLost = false

    init(_ made: [MadeChannel], lane: LoadLane, nonce: Nonce) {
        self.made = made
        self.lane = lane
        self.nonce = nonce
        session = Self.session(lane, nonce)
        channels = made.map { PayingChannel($0, link: self) }
    }

    private static func session(_ lane: LoadLane, _ nonce: Nonce) -> PayerSession {
        PayerSession(
            merchant: lane.merchant, nonce: nonce, agent: "toll-load/1", answerSeconds: 120,
            now: lane.now())
    }

    // MARK: The socket

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        // The time of its first answer counts from here.
        session = Self.session(lane, nonce)
        carry(session.start())
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        carry(session.receive(unwrapInboundIn(data).readableBytesView, now: lane.now()))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        openMore()
        sendBacklog()
        context.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        lose("the merchant closed the connection")
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lose("\(error)")
        context.close(promise: nil)
    }

    /// Looks at the time: what takes too long ends, and a quiet connection shows that it lives.
    func beat(_ now: NIODeadline) {
        guard !isLost, context != nil else { return }
        if let deadline = session.deadline, lane.now() >= deadline {
            carry(session.advance(to: lane.now()))
        } else if now - lastWord > Self.quiet, session.room > 0,
            let actions = try? session.quote(Self.resource, now: lane.now())
        {
            carry(actions)
            flush()
        }
    }

    /// Ends the session.
    func finish() -> EventLoopFuture<Void>? {
        isLost = true
        carry(session.finish())
        return context?.close()
    }

    func flush() { context?.flush() }

    private func carry(_ actions: [PayerAction]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                lastWord = .now()
                context?.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .event(let event): take(event)
            case .end(let end):
                lose(end.refusal.map { "\($0)" } ?? "the session ended")
                context?.close(promise: nil)
            }
        }
    }

    /// Nothing more is answered: what was sent stays unanswered, what was not is never sent.
    private func lose(_ why: String) {
        guard !isLost else { return }
        isLost = true
        while let due = backlog.popFirst() { lane.unsent("connection-lost", due.time) }
        for channel in channels {
            while channel.sent.popFirst() != nil { lane.unanswered() }
        }
        lane.lost(self, why)
    }

    // MARK: Opening

    /// Opens the channels of this connection.
    func open() {
        mayOpen = true
        openMore()
        flush()
    }

    private func openMore() {
        guard mayOpen, !made.isEmpty, let established = session.established else { return }
        do throws(Refusal) {
            while session.room > 0, let next = made.first {
                let channel = channels[channels.count - made.count]
                made.removeFirst()
                let (handle, actions) = try session.open(
                    next.commitment, funding: [],
                    proof: try OpenProof.sign(established.transcript, next.id, by: next.key),
                    now: lane.now())
                channel.handle = handle
                byHandle[handle] = channel
                carry(actions)
            }
        } catch {
            lane.failOpening("\(error)")
        }
    }

    // MARK: Payments

    /// Sends a payment as soon as the connection has room for it.
    func pay(_ channel: PayingChannel, due time: UInt64, units: UInt64) {
        backlog.append(Due(channel: channel, time: time, units: units))
        sendBacklog()
    }

    private func sendBacklog() {
        while session.room > 0, let due = backlog.popFirst() {
            guard let claims = due.channel.claims(worth: due.units) else {
                lane.unsent("chain-used-up", due.time)
                continue
            }
            do throws(Refusal) {
                let (sequence, actions) = try session.pay(
                    due.channel.handle, paywords: claims, amount: Amount(units: due.units),
                    reference: due.channel.nextReference(), now: lane.now())
                due.channel.sent.append(
                    PayingChannel.Sent(sequence: sequence, due: due.time, units: due.units))
                carry(actions)
            } catch {
                lane.unsent(error.reason.code, due.time)
            }
        }
    }

    private func take(_ event: PayerEvent) {
        switch event {
        case .opened(_, .success):
            openedCount += 1
            if openedCount == channels.count { lane.ready() }
        case .opened(_, .failure(let refusal)): lane.failOpening("\(refusal)")
        case .paid(let handle, let sequences, let amounts):
            guard let channel = byHandle[handle] else { return }
            channel.spent = amounts.spent.units
            for sequence in sequences {
                guard let sent = channel.sent.popFirst(), sent.sequence == sequence else {
                    return lane.confuse("an acknowledgement out of order")
                }
                channel.acknowledged += sent.units
                lane.acknowledged(sent, channel.kind.hasReferences)
            }
        case .refused(let handle, let sequence, let refusal):
            guard byHandle[handle]?.sent.remove(where: { $0.sequence == sequence }) != nil else {
                return lane.confuse("a refusal of what was not sent")
            }
            lane.refused(refusal.reason.code)
        case .established: lane.ready()
        case .offer, .meter, .closed, .receipt: break
        }
    }
}
