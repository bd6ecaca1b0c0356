internal import DeterministicCBOR
internal import PayWord
internal import TollConformance
internal import PeerProtocol

/// Every message in its frame, and what is wrong with frames and messages.
func frameFixtures(_ samples: Samples) throws -> [FixtureFile] {
    let messages = try samples.messages
    var cases = try messages.map { name, message in
        try acceptedFrame("frame-\(name)", "a \(name) message", message)
    }
    cases.append(
        try acceptedFrame(
            "frame-small-pay",
            "one payword, no reference, the largest amount below 2^32: 64 bytes at most",
            .pay(
                Pay(
                    handle: Handle(.max), sequence: .max, paywords: [try samples.payword(1, 400)],
                    amount: try Amount(units: UInt64(UInt32.max))))))
    cases.append(
        try acceptedFrame(
            "frame-bare-error", "an error about the connection",
            .error(PeerError(reasonNumber: 36, retryable: true, text: ""))))
    let bodies = try Dictionary(
        uniqueKeysWithValues: messages.map { name, message in
            (name, try CBORValue(decoding: message.encoded))
        })
    for change in frameChanges {
        guard case .array(var elements)? = bodies[change.base] else { continue }
        change.apply(&elements)
        cases.append(
            .refuse(
                "frame-\(change.base)-\(change.id)", change.about,
                frameInputs(framed(CBORValue.array(elements).encoded)), change.reason,
                base: "frame-\(change.base)"))
    }
    cases += try brokenFrames(messages)
    return [
        FixtureFile(
            subject: "frames", name: "messages",
            description: """
                One frame each: a 4-byte big-endian length, then one CBOR array. The length is \
                judged before the body, the CBOR before the message's type, and the type before \
                its elements, in order.
                """, cases: cases), try frameLimitFixtures(),
    ]
}

func framed(_ body: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(body.count).bigEndian) { Array($0) } + body
}

func frameInputs(_ frame: [UInt8]) -> [(String, FixtureValue)] {
    [("op", .text("frame.decode")), ("frame", .hex(frame))]
}

func acceptedFrame(
    _ id: String, _ about: String, _ message: PeerMessage
) throws -> FixtureCase {
    .accept(
        id, about, frameInputs(framed(message.encoded)),
        [
            ("type", .integer(UInt64(message.kind.rawValue))),
            ("message", .text(try CBORValue(decoding: message.encoded).diagnostic)),
        ])
}

/// Faults of the frame and of its CBOR.
private func brokenFrames(
    _ messages: [(name: String, message: PeerMessage)]
) throws -> [FixtureCase] {
    guard let quote = messages.first(where: { $0.name == "quote" })?.message.encoded else {
        throw Refusal(.internal)
    }
    func refuse(_ id: String, _ about: String, _ frame: [UInt8], _ reason: Reason)
        -> FixtureCase
    {
        .refuse("frame-\(id)", about, frameInputs(frame), reason, base: "frame-quote")
    }
    return [
        refuse("empty", "a frame of no bytes", [0, 0, 0, 0], .malformed),
        refuse(
            "too-large", "a length of 65,537, refused before any of the body is there",
            [0, 1, 0, 1], .tooLarge),
        refuse(
            "promise", "a length of 2^32 - 1, refused before any of the body is there",
            [0xff, 0xff, 0xff, 0xff], .tooLarge),
        refuse(
            "short-body", "a length that cuts the array short", framed(quote.dropLast()),
            .malformed),
        refuse("long-body", "a byte after the array", framed(quote + [0]), .malformed),
        refuse("no-array", "a map", framed([0xa0]), .malformed),
        refuse("no-type", "an empty array", framed([0x80]), .malformed),
        refuse(
            "text-type", "a type that is text",
            framed(CBORValue.array([.text("quote"), .text("articles")]).encoded), .malformed),
        refuse(
            "unknown-type", "the type 15",
            framed(CBORValue.array([.unsigned(15), .text("articles")]).encoded),
            .unexpectedMessage),
        refuse(
            "type-zero", "the type 0",
            framed(CBORValue.array([.unsigned(0), .text("articles")]).encoded),
            .unexpectedMessage),
        refuse(
            "tagged", "a tag around the array", framed([0xd2] + quote), .notCanonical),
        refuse(
            "indefinite", "an array of indefinite length",
            framed([0x9f] + quote.dropFirst() + [0xff]), .notCanonical),
        refuse(
            "long-head", "a text's length in two bytes that fits in one",
            framed(Array(quote[..<2]) + [0x78, 0x08] + quote[3...]), .notCanonical),
    ]
}

struct FrameChange: Sendable {
    let base: String
    let id: String
    let about: String
    let reason: Reason
    let apply: @Sendable (inout [CBORValue]) -> Void

    /// One element replaced.
    init(
        _ base: String, _ id: String, _ about: String, _ element: Int, _ value: CBORValue,
        _ reason: Reason = .malformed
    ) {
        self.init(base, id, about, reason) { $0[element] = value }
    }

    init(
        _ base: String, _ id: String, _ about: String, _ reason: Reason = .malformed,
        _ apply: @escaping @Sendable (inout [CBORValue]) -> Void
    ) {
        self.base = base
        self.id = id
        self.about = about
        self.reason = reason
        self.apply = apply
    }
}

