internal import NIOCore
public import PayWord
internal import PeerProtocol
internal import Synchronization
public import TollMerchant
public import TollTransport

/// A live merchant to test a wallet against: a real ``TollMerchant/Merchant`` over a real socket,
/// which misbehaves in one way if it is told to, and reports what the wallet did.
///
/// It speaks plain TCP: it is a tool for a bench, and what TLS adds to the transcript is in the
/// fixtures.
///
/// ```swift
/// let peer = try await PeerMerchant.listen(configuration, key: key, clock: clock) { number in
///     try SQLiteChannelStore(path: "\(folder)/\(number).sqlite")
/// }
/// print(peer.address)
/// let report = await peer.run()
/// ```
public final class PeerMerchant: Sendable {
    /// What is set for a run.
    public struct Configuration: Sendable {
        /// Where to listen.
        public var address: PeerAddress
        /// Allows listening where others can listen in.
        public var allowPlainTCPOffLoopback = false
        /// What the merchant takes.
        public var policy: MerchantPolicy
        /// What it sells.
        public var catalogue: Catalogue
        /// How it misbehaves; nil to be honest.
        public var misbehaviour: MerchantMisbehaviour?
        /// After how many connections the run ends; nil to go on until ``PeerMerchant/stop()``.
        public var connectionsMaximum: Int?
        /// How long nothing must come before a misbehaviour counts as seen before what comes next.
        public var quiet = Duration.milliseconds(200)
        /// How long a wallet may say nothing after a misbehaviour before the connection is closed for
        /// it: above its own time-out, which is 30 s unless set.
        public var patience = Duration.seconds(60)
        /// How often time-outs are looked at.
        public var tick = Duration.milliseconds(100)
        /// How many requests may wait for an answer: few, so that little is under way when the
        /// merchant misbehaves.
        public var unansweredFrames: UInt32 = 16

        /// An honest merchant at this address.
        public init(address: PeerAddress, policy: MerchantPolicy, catalogue: Catalogue) {
            self.address = address
            self.policy = policy
            self.catalogue = catalogue
        }
    }

    /// Where it listens.
    public let address: PeerAddress
    /// Who it is.
    public var merchant: PublicKey { key.publicKey }

    let log: PeerLog
    let clock: @Sendable () -> Timestamp
    var quiet: Duration { configuration.quiet }
    var tick: Duration { configuration.tick }
    var patience: Duration { configuration.patience }
    /// Whether the run was told to end: what closes then, this side closed.
    var isStopped: Bool { open.withLock(\.isStopped) }

    private let configuration: Configuration
    private let key: SigningKey
    private let listener: WireListener
    private let services: [any PeerService]
    /// Guards the misbehaviour, which all connections share.
    private let tamper: Mutex<Tamper?>
    /// Guards the connections that are open, for the end of the run.
    private let open = Mutex<(wires: [Int: Wire], isStopped: Bool)>(([:], false))

    /// Listens.
    ///
    /// - Parameters:
    ///   - configuration: where, what is sold, and how it misbehaves.
    ///   - key: who it is.
    ///   - clock: the time.
    ///   - events: told of each thing as it happens.
    ///   - store: a new store; the second is what an older copy of the first would be.
    /// - Returns: a merchant that listens, and answers when it ``run()``s.
    /// - Throws: `insecure-transport` off loopback, unless allowed; `internal` if the address
    ///   cannot be listened at; what the store throws.
    public static func listen(
        _ configuration: Configuration, key: SigningKey,
        clock: @escaping @Sendable () -> Timestamp,
        events: @escaping @Sendable (PeerEvent) -> Void = { _ in },
        store: (Int) throws -> any ChannelStore
    ) async throws -> PeerMerchant {
        let isForgetful = configuration.misbehaviour == .forgetsState
        let services = try (0..<(isForgetful ? 2 : 1)).map { number in
            let merchant = Merchant(
                key: key, policy: configuration.policy, store: try store(number),
                catalogue: configuration.catalogue, clock: clock)
            return switch configuration.misbehaviour {
            case .busy: RefusingService(merchant, refusesAll: true) as any PeerService
            case .refusesPayments, .unknownReason: RefusingService(merchant, refusesAll: false)
            default: merchant
            }
        }
        let listener: WireListener
        do {
            listener = try await WireListener(
                host: configuration.address.host, port: configuration.address.port)
        } catch {
            throw Refusal(.internal, "\(configuration.address) cannot be listened at: \(error)")
        }
        guard configuration.allowPlainTCPOffLoopback || listener.address?.isOnThisMachine == true
        else {
            listener.close()
            throw Refusal(.insecureTransport, "\(configuration.address) is off loopback")
        }
        return try PeerMerchant(configuration, key, clock, events, listener, services)
    }

