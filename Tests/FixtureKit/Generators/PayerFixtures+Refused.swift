internal import PayWord
internal import PeerProtocol

extension PayerScripts {
    func refused() throws -> [FixtureCase] {
        try badHandshakes() + badAnswers() + badFrames() + (try badCommands())
    }

    /// A session that ends because of one message.
    private func ended(
        _ id: String, _ about: String, _ reason: Reason, base: String, _ message: PeerMessage,
        after: (inout PayerScript) throws -> Void
    ) throws -> FixtureCase {
        try refuse(id, about, reason, base: base) {
            try after(&$0)
            $0.fail(message, reason)
        }
    }

    private func badHandshakes() throws -> [FixtureCase] {
        let parties = samples.parties
        func ack(
            _ id: String, _ about: String, _ reason: Reason,
            _ change: (inout HelloAck) throws -> Void
        ) throws -> FixtureCase {
            var ack = try samples.helloAck
            try change(&ack)
            return try ended(id, about, reason, base: "handshake", .helloAck(ack)) { $0.start() }
        }
        func signed(_ key: SigningKey, certificate: Digest? = nil) throws -> HelloAck {
            try .signed(
                answering: samples.hello, version: 1, nonce: samples.merchantNonce,
                limits: samples.limits, certificate: certificate, by: key)
        }
        return [
            try ack("version-2", "a version that was not offered", .unsupportedVersion) {
                $0.version = 2
            },
            try ack("other-merchant", "another merchant, rightly signed", .wrongMerchant) {
                $0 = try signed(parties.otherMerchant)
            },
            try ack("altered-limits", "limits altered after signing", .badSignature) {
                $0.limits.jump += 1
            },
            try ack("altered-nonce", "another nonce than was signed", .badSignature) {
                $0.nonce = samples.payerNonce
            },
            try ack(
                "relayed", "a handshake signed over another certificate, as one who relays it has",
                .badSignature
            ) { $0 = try signed(parties.merchant, certificate: .zero) },
            try ended(
                "no-ack", "an offer before the hello-ack", .unexpectedMessage, base: "handshake",
                .offer(samples.offer.encoded)
            ) { $0.start() },
            try refuse("turned-away", "the merchant is busy", .busy, base: "handshake") {
                $0.start()
                $0.receive(PayerScript.error(.busy), ends: .busy)
            },
            try refuse(
                "hello-late", "no hello-ack for ten seconds", .timedOut, base: "before-hello"
            ) {
                $0.start()
                $0.advance(by: 10, .timedOut)
            },
            try ended(
                "second-ack", "a second hello-ack", .unexpectedMessage, base: "handshake",
                .helloAck(try samples.helloAck)
            ) { try $0.shakeHands() },
        ]
    }

    private func badAnswers() throws -> [FixtureCase] {
        let paid = PayerScript.paid
        func afterPay(_ script: inout PayerScript) throws {
            try script.begin()
            try script.pay(0, 600, 100)
        }
        func wrong(
            _ id: String, _ about: String, base: String = "pay", _ message: PeerMessage,
            after: (inout PayerScript) throws -> Void
        ) throws -> FixtureCase {
            try ended(id, about, .unexpectedMessage, base: base, message, after: after)
        }
        let objects = try samples.objects
        let receipt = objects.first { $0.kind == .receipt }?.encoded ?? []
        func meter(_ number: UInt64, _ due: UInt64) throws -> PeerMessage {
            .meter(
                Meter(
                    handle: Handle(0), number: number, amountDue: try Amount(units: due), units: 1))
        }
        return [
            try wrong(
                "paid-unsent", "paid for a sequence that was not sent", try paid(1, 600, 500, 0),
                after: afterPay),
            try wrong(
                "spent-above", "more spent than accepted", try paid(0, 600, 601, 0), after: afterPay
            ),
            try wrong(
                "accepted-falls", "what is accepted falls", try paid(0, 499, 400, 0),
                after: afterPay),
            try wrong(
                "paid-back", "a paid of a sequence below the last one", base: "pipelined",
                try paid(0, 700, 600, 0)
            ) {
                try $0.begin()
                try $0.pay(0, 600, 100)
                try $0.pay(1, 650, 50)
                try $0.pay(2, 700, 50)
                try $0.paid(2, 700, 600, covers: [0, 1, 2])
            },
            try wrong(
                "paid-unknown", "paid under a handle that is not in use", try paid(0, 600, 500, 5),
                after: afterPay),
            try wrong(
                "error-unsent", "an error for a payment that does not wait",
                PayerScript.error(.badPayword, 0, 1), after: afterPay),
            try wrong(
                "error-no-handle", "an error with a sequence and no handle",
                PayerScript.error(.badPayword, nil, 0), after: afterPay),
            try wrong(
                "error-unasked", "an error about a handle where nothing waits", base: "resume",
                PayerScript.error(.busy, 0)
            ) { try $0.begin() },
            try wrong(
                "offer-unasked", "an offer that was not asked for", base: "handshake",
                .offer(samples.offer.encoded)
            ) { try $0.shakeHands() },
            try wrong(
                "opened-unasked", "opened twice", base: "resume",
                .opened(
                    Opened(
                        handle: Handle(0), paywords: [], accepted: .zero, spent: .zero))
            ) { try $0.begin() },
            try wrong(
                "opened-overspent", "opened with more spent than accepted", base: "resume",
                .opened(
                    Opened(
                        handle: Handle(0), paywords: [], accepted: .zero,
                        spent: try Amount(units: 1)))
            ) {
                try $0.shakeHands()
                try $0.open(0)
            },
            try wrong(
                "closed-unasked", "closed without a close", base: "resume",
                .closed(Handle(0), close: receipt, receipt: receipt)
            ) { try $0.begin() },
            try wrong(
                "receipt-unasked", "a receipt that was not asked for", base: "resume",
                .receipt(Handle(0), receipt)
            ) { try $0.begin() },
            try wrong(
                "meter-unopened", "a meter before the channel is open", base: "resume",
                try meter(1, 1)
            ) {
                try $0.shakeHands()
                try $0.open(0)
            },
            try refuse(
                "meter-back", "a meter whose amount falls", .unexpectedMessage, base: "meter"
            ) {
                try $0.begin()
                $0.receive(
                    try meter(1, 250),
                    events: [
                        SessionScript.object([
                            ("kind", .text("meter")), ("handle", .integer(0)),
                            ("number", .integer(1)), ("amount", .decimal(250)),
                            ("units", .integer(1)),
                        ])
                    ])
                $0.fail(try meter(2, 249), .unexpectedMessage)
            },
            try wrong(
                "payers-message", "a message that only payers send", base: "handshake",
                .quote("articles")
            ) { try $0.shakeHands() },
            try refuse("no-answer", "no answer within thirty seconds", .timedOut, base: "pay") {
                try afterPay(&$0)
                $0.advance(by: 30, .timedOut)
            },
            try refuse("sent-away", "the merchant ends the session", .rateLimited, base: "resume") {
                try $0.begin()
                $0.receive(PayerScript.error(.rateLimited), ends: .rateLimited)
            },
        ]
    }

