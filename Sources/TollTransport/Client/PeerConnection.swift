internal import NIOCore
internal import NIOPosix
internal import NIOSSL
public import PayWord
public import PeerProtocol
public import TollWallet

/// A payer's connection to one merchant, over TCP or TLS 1.3.
///
/// ```swift
/// let link = try await PeerConnection.connect(
///     to: PeerAddress(host: "shop.example", port: 4402), trust: .systemAuthorities,
///     merchant: merchantKey, agent: "example/1", clock: clock)
/// let offer = try await link.quote("/weather")
/// await link.end()
/// ```
///
/// A connection that is lost makes every waiting and every later call throw `timed-out`.
public final class PeerConnection: MerchantLink {
    /// Who answers, proved by its signature of the hello.
    public let merchant: PublicKey
    /// What open proofs on this connection cover: the SHA-256 of both hellos and, over TLS, the
    /// certificate (TC-06.10). A proof is good for no other connection.
    public let transcript: Digest
    /// What the merchant allows on this connection.
    public let limits: PeerLimits

    /// What services have cost so far, as the merchant reads its meters: the newest 64 readings that
    /// were not taken yet. It ends with the connection, and is for one taker.
    public var meters: AsyncStream<Meter> { core.meters }

    private let core: LinkCore
    /// Reads and writes until the connection is over. It outlives the call that made it, since the
    /// wallet holds a link for as long as it likes; ``end()`` waits for it.
    private let running: Task<Void, Never>

    private init(_ established: Established, _ core: LinkCore, _ running: Task<Void, Never>) {
        merchant = established.merchant
        transcript = established.transcript
        limits = established.limits
        self.core = core
        self.running = running
    }

    /// Connects, and does the handshake.
    ///
    /// - Parameters:
    ///   - address: where the merchant listens.
    ///   - trust: TLS and whom to believe, or plain TCP.
    ///   - merchant: who must answer; nil to take whoever does.
    ///   - agent: this software, for the merchant's log.
    ///   - clock: the time.
    ///   - nonce: drawn anew for this connection.
    ///   - answerSeconds: how long an answer may take before the connection is given up.
    ///   - tick: how often time-outs are looked at.
    /// - Returns: the connection, its handshake done.
    /// - Throws: `insecure-transport` for plain TCP off loopback, `timed-out` if nobody answers,
    ///   `wrong-merchant`, `bad-signature`, `weak-key` or `unsupported-version` from the handshake,
    ///   or what the merchant refuses.
    public static func connect(
        to address: PeerAddress, trust: PeerTrust, merchant: PublicKey?, agent: String,
        clock: @escaping @Sendable () -> Timestamp, nonce: Nonce? = nil,
        answerSeconds: Seconds = 30, tick: Duration = .milliseconds(250)
    ) async throws(Refusal) -> PeerConnection {
        if case .merchantKey = trust, merchant == nil {
            throw Refusal(.insecureTransport, "without authorities the merchant's key is needed")
        }
        let channel = try await open(address, trust)
        let core = LinkCore(
            session: PayerSession(
                merchant: merchant, nonce: nonce ?? freshNonce(), agent: agent,
                answerSeconds: answerSeconds, now: clock()), clock: clock)
        let running = Task { await run(channel, core, trust, tick: tick) }
        do {
            return PeerConnection(try await core.established.get(), core, running)
        } catch {
            await running.value
            throw error
        }
    }

    deinit { running.cancel() }

    /// Asks for an offer as soon as the merchant's limits leave room. Answers come in the order of
    /// the questions.
    /// - Throws: what the merchant refuses with, such as `unknown-resource`; `malformed` for what
    ///   is no offer; `timed-out`.
    public func quote(_ resource: String) async throws(Refusal) -> SignedObject<Offer> {
        try SignedObject(decoding: try await core.quote(resource))
    }

    /// Opens or resumes a channel under a handle that is free on this connection.
    /// - Throws: what the merchant refuses with (`spec/05-funding.md`); `limit-exceeded` for a
    ///   channel more than the merchant allows; `timed-out`, after which the channel may be open.
    public func open(
        _ commitment: SignedObject<Commitment>, funding: [[UInt8]], proof: Signature,
        salt: TermsSalt?
    ) async throws(Refusal) -> Opened {
        try await core.open(commitment.encoded, funding: funding, proof: proof, salt: salt)
    }

