internal import DeterministicCBOR
public import PayWord

extension PeerMessage {
    /// Decodes one frame's body: its CBOR, then its type, then its fields in order.
    ///
    /// - Throws: `malformed` or `not-canonical`, `unexpected-message` for a type that this version
    ///   does not know, `too-large` for a field above its limit, or what a field's own type gives.
    public init(decoding bytes: ArraySlice<UInt8>) throws(Refusal) {
        var decoder = try refusing("frame") { () throws(CBORFault) in try CBORDecoder(bytes) }
        let count = try refusing("frame") { () throws(CBORFault) in try decoder.readArray() }
        guard count > 0 else { throw Refusal(.malformed, "an empty array is no message", at: 0) }
        let start = decoder.offset
        let number = try decoder.readNumber("message type")
        guard let kind = UInt8(exactly: number).flatMap(Kind.init(rawValue:)) else {
            throw Refusal(.unexpectedMessage, "no message has the type \(number)", at: start)
        }
        guard count == kind.elementCount else {
            throw Refusal(
                .malformed, "\(kind) has \(kind.elementCount) elements, not \(count)", at: 0)
        }
        self = try Self.read(kind, &decoder)
    }

    /// Decodes one frame's body.
    public init(decoding bytes: [UInt8]) throws(Refusal) { try self.init(decoding: bytes[...]) }

    private static func read(
        _ kind: Kind, _ decoder: inout CBORDecoder
    ) throws(Refusal) -> PeerMessage {
        switch kind {
        case .hello: .hello(try decoder.readHello())
        case .helloAck: .helloAck(try decoder.readHelloAck())
        case .quote:
            .quote(try decoder.readText("resource", bytesMaximum: Offer.resourceBytesMaximum))
        case .offer: .offer(try decoder.readObjectBytes("offer"))
        case .open: .open(try decoder.readOpen())
        case .opened:
            .opened(
                Opened(
                    handle: try decoder.readHandle(), paywords: try decoder.readClaims(),
                    accepted: try decoder.readAmount("accepted"),
                    spent: try decoder.readAmount("spent")))
        case .pay: .pay(try decoder.readPay())
        case .paid:
            .paid(
                Paid(
                    handle: try decoder.readHandle(), sequence: try decoder.readSequence(),
                    accepted: try decoder.readAmount("accepted"),
                    spent: try decoder.readAmount("spent")))
        case .meter:
            .meter(
                Meter(
                    handle: try decoder.readHandle(), number: try decoder.readNumber("number"),
                    amountDue: try decoder.readAmount("amount due"),
                    units: try decoder.readNumber("units")))
        case .close:
            .close(try decoder.readHandle(), try decoder.readObjectBytes("close request"))
        case .closed:
            .closed(
                try decoder.readHandle(), close: try decoder.readObjectBytes("close"),
                receipt: try decoder.readObjectBytes("receipt"))
        case .error: .error(try decoder.readPeerError())
        case .receiptPlease: .receiptPlease(try decoder.readHandle())
        case .receipt:
            .receipt(try decoder.readHandle(), try decoder.readObjectBytes("receipt"))
        }
    }
}

extension PeerMessage.Kind {
    /// How many elements the array has, its type included.
    var elementCount: Int {
        switch self {
        case .quote, .offer, .receiptPlease: 2
        case .close, .receipt: 3
        case .hello, .closed: 4
        case .opened, .paid, .meter: 5
        case .helloAck, .open, .pay, .error: 6
        }
    }
}

extension CBORDecoder {
    fileprivate mutating func readHandle() throws(Refusal) -> Handle {
        Handle(
            UInt16(truncatingIfNeeded: try readNumber("handle", in: 0...UInt64(UInt16.max))))
    }

    fileprivate mutating func readSequence() throws(Refusal) -> UInt32 {
        UInt32(truncatingIfNeeded: try readNumber("sequence", in: 0...UInt64(UInt32.max)))
    }

    fileprivate mutating func readVersion() throws(Refusal) -> UInt16 {
        UInt16(truncatingIfNeeded: try readNumber("version", in: 0...UInt64(UInt16.max)))
    }

    fileprivate mutating func readObjectBytes(_ what: String) throws(Refusal) -> [UInt8] {
        try readBytes(what, bytesMaximum: Open.objectBytesMaximum)
    }

    fileprivate mutating func readHello() throws(Refusal) -> Hello {
        Hello(
            versions: try readList("versions", count: 1...Hello.versionsMaximum) {
                (d) throws(Refusal) in try d.readVersion()
            },
            nonce: try readFixed("nonce"),
            agent: try readText("agent", bytesMaximum: Hello.agentBytesMaximum))
    }

    fileprivate mutating func readHelloAck() throws(Refusal) -> HelloAck {
        HelloAck(
            version: try readVersion(), merchant: try readFixed("merchant"),
            nonce: try readFixed("nonce"), limits: try readLimits(),
            signature: try readFixed("signature"))
    }

    fileprivate mutating func readOpen() throws(Refusal) -> Open {
        Open(
            handle: try readHandle(), commitment: try readObjectBytes("commitment"),
            funding: try readList("funding", count: 0...Open.fundingMaximum) {
                (d) throws(Refusal) in try d.readObjectBytes("funding object")
            },
            proof: try readFixed("proof"),
            salt: try readOptional("salt") { (d) throws(Refusal) in try d.readFixed("salt") })
    }

    fileprivate mutating func readPay() throws(Refusal) -> Pay {
        Pay(
            handle: try readHandle(), sequence: try readSequence(), paywords: try readClaims(),
            amount: try readAmount("amount"),
            reference: try readOptional("reference") { (d) throws(Refusal) in
                try d.readReference()
            })
    }

    /// Whoever sends an empty reference took it for none, and would be charged again.
    private mutating func readReference() throws(Refusal) -> [UInt8] {
        let start = offset
        let reference = try readBytes("reference", bytesMaximum: Pay.referenceBytesMaximum)
        guard !reference.isEmpty else {
            throw Refusal(.malformed, "a reference has at least one byte", at: start)
        }
        return reference
    }

    fileprivate mutating func readPeerError() throws(Refusal) -> PeerError {
        let handle = try readOptional("handle") { (d) throws(Refusal) in try d.readHandle() }
        let sequence = try readOptional("sequence") { (d) throws(Refusal) in
            try d.readSequence()
        }
        let reasonNumber = try readNumber("reason number")
        let retryable = try refusing("retryable") { () throws(CBORFault) in try readBool() }
        let text = try readText("text", bytesMaximum: PeerError.textBytesMaximum)
        return PeerError(
            handle: handle, sequence: sequence, reasonNumber: reasonNumber, retryable: retryable,
            text: text)
    }
}