    private func badFrames() throws -> [FixtureCase] {
        func bytes(_ id: String, _ about: String, _ reason: Reason, _ bytes: [UInt8]) throws
            -> FixtureCase
        {
            try refuse(id, about, reason, base: "handshake") {
                try $0.shakeHands()
                $0.fail(bytes, reason)
            }
        }
        return [
            try bytes("too-large", "a frame of 65,537 bytes", .tooLarge, [0, 1, 0, 1]),
            try bytes("empty", "a frame of no bytes", .malformed, [0, 0, 0, 0]),
            try bytes("no-cbor", "a frame that is no CBOR", .malformed, framed([0xff])),
            try bytes(
                "not-canonical", "a frame whose array has a long head", .notCanonical,
                framed([0x98, 0x02, 0x0d, 0x00])),
            try bytes(
                "unknown-type", "the message type 15", .unexpectedMessage,
                framed([0x82, 0x0f, 0xf6])),
        ]
    }

    /// What the payer's own session does not do. Nothing is sent.
    private func badCommands() throws -> [FixtureCase] {
        let quote: [(String, FixtureValue)] = [
            ("kind", .text("quote")), ("resource", .text("articles")),
        ]
        let receipt: [(String, FixtureValue)] = [
            ("kind", .text("receipt")), ("handle", .integer(0)),
        ]
        let request = try samples.objects.first { $0.kind == .closeRequest }?.encoded ?? []
        let close: [(String, FixtureValue)] = [
            ("kind", .text("close")), ("handle", .integer(0)), ("request", .hex(request)),
        ]
        return [
            try refuse(
                "too-early", "a quote before the hello-ack", .unexpectedMessage, base: "quote"
            ) {
                $0.start()
                $0.command(quote, refused: .unexpectedMessage)
            },
            try refuse(
                "too-many-requests", "a request more than the merchant lets wait", .busy,
                base: "quote"
            ) {
                try $0.shakeHands()
                for _ in 0..<16 { $0.command(quote, send: [.quote("articles")]) }
                $0.command(quote, refused: .busy)
            },
            try refuse(
                "too-many-channels", "a third channel where two are allowed", .limitExceeded,
                base: "interleaved"
            ) {
                try $0.begin()
                try $0.openChannel(1)
                try $0.open(2, refused: .limitExceeded)
            },
            try refuse(
                "pay-unknown", "a payment under a handle that is not in use", .unknownHandle,
                base: "pay"
            ) {
                try $0.begin()
                try $0.pay(0, 600, 100, handle: 1, refused: .unknownHandle)
            },
            try refuse(
                "pay-opening", "a payment before opened has come", .unknownHandle, base: "pay"
            ) {
                try $0.shakeHands()
                try $0.open(0)
                try $0.pay(0, 600, 100, refused: .unknownHandle)
            },
            try refuse(
                "pay-closing", "a payment while the channel is closing", .channelClosed,
                base: "close"
            ) {
                try $0.begin()
                $0.command(close, send: [.close(Handle(0), request)])
                try $0.pay(0, 600, 100, refused: .channelClosed)
            },
            try refuse(
                "receipt-closing", "a receipt while the channel is closing", .busy, base: "close"
            ) {
                try $0.begin()
                $0.command(close, send: [.close(Handle(0), request)])
                $0.command(receipt, refused: .busy)
            },
            try refuse(
                "close-while-receipt", "a close while a receipt is under way", .busy,
                base: "receipt"
            ) {
                try $0.begin()
                $0.command(receipt, send: [.receiptPlease(Handle(0))])
                $0.command(close, refused: .busy)
            },
            try refuse(
                "empty-reference", "a payment with a reference of no bytes", .malformed,
                base: "reference"
            ) {
                try $0.begin()
                try $0.pay(0, 600, 100, reference: [], refused: .malformed)
            },
            try refuse(
                "long-reference", "a payment with a reference of 65 bytes", .tooLarge,
                base: "reference"
            ) {
                try $0.begin()
                try $0.pay(
                    0, 600, 100, reference: [UInt8](repeating: 7, count: 65), refused: .tooLarge)
            },
        ]
    }
}
