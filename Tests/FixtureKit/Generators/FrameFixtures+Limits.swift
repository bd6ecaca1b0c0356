internal import DeterministicCBOR
internal import PayWord
internal import PeerProtocol

/// Every type of message at its limits: the largest that is allowed.
func largestMessages() throws -> [(name: String, about: String, message: PeerMessage)] {
    let most = Amount.maximum
    let object = [UInt8](repeating: 1, count: Open.objectBytesMaximum)
    let handle = Handle(.max)
    let paywords = PaywordClaims(
        Ordinal.all(count: Ordinal.countMaximum).map {
            PaywordClaim(ordinal: $0, index: ChainIndex(.max), payword: .zero)
        })
    func text(_ count: Int) -> String { String(repeating: "a", count: count) }
    return [
        (
            "hello", "sixteen versions, an agent of 128 bytes",
            .hello(
                Hello(versions: Array((.max - 15)...(.max)), nonce: .zero, agent: text(128)))
        ),
        (
            "hello-ack", "the version 65,535, limits of 2^32 - 1",
            .helloAck(
                HelloAck(
                    version: .max, merchant: .zero, nonce: .zero,
                    limits: PeerLimits(jump: .max, unansweredFrames: .max, channels: .max),
                    signature: .zero))
        ), ("quote", "a resource of 256 bytes", .quote(text(256))),
        ("offer", "an object of 16,384 bytes", .offer(object)),
        (
            "open", "a frame of 65,536 bytes",
            .open(
                Open(
                    handle: handle, commitment: object,
                    funding: [object, object, Array(object.dropLast(101))], proof: .zero,
                    salt: .zero))
        ),
        (
            "opened", "eight paywords at 2^32 - 1, amounts of 2^63 - 1",
            .opened(Opened(handle: handle, paywords: paywords, accepted: most, spent: most))
        ),
        (
            "pay", "eight paywords, an amount of 2^63 - 1, a reference of 64 bytes",
            .pay(
                Pay(
                    handle: handle, sequence: .max, paywords: paywords, amount: most,
                    reference: [UInt8](repeating: 1, count: 64)))
        ),
        (
            "paid", "the sequence 2^32 - 1, amounts of 2^63 - 1",
            .paid(Paid(handle: handle, sequence: .max, accepted: most, spent: most))
        ),
        (
            "meter", "numbers of 2^64 - 1, an amount of 2^63 - 1",
            .meter(Meter(handle: handle, number: .max, amountDue: most, units: .max))
        ), ("close", "an object of 16,384 bytes", .close(handle, object)),
        (
            "closed", "two objects of 16,384 bytes",
            .closed(handle, close: object, receipt: object)
        ),
        (
            "error", "a text of 256 bytes, a reason of 2^64 - 1",
            .error(
                PeerError(
                    handle: handle, sequence: .max, reasonNumber: .max, retryable: false,
                    text: text(256)))
        ), ("receipt-please", "the handle 65,535", .receiptPlease(handle)),
        ("receipt", "an object of 16,384 bytes", .receipt(handle, object)),
    ]
}

/// Every type of message at its other limits: the smallest that is allowed.
func smallestMessages() throws -> [(name: String, about: String, message: PeerMessage)] {
    let none = Handle(0)
    return [
        ("hello", "one version, no agent", .hello(Hello(versions: [0], nonce: .zero, agent: ""))),
        (
            "hello-ack", "the version 0, limits of 1",
            .helloAck(
                HelloAck(
                    version: 0, merchant: .zero, nonce: .zero,
                    limits: PeerLimits(jump: 1, unansweredFrames: 1, channels: 1),
                    signature: .zero))
        ), ("quote", "a resource of no bytes", .quote("")),
        (
            "open", "no funding, no salt",
            .open(Open(handle: none, commitment: [1], funding: [], proof: .zero, salt: nil))
        ),
        (
            "opened", "no paywords, nothing accepted",
            .opened(Opened(handle: none, paywords: [], accepted: .zero, spent: .zero))
        ),
        (
            "pay", "no paywords, a reference of one byte",
            .pay(Pay(handle: none, sequence: 0, paywords: [], amount: .zero, reference: [0]))
        ),
    ]
}

private func bytes(_ count: Int) -> CBORValue { .bytes([UInt8](repeating: 1, count: count)) }

/// Eight paywords, the last of which is this.
private func paywords(_ ordinal: UInt64, _ index: UInt64) -> CBORValue {
    .array(
        (0..<7).map { .array([.unsigned($0), .unsigned(1), bytes(32)]) }
            + [.array([.unsigned(ordinal), .unsigned(index), bytes(32)])])
}

