import NIOCore
import NIOPosix
import PayWord
import StoreConformance
import TollTransport

/// The payers of one event loop: connections, channels, and the clock by which payments are due.
///
/// Everything happens on that loop, so nothing is guarded. ``Lane`` is how others reach it.
final class LoadLane {
    /// How many connections are being opened at once.
    private static let openingAtOnce = 128
    private static let beatsPerSecond = 20
    /// How many payments are sent before the loop looks at its sockets again.
    private static let sentAtOnce = 1024
    /// What is due within so little time is sent together.
    private static let turn = TimeAmount.microseconds(50)

    let merchant: PublicKey
    let loop: any EventLoop
    private let place: PeerAddress
    private let clock: @Sendable () -> Timestamp
    private var random: SeededGenerator
    private var links: [PayerLink] = []
    private var isClosing = false
    private var beats = 0
    /// Why nothing that follows can be believed.
    private(set) var fault: String?
    private(set) var lostConnections = 0

    // Opening
    private var stage: Stage?

    // Paying
    private let popularity: Popularity
    private var active: [PayingChannel] = []
    private var tally = Tally()
    private var arrivals = Arrivals(perSecond: 1)
    private var start = NIODeadline.now()
    private var nextDue: UInt64 = 0
    private var end: UInt64 = 0
    private var openPayments: UInt64 = 0
    private var finished: EventLoopPromise<Tally>?
    private var cutOff: Scheduled<Void>?

    init(
        loop: any EventLoop, address: MerchantAddress, popularity: Popularity, seed: UInt64,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.loop = loop
        merchant = address.merchant
        place = PeerAddress(host: address.host, port: address.port)
        self.popularity = popularity
        self.clock = clock
        random = SeededGenerator(seed: seed)
    }

    func now() -> Timestamp { clock() }

    // MARK: Opening

    /// Connects; the channels of each connection are to be opened on it later. Those that are active
    /// are the first of the connections, in turn, by their popularity.
    func connect(_ connections: [[MadeChannel]]) -> EventLoopFuture<Void> {
        links = connections.map { PayerLink($0, lane: self, nonce: .random(using: &random)) }
        let most = links.map(\.channels.count).max() ?? 0
        active = (0..<most).flatMap { row in
            links.compactMap { row < $0.channels.count ? $0.channels[row] : nil }
        }.filter { $0.kind != .idle }
        beat()
        return begin(links.map { link in { [self] in connect(link) } })
    }

    /// Opens all channels.
    func open() -> EventLoopFuture<Void> {
        begin(links.map { link in { link.open() } })
    }

    private func begin(_ starts: [() -> Void]) -> EventLoopFuture<Void> {
        let stage = Stage(starts, on: loop)
        self.stage = stage
        return stage.begin(atOnce: Self.openingAtOnce)
    }

    private func connect(_ link: PayerLink) {
        let bound = NIOLoopBound(link, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(30))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: place.host, port: place.port)
            .assumeIsolated()
            .whenFailure { [self] error in failOpening("a connection failed: \(error)") }
    }

    /// A connection is there, or all its channels are open.
    func ready() { stage?.done() }

    func failOpening(_ why: String) {
        stage?.fail(why)
        confuse(why)
    }

    /// Looks at every connection once a second, at some of them each time: payments need not wait
    /// until it has looked at all.
    private func beat() {
        guard !isClosing else { return }
        let now = NIODeadline.now()
        let first = beats % Self.beatsPerSecond
        for place in stride(from: first, to: links.count, by: Self.beatsPerSecond) {
            links[place].beat(now)
        }
        beats += 1
        loop.assumeIsolated().scheduleTask(in: .milliseconds(1_000 / Int64(Self.beatsPerSecond))) {
            [self] in beat()
        }
    }

    func lost(_ link: PayerLink, _ why: String) {
        guard !isClosing else { return }
        lostConnections += 1
        if fault == nil { fault = "a connection was lost: \(why)" }
        stage?.fail(why)
    }

    func confuse(_ why: String) { if fault == nil { fault = why } }

    /// Ends all sessions.
    func close() -> EventLoopFuture<Void> {
        isClosing = true
        return EventLoopFuture.andAllComplete(links.compactMap { $0.finish() }, on: loop)
    }

    /// Channels whose merchant counts otherwise than its acknowledgements did.
    var miscounted: Int {
        links.reduce(0) { $0 + $1.channels.count { $0.spent != $0.acknowledged } }
    }

    // MARK: Paying

    /// Pays at a rate until a time, and waits for the answers to all that was sent.
    func pay(
        perSecond rate: Double, from start: NIODeadline, nanoseconds: UInt64,
        patience: TimeAmount
    ) -> EventLoopFuture<Tally> {
        let promise = loop.makePromise(of: Tally.self)
        finished = promise
        tally = Tally()
        openPayments = 0
        self.start = start
        end = active.isEmpty ? 0 : nanoseconds
        arrivals = Arrivals(perSecond: rate)
        nextDue = arrivals.next(using: &random)
        cutOff = loop.assumeIsolated().scheduleTask(
            deadline: start + .nanoseconds(Int64(nanoseconds)) + patience
        ) { [self] in giveUp() }
        loop.assumeIsolated().scheduleTask(deadline: start) { [self] in turn() }
        return promise.futureResult
    }

    private var elapsed: UInt64 {
        UInt64(max(0, (NIODeadline.now() - start).nanoseconds))
    }

    private func turn() {
        guard finished != nil else { return }
        let now = elapsed
        var count = 0
        var touched: [ObjectIdentifier: PayerLink] = [:]
        while nextDue <= now, nextDue < end, count < Self.sentAtOnce {
            count += 1
            let channel = active[popularity.place(using: &random)]
            touched[ObjectIdentifier(channel.link)] = channel.link
            launch(channel, due: nextDue, now)
            nextDue = arrivals.next(using: &random)
        }
        for link in touched.values { link.flush() }
        guard nextDue < end else { return finishIfAnswered() }
        let next = start + .nanoseconds(Int64(nextDue))
        loop.assumeIsolated().scheduleTask(
            deadline: nextDue <= now ? .now() : max(next, .now() + Self.turn)
        ) { [self] in turn() }
    }

    private func launch(_ channel: PayingChannel, due: UInt64, _ now: UInt64) {
        let units = channel.kind.amount(using: &random)
        tally.due += 1
        tally.lag.record(now - due)
        openPayments += 1
        guard !channel.link.isLost else { return unsent("connection-lost", due) }
        channel.link.pay(channel, due: due, units: units)
    }

    func acknowledged(_ sent: PayingChannel.Sent, _ hasReference: Bool) {
        let now = elapsed
        tally.acknowledge(
            latency: now - min(now, sent.due), at: now, units: sent.units, hasReference)
        close(1)
    }

    func refused(_ reason: String) {
        tally.refuse(reason, at: elapsed)
        close(1)
    }

    func unsent(_ why: String, _ due: UInt64) {
        tally.unsent[why, default: 0] += 1
        close(1)
    }

    func unanswered() {
        tally.unanswered += 1
        close(1)
    }

    private func close(_ count: UInt64) {
        openPayments -= min(openPayments, count)
        if openPayments == 0 { finishIfAnswered() }
    }

    private func finishIfAnswered() {
        guard openPayments == 0, nextDue >= end else { return }
        finish()
    }

    private func giveUp() {
        tally.unanswered += openPayments
        confuse("\(openPayments) payments were not answered in time")
        finish()
    }

    private func finish() {
        cutOff?.cancel()
        finished?.succeed(tally)
        finished = nil
    }
}

/// Why a run came to nothing.
package struct LoadFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
