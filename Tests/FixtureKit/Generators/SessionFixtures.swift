internal import PayWord
internal import PeerProtocol

/// Transcripts of the merchant's side of a connection. What it must send is written here by hand,
/// message by message, and does not come from the session.
func sessionFixtures(_ samples: Samples) throws -> [FixtureFile] {
    let scripts = try SessionScripts(samples)
    return [
        FixtureFile(
            subject: "sessions", name: "merchant",
            description: """
                The merchant's side of one connection on plain TCP, step by step. A step hands in \
                bytes (`receive`), the time alone (`advance`) or an answer from behind the session \
                (`answer`); then the session sends these frames, asks for these `requests`, and \
                ends for this reason, or goes on. Texts of errors are free: here they are empty, \
                and comparing leaves them out. A case is refused for the reason of its last error.
                """, cases: try scripts.accepted + scripts.refused + (try scripts.several))
    ]
}

/// One transcript, written step by step.
struct SessionScript {
    let samples: Samples
    /// What is handed in.
    private(set) var steps: [FixtureValue] = []
    /// What comes out of each step.
    private(set) var results: [FixtureValue] = []
    /// Seconds after ``Samples/now``.
    var clock: UInt64 = 0
    /// What the handshake covers, on TLS.
    var certificate: Digest?

    init(_ samples: Samples) { self.samples = samples }

    mutating func receive(
        _ bytes: [UInt8], send: [PeerMessage] = [], requests: [FixtureValue] = [],
        ends: Reason? = nil
    ) {
        step([.init("receive", .hex(bytes))], send, requests, ends)
    }

    mutating func receive(
        _ messages: PeerMessage..., send: [PeerMessage] = [], requests: [FixtureValue] = [],
        ends: Reason? = nil
    ) {
        receive(
            messages.flatMap { framed($0.encoded) }, send: send, requests: requests, ends: ends)
    }

    mutating func advance(by seconds: UInt64, send: [PeerMessage] = [], ends: Reason? = nil) {
        clock += seconds
        step([.init("advance", .bool(true))], send, [], ends)
    }

    mutating func answer(
        _ fields: [(String, FixtureValue)], send: [PeerMessage], requests: [FixtureValue] = [],
        ends: Reason? = nil, isFinished: Bool = false
    ) {
        step(
            [.init("answer", .object(fields.map(FixtureValue.Field.init)))], send, requests, ends,
            isFinished: isFinished)
    }

    /// The merchant is about to stop.
    mutating func finish(isFinished: Bool = false) {
        step([.init("finish", .bool(true))], [], [], nil, isFinished: isFinished)
    }

    mutating func meter(_ reading: Meter, send: [PeerMessage]) {
        step(
            [
                .init(
                    "meter",
                    Self.object([
                        ("handle", .integer(UInt64(reading.handle.value))),
                        ("number", .integer(reading.number)),
                        ("amount", .decimal(reading.amountDue.units)),
                        ("units", .integer(reading.units)),
                    ]))
            ], send, [], nil)
    }

    /// The handshake, which every other transcript begins with.
    mutating func shakeHands() throws {
        receive(.hello(samples.hello), send: [.helloAck(try samples.helloAck)])
    }

    /// The handshake and an open channel under handle 7 that has paid 500 and spent 400.
    mutating func openChannel() throws {
        try shakeHands()
        try reopen()
    }

    /// A channel under handle 7, after the handshake.
    mutating func reopen() throws {
        receive(.open(try samples.open(Handle(7))), requests: [openRequest(7)])
        let payword = try samples.payword(0, 500)
        answer(
            [
                ("kind", .text("opened")), ("handle", .integer(7)),
                ("paywords", .list([Self.value(payword)])), ("accepted", .decimal(500)),
                ("spent", .decimal(400)),
            ],
            send: [
                .opened(
                    Opened(
                        handle: Handle(7), paywords: [payword],
                        accepted: try Amount(units: 500), spent: try Amount(units: 400)))
            ])
    }

    func openRequest(_ handle: UInt64) -> FixtureValue {
        Self.object([
            ("kind", .text("open")), ("handle", .integer(handle)),
            ("commitment_id", .hex(samples.commitment.object.id.bytes)),
        ])
    }

    static func payRequest(_ pay: Pay) -> FixtureValue {
        object([
            ("kind", .text("pay")), ("handle", .integer(UInt64(pay.handle.value))),
            ("sequence", .integer(UInt64(pay.sequence))),
            ("paywords", .list(pay.paywords.map(value))),
            ("amount", .decimal(pay.amount.units)),
            ("reference", pay.reference.map { .hex($0) } ?? .null),
        ])
    }