/// One more than the largest, element by element; each is made from the largest of its type.
let frameExcesses: [FrameChange] = [
    FrameChange("hello", "versions", "seventeen versions", .tooLarge) {
        $0[1] = .array((0...16).map { .unsigned($0) })
    },
    FrameChange("hello", "version", "the version 65,536", 1, .array([.unsigned(65_536)])),
    FrameChange("hello", "nonce", "a nonce of 17 bytes", 2, bytes(17)),
    FrameChange(
        "hello", "agent", "an agent of 129 bytes", 3, .text(String(repeating: "a", count: 129)),
        .tooLarge),
    FrameChange("hello-ack", "version", "the version 65,536", 1, .unsigned(65_536)),
    FrameChange("hello-ack", "merchant", "a merchant of 33 bytes", 2, bytes(33)),
    FrameChange("hello-ack", "nonce", "a nonce of 17 bytes", 3, bytes(17)),
    FrameChange(
        "hello-ack", "limits", "a third limit of 2^32", 4,
        .map([1: .unsigned(1), 2: .unsigned(1), 3: .unsigned(1 << 32)])),
    FrameChange("hello-ack", "signature", "a signature of 65 bytes", 5, bytes(65)),
    FrameChange(
        "quote", "resource", "a resource of 257 bytes", 1,
        .text(String(repeating: "a", count: 257)), .tooLarge),
    FrameChange("offer", "object", "an object of 16,385 bytes", 1, bytes(16_385), .tooLarge),
    FrameChange("open", "commitment-object", "a commitment of 16,385 bytes", .tooLarge) {
        // Without funding, so that the frame is not too large itself.
        $0[2] = bytes(16_385)
        $0[3] = .array([])
    },
    FrameChange("open", "proof", "a proof of 65 bytes", .malformed) {
        $0[3] = .array([])
        $0[4] = bytes(65)
    },
    FrameChange("open", "salt", "a salt of 17 bytes", .malformed) {
        $0[3] = .array([])
        $0[5] = bytes(17)
    },
    FrameChange("open", "funding-object", "a funding object of 16,385 bytes", .tooLarge) {
        $0[3] = .array([bytes(16_385)])
    },
    FrameChange(
        "open", "nine", "nine funding objects", 3, .array((0..<9).map { _ in bytes(1) }),
        .tooLarge),
    FrameChange("opened", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange(
        "opened", "nine", "nine paywords", 2,
        .array((0..<9).map { .array([.unsigned($0), .unsigned(1), bytes(32)]) }), .tooLarge),
    FrameChange("opened", "ordinal", "a payword of chain 8", 2, paywords(8, 1), .unknownChain),
    FrameChange("opened", "index", "the index 2^32", 2, paywords(7, 1 << 32), .indexPastEnd),
    FrameChange("opened", "accepted", "2^63 accepted", 3, .unsigned(1 << 63), .amountOverflow),
    FrameChange("opened", "spent", "2^63 spent", 4, .unsigned(1 << 63), .amountOverflow),
    FrameChange("pay", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("pay", "sequence", "the sequence 2^32", 2, .unsigned(1 << 32)),
    FrameChange("pay", "amount", "an amount of 2^63", 4, .unsigned(1 << 63), .amountOverflow),
    FrameChange("pay", "reference", "a reference of 65 bytes", 5, bytes(65), .tooLarge),
    FrameChange("paid", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("paid", "sequence", "the sequence 2^32", 2, .unsigned(1 << 32)),
    FrameChange("paid", "accepted", "2^63 accepted", 3, .unsigned(1 << 63), .amountOverflow),
    FrameChange("paid", "spent", "2^63 spent", 4, .unsigned(1 << 63), .amountOverflow),
    FrameChange("meter", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("meter", "amount", "2^63 due", 3, .unsigned(1 << 63), .amountOverflow),
    FrameChange("close", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("close", "object", "an object of 16,385 bytes", 2, bytes(16_385), .tooLarge),
    FrameChange("closed", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("closed", "close", "a close of 16,385 bytes", 2, bytes(16_385), .tooLarge),
    FrameChange("closed", "receipt", "a receipt of 16,385 bytes", 3, bytes(16_385), .tooLarge),
    FrameChange("error", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("error", "sequence", "the sequence 2^32", 2, .unsigned(1 << 32)),
    FrameChange(
        "error", "text", "a text of 257 bytes", 5, .text(String(repeating: "a", count: 257)),
        .tooLarge),
    FrameChange("receipt-please", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("receipt", "handle", "the handle 65,536", 1, .unsigned(65_536)),
    FrameChange("receipt", "object", "an object of 16,385 bytes", 2, bytes(16_385), .tooLarge),
]

/// The largest and the smallest of each type, then each excess; the frame of an open with a byte more.
func frameLimitFixtures() throws -> FixtureFile {
    let largest = try largestMessages()
    var cases = try largest.map { name, about, message in
        try acceptedFrame("frame-limit-\(name)", about, message)
    }
    cases += try smallestMessages().map { name, about, message in
        try acceptedFrame("frame-smallest-\(name)", about, message)
    }
    let bodies = try Dictionary(
        uniqueKeysWithValues: largest.map { name, _, message in
            (name, try CBORValue(decoding: message.encoded))
        })
    for change in frameExcesses {
        guard case .array(var elements)? = bodies[change.base] else { continue }
        change.apply(&elements)
        cases.append(
            .refuse(
                "frame-limit-\(change.base)-\(change.id)", change.about,
                frameInputs(framed(CBORValue.array(elements).encoded)), change.reason,
                base: "frame-limit-\(change.base)"))
    }
    if let open = largest.first(where: { $0.name == "open" })?.message.encoded {
        cases.append(
            .refuse(
                "frame-limit-open-byte", "a frame of 65,537 bytes", frameInputs(framed(open + [0])),
                .tooLarge, base: "frame-limit-open"))
    }
    return FixtureFile(
        subject: "frames", name: "limits",
        description:
            "Every type of message as large as it may be, and one step beyond; and as small.",
        cases: cases)
}
