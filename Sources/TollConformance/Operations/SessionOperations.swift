internal import PayWord
internal import PeerProtocol

/// Runs a session of either side over a transcript: bytes, times and decisions in; frames and
/// requests or events out.
enum SessionOperations {
    /// How many steps a transcript has at most.
    private static let stepsMaximum = 4_096

    static func run(_ inputs: Inputs) throws(Refusal) -> Outcome {
        switch try inputs.text("role") {
        case "merchant":
            var driver = try MerchantDriver(inputs)
            return try run(inputs) { (step, now) throws(Refusal) in
                try driver.perform(step, at: now)
            }
        case "payer":
            var driver = try PayerDriver(inputs)
            return try run(inputs) { (step, now) throws(Refusal) in
                try driver.perform(step, at: now)
            }
        default: throw inputs.fault("role", "is neither merchant nor payer")
        }
    }

    private static func run(
        _ inputs: Inputs, _ perform: (Inputs, Timestamp) throws(Refusal) -> SessionStep
    ) throws(Refusal) -> Outcome {
        let steps = try inputs.objects("steps")
        guard steps.count <= stepsMaximum else {
            throw Refusal(.tooLarge, "more than \(stepsMaximum) steps")
        }
        var results: [JSONValue] = []
        var end: Refusal?
        var last: Refusal?
        for step in steps {
            let result = try perform(step, try step.time("at"))
            results.append(result.value)
            end = end ?? result.endRefusal
            last = result.refusal
        }
        return Outcome(["steps": .list(results)], refusedFor: end ?? last)
    }
}

/// What came out of one step.
struct SessionStep {
    /// The frames that were sent, whole.
    private(set) var frames: [[UInt8]] = []
    /// Requests of a merchant's session, or events of a payer's.
    var told: [JSONValue] = []
    /// `requests` or `events`.
    let toldName: String
    /// How the session ended in this step.
    var end: SessionEnd?
    /// Why a payer's session did not carry out its command.
    var refusedCommand: Refusal?
    private let showsCommands: Bool

    init(of role: Role) {
        toldName = role == .merchant ? "requests" : "events"
        showsCommands = role == .payer
    }

    enum Role { case merchant, payer }

    /// Takes in what was sent, frame by frame.
    mutating func append(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while rest.count >= Frame.lengthByteCount {
            let length = rest.prefix(Frame.lengthByteCount).reduce(0) { $0 << 8 | Int($1) }
            let frame = rest.prefix(Frame.lengthByteCount + length)
            frames.append(Array(frame))
            rest = rest.dropFirst(frame.count)
        }
    }

    /// Why the session ended, where there is a reason.
    var endRefusal: Refusal? { end?.refusal }

    /// What was wrong in this step: its command, or the error that was sent last.
    var refusal: Refusal? {
        if let refusedCommand { return refusedCommand }
        guard let frame = frames.last,
            let message = try? PeerMessage(decoding: frame.dropFirst(Frame.lengthByteCount)),
            case .error(let error) = message
        else { return nil }
        return Refusal(error.reason ?? .internal, error.text)
    }

    var value: JSONValue {
        var members: [JSONValue.Member] = [
            .init("send", .list(frames.map { .hex($0) })), .init(toldName, .list(told)),
            .init("ends", end.map { .text($0.refusal?.reason.code ?? "finished") } ?? .null),
        ]
        if showsCommands {
            members.append(
                .init("refused", refusedCommand.map { .reason($0.reason) } ?? .null))
        }
        return .object(members)
    }
}

extension Inputs {
    func handle() throws(Refusal) -> Handle {
        guard let value = UInt16(exactly: try integer("handle")) else {
            throw fault("handle", "is above 65,535")
        }
        return Handle(value)
    }

    /// A reason by its code, under `refused`.
    func refused() throws(Refusal) -> Refusal {
        guard let reason = Reason(code: try text("refused")) else {
            throw fault("refused", "is no reason")
        }
        return Refusal(reason)
    }

    func channelAmounts() throws(Refusal) -> ChannelAmounts {
        ChannelAmounts(accepted: try amount("accepted"), spent: try amount("spent"))
    }

    func peerLimits() throws(Refusal) -> PeerLimits {
        PeerLimits(
            jump: try short("jump"), unansweredFrames: try short("unanswered_frames"),
            channels: try short("channels"))
    }

    func meter() throws(Refusal) -> Meter {
        Meter(
            handle: try handle(), number: try integer("number"), amountDue: try amount("amount"),
            units: try integer("units"))
    }
}

extension JSONValue {
    static func handle(_ handle: Handle) -> JSONValue { .count(handle.value) }

    static func claims(_ claims: PaywordClaims) -> JSONValue {
        .list(
            claims.map {
                [
                    "ordinal": .count($0.ordinal.value), "index": .index($0.index),
                    "payword": .hex($0.payword),
                ]
            })
    }
}
