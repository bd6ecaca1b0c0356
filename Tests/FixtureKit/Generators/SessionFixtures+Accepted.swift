internal import PayWord
internal import PeerProtocol

extension SessionScripts {
    /// Sessions that go as they should.
    var accepted: [FixtureCase] {
        get throws {
            try [handshakes, channels, payments].flatMap { try $0() }
        }
    }

    private func handshakes() throws -> [FixtureCase] {
        let hello = framed(PeerMessage.hello(samples.hello).encoded)
        let offer = samples.offer.encoded
        return [
            try accept(
                "handshake", "a hello and its answer"
            ) { try $0.shakeHands() },
            try accept(
                "chopped", "the hello, byte by byte"
            ) { script in
                for byte in hello.dropLast() { script.receive([byte]) }
                script.receive(
                    Array(hello.suffix(1)), send: [.helloAck(try samples.helloAck)])
            },
            try accept(
                "later-version", "a payer that also speaks a later version"
            ) { script in
                let hello = Hello(
                    versions: [2, 1], nonce: samples.payerNonce, agent: "later")
                let ack = try HelloAck.signed(
                    answering: hello, version: 1, nonce: samples.merchantNonce,
                    limits: samples.limits, certificate: nil, by: samples.parties.merchant)
                script.receive(.hello(hello), send: [.helloAck(ack)])
            },
            try accept(
                "quote", "a quote and its offer"
            ) { script in
                try script.shakeHands()
                script.receive(
                    .quote("articles"),
                    requests: [
                        SessionScript.object([
                            ("kind", .text("offer")), ("resource", .text("articles")),
                        ])
                    ])
                script.answer(
                    [("kind", .text("offer")), ("object", .hex(offer))],
                    send: [.offer(offer)])
            },
            try accept(
                "before-idle", "silence for one second less than the limit"
            ) { script in
                try script.shakeHands()
                script.advance(by: 599)
            },
        ]
    }

    private func channels() throws -> [FixtureCase] {
        let objects = try samples.objects
        func object(_ kind: ObjectKind) -> [UInt8] {
            objects.first { $0.kind == kind }?.encoded ?? []
        }
        func request(_ kind: String) -> FixtureValue {
            SessionScript.object([("kind", .text(kind)), ("handle", .integer(7))])
        }
        return [
            try accept(
                "open", "a channel that is resumed"
            ) { try $0.openChannel() },
            try accept(
                "receipt", "a receipt is asked for"
            ) { script in
                try script.openChannel()
                script.receive(.receiptPlease(handle), requests: [request("receipt")])
                script.answer(
                    [
                        ("kind", .text("receipt")), ("handle", .integer(7)),
                        ("object", .hex(object(.receipt))),
                    ], send: [.receipt(handle, object(.receipt))])
            },
            try accept(
                "close", "the channel is closed"
            ) { try close(&$0, object, request("close")) },
        ]
    }

    func close(
        _ script: inout SessionScript, _ object: (ObjectKind) -> [UInt8], _ request: FixtureValue
    ) throws {
        try script.openChannel()
        script.receive(.close(handle, object(.closeRequest)), requests: [request])
        script.answer(
            [
                ("kind", .text("closed")), ("handle", .integer(7)),
                ("close", .hex(object(.close))), ("receipt", .hex(object(.receipt))),
            ], send: [.closed(handle, close: object(.close), receipt: object(.receipt))])
    }

    private func payments() throws -> [FixtureCase] {
        let (first, second, third) = (
            try pay(1, 600, 100), try pay(2, 650, 50), try pay(3, 700, 50)
        )
        return [
            try accept(
                "pay", "one payment and its acknowledgement"
            ) { script in
                try script.openChannel()
                script.receive(.pay(first), requests: [SessionScript.payRequest(first)])
                script.answer(
                    payments(outcome(1, 600, 500)), send: [try paid(1, 600, 500)])
            },
            try accept(
                "pipelined", "three payments in one stretch, one acknowledgement"
            ) { script in
                try script.openChannel()
                script.receive(
                    .pay(first), .pay(second), .pay(third),
                    requests: [first, second, third].map(SessionScript.payRequest))
                script.answer(
                    payments(
                        outcome(1, 600, 500), outcome(2, 650, 550), outcome(3, 700, 600)),
                    send: [try paid(3, 700, 600)])
            },
            try accept(
                "one-refused",
                "the second of three is refused: its error comes before the acknowledgement"
            ) { script in
                try script.openChannel()
                script.receive(
                    .pay(first), .pay(second), .pay(third),
                    requests: [first, second, third].map(SessionScript.payRequest))
                script.answer(
                    payments(
                        outcome(1, 600, 500),
                        outcome(2, 600, 500, refused: .badPayword),
                        outcome(3, 700, 550)),
                    send: [error(.badPayword, handle, 2), try paid(3, 700, 550)])
            },
            try accept(
                "stale",
                "a stale index is answered with the error, then with the channel as it stands"
            ) { script in
                let stale = try pay(1, 300, 10)
                try script.openChannel()
                script.receive(.pay(stale), requests: [SessionScript.payRequest(stale)])
                script.answer(
                    payments(outcome(1, 500, 400, refused: .staleIndex)),
                    send: [error(.staleIndex, handle, 1), try paid(1, 500, 400)])
            },
        ]
    }
}
