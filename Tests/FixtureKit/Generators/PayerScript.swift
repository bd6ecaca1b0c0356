internal import PayWord
internal import PeerProtocol

/// One transcript of a payer's side, written step by step. What it must send and tell is written by
/// hand.
struct PayerScript {
    let samples: Samples
    var merchant: PublicKey?
    var certificate: Digest?
    private var steps: [FixtureValue] = []
    private var results: [FixtureValue] = []
    /// Seconds after ``Samples/now``.
    private var clock: UInt64 = 0

    init(_ samples: Samples) {
        self.samples = samples
        merchant = samples.parties.merchant.publicKey
    }

    // MARK: Steps

    mutating func receive(
        _ bytes: [UInt8], events: [FixtureValue] = [], send: [PeerMessage] = [],
        ends: Reason? = nil
    ) {
        step([.init("receive", .hex(bytes))], send, events, ends.map { .text($0.code) })
    }

    mutating func receive(
        _ messages: PeerMessage..., events: [FixtureValue] = [], send: [PeerMessage] = [],
        ends: Reason? = nil
    ) {
        receive(
            messages.flatMap { framed($0.encoded) }, events: events, send: send, ends: ends)
    }

    /// Bytes that end the session: the payer says why.
    mutating func fail(_ bytes: [UInt8], _ reason: Reason) {
        receive(bytes, send: [Self.error(reason)], ends: reason)
    }

    mutating func fail(_ message: PeerMessage, _ reason: Reason) {
        fail(framed(message.encoded), reason)
    }

    mutating func advance(by seconds: UInt64, _ reason: Reason? = nil) {
        clock += seconds
        step(
            [.init("advance", .bool(true))], reason.map { [Self.error($0)] } ?? [], [],
            reason.map { .text($0.code) })
    }

    mutating func command(
        _ fields: [(String, FixtureValue)], send: [PeerMessage] = [], refused: Reason? = nil,
        ends: FixtureValue? = nil
    ) {
        step(
            [.init("command", SessionScript.object(fields))], send, [], ends, refused: refused)
    }

    private mutating func step(
        _ input: [FixtureValue.Field], _ send: [PeerMessage], _ events: [FixtureValue],
        _ ends: FixtureValue?, refused: Reason? = nil
    ) {
        steps.append(.object([.init("at", .integer(Samples.now.seconds + clock))] + input))
        results.append(
            .object([
                .init("send", .list(send.map { .hex(framed($0.encoded)) })),
                .init("events", .list(events)), .init("ends", ends ?? .null),
                .init("refused", refused.map { .text($0.code) } ?? .null),
            ]))
    }

    // MARK: What transcripts begin with

    mutating func start() { command([("kind", .text("start"))], send: [.hello(samples.hello)]) }

    mutating func shakeHands() throws {
        start()
        receive(.helloAck(try samples.helloAck), events: [try established()])
    }

    func established(transcript: Digest? = nil) throws -> FixtureValue {
        let limits = samples.limits
        return SessionScript.object([
            ("kind", .text("established")),
            ("merchant", .hex(samples.parties.merchant.publicKey.bytes)),
            (
                "limits",
                SessionScript.object([
                    ("jump", .integer(UInt64(limits.jump))),
                    ("unanswered_frames", .integer(UInt64(limits.unansweredFrames))),
                    ("channels", .integer(UInt64(limits.channels))),
                ])
            ), ("transcript", .hex((try transcript ?? samples.transcript).bytes)),
        ])
    }

    /// Asks for a channel; the handle is what the session must choose.
    mutating func open(_ handle: UInt16, refused: Reason? = nil) throws {
        let open = try samples.open(Handle(handle))
        command(
            [
                ("kind", .text("open")), ("commitment", .hex(open.commitment)),
                ("funding", .list(open.funding.map { .hex($0) })),
                ("salt", .hex(samples.termsSalt.bytes)),
            ], send: refused == nil ? [.open(open)] : [], refused: refused)
    }