    /// Numbers the payments and sends them as the merchant's limits leave room, in turn with those
    /// of other channels. Calls for one channel are served in the order in which they came.
    /// - Throws: `timed-out` if the connection is lost before all are answered; some may have been
    ///   counted. What the merchant refuses stands in the results.
    public func pay(
        _ handle: Handle, _ payments: [OutgoingPayment]
    ) async throws(Refusal) -> [Result<AcknowledgedState, Refusal>] {
        try await core.pay(
            handle,
            payments.map {
                // The session numbers them.
                Pay(
                    handle: handle, sequence: 0, paywords: $0.paywords, amount: $0.amount,
                    reference: $0.reference)
            })
    }

    /// Sends the close request, and decodes both answers.
    /// - Throws: what the merchant refuses with; `malformed` for what is no close or no receipt;
    ///   `timed-out`, after which the channel may be closed.
    public func close(
        _ handle: Handle, _ request: Verified<CloseRequest>
    ) async throws(Refusal) -> (close: SignedObject<Close>, receipt: SignedObject<Receipt>) {
        let closed = try await core.close(handle, request.encoded)
        return (
            try SignedObject(decoding: closed.close), try SignedObject(decoding: closed.receipt)
        )
    }

    /// Asks for the receipt, and decodes it.
    /// - Throws: what the merchant refuses with; `malformed` for what is no receipt; `timed-out`.
    public func receipt(_ handle: Handle) async throws(Refusal) -> SignedObject<Receipt> {
        try SignedObject(decoding: try await core.receipt(handle))
    }

    /// Ends the session, and returns when the socket is closed and nothing reads or writes any
    /// more.
    public func end() async {
        await core.finish()
        await running.value
    }

    // MARK: The connection

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private static func freshNonce() -> Nonce {
        var generator = SystemRandomNumberGenerator()
        return .random(using: &generator)
    }

    private static func open(
        _ address: PeerAddress, _ trust: PeerTrust
    ) async throws(Refusal) -> Connection {
        do {
            return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(10))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls = try trust.makeHandler(host: address.host) {
                            try channel.pipeline.syncOperations.addHandler(tls)
                        }
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.timedOut, "\(address) cannot be reached: \(SocketFailure.text(error))")
        }
    }

    private static func run(
        _ channel: Connection, _ core: LinkCore, _ trust: PeerTrust, tick: Duration
    ) async {
        var why = Refusal(.timedOut, "the peer closed the connection")
        do {
            try await channel.executeThenClose { inbound, outbound in
                try trust.check(channel.channel.remoteAddress)
                await core.start()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await read(inbound, channel.channel, core, trust.isTLS) }
                    group.addTask { try await write(outbound, core) }
                    group.addTask { try await watch(core, tick) }
                    // Whichever ends first ends the connection.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        } catch let refusal as Refusal {
            why = refusal
        } catch {
            why = Refusal(.timedOut, "the connection broke: \(SocketFailure.text(error))")
        }
        await core.lose(why)
    }

    private static func read(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ channel: any Channel,
        _ core: LinkCore, _ isTLS: Bool
    ) async throws {
        var awaitsCertificate = isTLS
        for try await buffer in inbound {
            // The first bytes come after the TLS handshake, so the certificate is known by now, and
            // before the hello-ack is read, whose signature covers it.
            if awaitsCertificate {
                awaitsCertificate = false
                let digest = try await channel.nioSSL_peerCertificate()
                    .flatMapThrowing { try $0?.digest }.get()
                if let digest { await core.bind(certificate: digest) }
            }
            await core.receive(buffer)
        }
    }

    private static func write(
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ core: LinkCore
    ) async throws {
        while let bytes = await core.outgoing.takeAll() {
            try await outbound.write(ByteBuffer(bytes: bytes))
        }
    }

    private static func watch(_ core: LinkCore, _ tick: Duration) async throws {
        while true {
            try await Task.sleep(for: tick)
            await core.advance()
        }
    }
}