private func bytes(_ count: Int) -> CBORValue { .bytes([UInt8](repeating: 1, count: count)) }

private func text(_ count: Int) -> CBORValue { .text(String(repeating: "a", count: count)) }

private func claim(_ ordinal: UInt64, _ index: UInt64 = 1, bytes count: Int = 32) -> CBORValue {
    .array([.unsigned(ordinal), .unsigned(index), bytes(count)])
}

private func limits(_ pairs: [CBORKey: CBORValue]) -> CBORValue {
    .map([1: .unsigned(1), 2: .unsigned(1), 3: .unsigned(1)].merging(pairs) { $1 })
}

private let frameChanges: [FrameChange] = [
    FrameChange("hello", "no-version", "no version", 1, .array([])),
    FrameChange(
        "hello", "versions", "seventeen versions", 1,
        .array((1...17).map { .unsigned($0) }), .tooLarge),
    FrameChange("hello", "large-version", "the version 65,536", 1, .array([.unsigned(65_536)])),
    FrameChange("hello", "short-nonce", "a nonce of 15 bytes", 2, bytes(15)),
    FrameChange("hello", "long-agent", "an agent of 129 bytes", 3, text(129), .tooLarge),
    FrameChange("hello", "too-many", "an element too many") { $0.append(.null) },
    FrameChange("hello-ack", "short-merchant", "a merchant of 31 bytes", 2, bytes(31)),
    FrameChange("hello-ack", "limit-zero", "a limit of 0", 4, limits([1: .unsigned(0)])),
    FrameChange("hello-ack", "limit-large", "a limit of 2^32", 4, limits([2: .unsigned(1 << 32)])),
    FrameChange(
        "hello-ack", "limit-unknown", "a limit that is not known", 4, limits([4: .unsigned(1)]),
        .unknownField),
    FrameChange(
        "hello-ack", "limit-missing", "a limit missing", 4,
        .map([1: .unsigned(1), 2: .unsigned(1)])),
    FrameChange("hello-ack", "unsigned", "null for the signature", 5, .null),
    FrameChange("quote", "long-resource", "a resource of 257 bytes", 1, text(257), .tooLarge),
    FrameChange("quote", "too-few", "no resource") { $0.removeLast() },
    FrameChange("offer", "large-object", "an object of 16,385 bytes", 1, bytes(16_385), .tooLarge),
    FrameChange("open", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("open", "negative-handle", "the handle -1", 1, .negative(argument: 0)),
    FrameChange(
        "open", "funding", "nine funding objects", 3,
        .array((0..<9).map { _ in bytes(1) }), .tooLarge),
    FrameChange("open", "short-proof", "a proof of 63 bytes", 4, bytes(63)),
    FrameChange("open", "short-salt", "a salt of 15 bytes", 5, bytes(15)),
    FrameChange(
        "opened", "accepted", "2^63 accepted", 3, .unsigned(1 << 63), .amountOverflow),
    FrameChange("pay", "sequence", "the sequence 2^32", 2, .unsigned(1 << 32)),
    FrameChange(
        "pay", "ninth-chain", "a payword of chain 8", 3, .array([claim(8)]), .unknownChain),
    FrameChange(
        "pay", "nine-paywords", "nine paywords", 3,
        .array((0..<9).map { claim($0) }), .tooLarge),
    FrameChange("pay", "descending", "ordinals that descend", 3, .array([claim(1), claim(0)])),
    FrameChange("pay", "repeated", "an ordinal twice", 3, .array([claim(1), claim(1)])),
    FrameChange(
        "pay", "index", "the index 2^32", 3, .array([claim(0, 1 << 32)]), .indexPastEnd),
    FrameChange(
        "pay", "short-payword", "a payword of 31 bytes", 3, .array([claim(0, bytes: 31)])),
    FrameChange("pay", "amount", "an amount of 2^63", 4, .unsigned(1 << 63), .amountOverflow),
    FrameChange(
        "pay", "largest-amount", "an amount of 2^64 - 1", 4, .unsigned(.max), .amountOverflow),
    FrameChange("pay", "reference", "a reference of 65 bytes", 5, bytes(65), .tooLarge),
    FrameChange("pay", "empty-reference", "a reference of no bytes", 5, bytes(0)),
    FrameChange("pay", "text-reference", "a reference that is text", 5, text(4)),
    FrameChange("paid", "spent", "2^63 spent", 4, .unsigned(1 << 63), .amountOverflow),
    FrameChange("paid", "null-sequence", "null for the sequence", 2, .null),
    FrameChange("meter", "amount", "2^63 due", 3, .unsigned(1 << 63), .amountOverflow),
    FrameChange("close", "null", "null for the object", 2, .null),
    FrameChange("closed", "too-few", "no receipt") { $0.removeLast() },
    FrameChange("error", "long-text", "a text of 257 bytes", 5, text(257), .tooLarge),
    FrameChange("error", "retryable", "a number for retryable", 4, .unsigned(1)),
    FrameChange("receipt-please", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("receipt", "text", "text for the object", 2, text(4)),
]