    /// An open channel that has paid 500 and spent 400.
    mutating func openChannel(_ handle: UInt16 = 0) throws {
        try open(handle)
        let opened = Opened(
            handle: Handle(handle), paywords: [try samples.payword(0, 500)],
            accepted: try Amount(units: 500), spent: try Amount(units: 400))
        receive(.opened(opened), events: [Self.opened(opened)])
    }

    mutating func begin() throws {
        try shakeHands()
        try openChannel()
    }

    /// Pays on chain 0, under the sequence that the session must choose.
    mutating func pay(
        _ sequence: UInt32, _ index: UInt32, _ amount: UInt64, handle: UInt16 = 0,
        reference: [UInt8]? = nil, refused: Reason? = nil
    ) throws {
        let payword = try samples.payword(0, index)
        command(
            [
                ("kind", .text("pay")), ("handle", .integer(UInt64(handle))),
                ("paywords", .list([SessionScript.value(payword)])),
                ("amount", .decimal(amount)),
                ("reference", reference.map { .hex($0) } ?? .null),
            ],
            send: refused == nil
                ? [
                    .pay(
                        Pay(
                            handle: Handle(handle), sequence: sequence, paywords: [payword],
                            amount: try Amount(units: amount), reference: reference))
                ] : [], refused: refused)
    }

    /// An acknowledgement that covers these sequences.
    mutating func paid(
        _ sequence: UInt32, _ accepted: UInt64, _ spent: UInt64, covers: [UInt64],
        handle: UInt16 = 0
    ) throws {
        receive(
            try Self.paid(sequence, accepted, spent, handle: handle),
            events: [
                SessionScript.object([
                    ("kind", .text("paid")), ("handle", .integer(UInt64(handle))),
                    ("sequences", .list(covers.map { .integer($0) })),
                    ("accepted", .decimal(accepted)), ("spent", .decimal(spent)),
                ])
            ])
    }

    // MARK: Values

    static func paid(
        _ sequence: UInt32, _ accepted: UInt64, _ spent: UInt64, handle: UInt16 = 0
    ) throws -> PeerMessage {
        .paid(
            Paid(
                handle: Handle(handle), sequence: sequence, accepted: try Amount(units: accepted),
                spent: try Amount(units: spent)))
    }

    static func opened(_ opened: Opened) -> FixtureValue {
        SessionScript.object([
            ("kind", .text("opened")), ("handle", .integer(UInt64(opened.handle.value))),
            ("paywords", .list(opened.paywords.map(SessionScript.value))),
            ("accepted", .decimal(opened.accepted.units)),
            ("spent", .decimal(opened.spent.units)),
        ])
    }

    static func refused(
        _ kind: String, _ reason: Reason, _ about: [(String, UInt64)] = [("handle", 0)]
    ) -> FixtureValue {
        SessionScript.object(
            [("kind", .text(kind))] + about.map { ($0.0, .integer($0.1)) } + [
                ("refused", .text(reason.code))
            ])
    }

    static func error(
        _ reason: Reason, _ handle: UInt16? = nil, _ sequence: UInt32? = nil
    ) -> PeerMessage {
        .error(
            PeerError(
                handle: handle.map(Handle.init), sequence: sequence,
                reasonNumber: UInt64(reason.rawValue), retryable: reason.isRetryable, text: ""))
    }

    // MARK: The case

    var inputs: [(String, FixtureValue)] {
        [
            ("op", .text("session.run")), ("role", .text("payer")),
            ("payer_seed", .hex(samples.parties.payer.seed.withBytes { Array($0) })),
            ("nonce", .hex(samples.payerNonce.bytes)), ("agent", .text(samples.hello.agent)),
            ("began", .integer(Samples.now.seconds)),
        ] + (merchant.map { [("merchant", .hex($0.bytes))] } ?? [])
            + (certificate.map { [("certificate", .hex($0.bytes))] } ?? []) + [
                ("steps", .list(steps))
            ]
    }

    var result: [(String, FixtureValue)] { [("steps", .list(results))] }
}