    static func object(_ fields: [(String, FixtureValue)]) -> FixtureValue {
        .object(fields.map(FixtureValue.Field.init))
    }

    static func value(_ claim: PaywordClaim) -> FixtureValue {
        object([
            ("ordinal", .integer(UInt64(claim.ordinal.value))),
            ("index", .integer(UInt64(claim.index.value))),
            ("payword", .hex(claim.payword.bytes)),
        ])
    }

    private mutating func step(
        _ input: [FixtureValue.Field], _ send: [PeerMessage], _ requests: [FixtureValue],
        _ ends: Reason?, isFinished: Bool = false
    ) {
        steps.append(
            .object([.init("at", .integer(Samples.now.seconds + clock))] + input))
        results.append(
            .object([
                .init("send", .list(send.map { .hex(framed($0.encoded)) })),
                .init("requests", .list(requests)),
                .init(
                    "ends", isFinished ? .text("finished") : ends.map { .text($0.code) } ?? .null),
            ]))
    }

    /// What must come out of a case with these steps.
    var result: (String, FixtureValue) {
        ("steps", .list(results))
    }

    /// The inputs of a case with these steps.
    var inputs: [(String, FixtureValue)] {
        let limits = samples.limits
        return [
            ("op", .text("session.run")), ("role", .text("merchant")),
            (
                "merchant_seed",
                .hex(samples.parties.merchant.seed.withBytes { Array($0) })
            ),
            ("nonce", .hex(samples.merchantNonce.bytes)),
            ("began", .integer(Samples.now.seconds)),
            (
                "limits",
                Self.object([
                    ("jump", .integer(UInt64(limits.jump))),
                    ("unanswered_frames", .integer(UInt64(limits.unansweredFrames))),
                    ("channels", .integer(UInt64(limits.channels))),
                ])
            ),
        ] + (certificate.map { [("certificate", .hex($0.bytes))] } ?? []) + [
            ("steps", .list(steps))
        ]
    }
}

/// The transcripts.
struct SessionScripts {
    let samples: Samples
    let handle = Handle(7)

    init(_ samples: Samples) throws { self.samples = samples }

    func accept(
        _ id: String, _ about: String, _ write: (inout SessionScript) throws -> Void
    ) throws -> FixtureCase {
        var script = SessionScript(samples)
        try write(&script)
        return .accept("session-\(id)", about, script.inputs, [script.result])
    }

    func refuse(
        _ id: String, _ about: String, _ reason: Reason, base: String,
        _ write: (inout SessionScript) throws -> Void
    ) throws -> FixtureCase {
        var script = SessionScript(samples)
        try write(&script)
        return .refuse(
            "session-\(id)", about, script.inputs, reason, base: "session-\(base)",
            [("result", SessionScript.object([script.result]))])
    }

    func pay(_ sequence: UInt32, _ index: UInt32, _ amount: UInt64) throws -> Pay {
        Pay(
            handle: handle, sequence: sequence, paywords: [try samples.payword(0, index)],
            amount: try Amount(units: amount))
    }

    func paid(_ sequence: UInt32, _ accepted: UInt64, _ spent: UInt64) throws -> PeerMessage {
        .paid(
            Paid(
                handle: handle, sequence: sequence, accepted: try Amount(units: accepted),
                spent: try Amount(units: spent)))
    }

    func outcome(
        _ sequence: UInt64, _ accepted: UInt64, _ spent: UInt64, refused: Reason? = nil
    ) -> FixtureValue {
        SessionScript.object(
            [("handle", .integer(7)), ("sequence", .integer(sequence))]
                + (refused.map { [("refused", .text($0.code))] } ?? []) + [
                    ("accepted", .decimal(accepted)), ("spent", .decimal(spent)),
                ])
    }

    func payments(_ outcomes: FixtureValue...) -> [(String, FixtureValue)] {
        [("kind", .text("payments")), ("outcomes", .list(outcomes))]
    }

    /// An error as it is compared: without its text.
    func error(_ reason: Reason, _ handle: Handle? = nil, _ sequence: UInt32? = nil)
        -> PeerMessage
    {
        .error(
            PeerError(
                handle: handle, sequence: sequence, reasonNumber: UInt64(reason.rawValue),
                retryable: reason.isRetryable, text: ""))
    }
}