    private init(
        _ configuration: Configuration, _ key: SigningKey,
        _ clock: @escaping @Sendable () -> Timestamp,
        _ events: @escaping @Sendable (PeerEvent) -> Void, _ listener: WireListener,
        _ services: [any PeerService]
    ) throws(Refusal) {
        var random = SystemRandomNumberGenerator()
        let stranger = try SigningKey.generate(using: &random)
        (self.configuration, self.key, self.clock) = (configuration, key, clock)
        (self.listener, self.services) = (listener, services)
        log = PeerLog(events: events)
        tamper = Mutex(
            configuration.misbehaviour.map { Tamper($0, key: key, stranger: stranger) })
        address = PeerAddress(
            host: configuration.address.host,
            port: listener.address?.port ?? configuration.address.port)
    }

    /// Serves until ``stop()``, or until as many connections are over as the configuration says.
    /// - Returns: what the wallet did.
    public func run() async -> PeerReport {
        await withDiscardingTaskGroup { group in
            var count = 0
            for await wire in listener.wires {
                count += 1
                let number = count
                guard admit(wire, number) else { break }
                group.addTask { await self.serve(wire, number) }
                if let maximum = configuration.connectionsMaximum, count >= maximum { break }
            }
            listener.close()
        }
        return DutyJudge.report(configuration.misbehaviour, log.entries)
    }

    /// Ends the run: closes every connection.
    public func stop() {
        listener.close()
        let wires = open.withLock { open in
            open.isStopped = true
            return open.wires.values.map(\.self)
        }
        for wire in wires { wire.close() }
    }

    private func admit(_ wire: Wire, _ number: Int) -> Bool {
        let isStopped = open.withLock { open in
            if !open.isStopped { open.wires[number] = wire }
            return open.isStopped
        }
        if isStopped { wire.close() }
        return !isStopped
    }

    private func serve(_ wire: Wire, _ number: Int) async {
        let hasForgotten = tamper.withLock { tamper in
            tamper?.beginConnection()
            return tamper?.isDone == true
        }
        let service = hasForgotten ? services.last : services.first
        guard let service else { return }
        var random = SystemRandomNumberGenerator()
        var session = MerchantSession.Configuration(
            limits: PeerLimits(
                jump: configuration.policy.jumpMaximum,
                unansweredFrames: configuration.unansweredFrames, channels: 64))
        session.idleSeconds = 3600
        var peer = ServedPeer(
            self, wire, number: number, service: service,
            session: MerchantSession(
                configuration: session, key: key, nonce: .random(using: &random),
                certificate: nil, now: clock()))
        await peer.run()
        open.withLock { open in _ = open.wires.removeValue(forKey: number) }
    }

    /// What goes out in place of a message.
    func steps(
        _ message: PeerMessage, hello: Hello?, commitment: Commitment?
    ) -> [WireStep] {
        tamper.withLock { tamper in
            (try? tamper?.steps(message, hello: hello, commitment: commitment)) ?? [.say(message)]
        }
    }
}
