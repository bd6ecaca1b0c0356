internal import PayWord
internal import PeerProtocol

/// Transcripts of the payer's side of a connection.
func payerFixtures(_ samples: Samples) throws -> FixtureFile {
    let scripts = PayerScripts(samples: samples)
    return FixtureFile(
        subject: "sessions", name: "payer",
        description: """
            The payer's side of one connection, step by step. A step hands in bytes (`receive`), \
            the time alone (`advance`) or what the payer is to do (`command`); then the session \
            sends these frames, tells these `events`, and ends for this reason, or goes on. \
            `refused` is why it did not carry out a command. Handles and sequences count from 0.
            """, cases: try scripts.accepted() + (try scripts.refused()))
}

struct PayerScripts {
    let samples: Samples

    func accept(
        _ id: String, _ about: String, _ write: (inout PayerScript) throws -> Void
    ) throws -> FixtureCase {
        var script = PayerScript(samples)
        try write(&script)
        return .accept("payer-\(id)", about, script.inputs, script.result)
    }

    func refuse(
        _ id: String, _ about: String, _ reason: Reason, base: String,
        _ write: (inout PayerScript) throws -> Void
    ) throws -> FixtureCase {
        var script = PayerScript(samples)
        try write(&script)
        return .refuse(
            "payer-\(id)", about, script.inputs, reason, base: "payer-\(base)",
            [("result", SessionScript.object(script.result))])
    }

    func accepted() throws -> [FixtureCase] {
        try handshakes() + requests() + payments() + (try channels())
    }

    private func handshakes() throws -> [FixtureCase] {
        let ack = framed(PeerMessage.helloAck(try samples.helloAck).encoded)
        let certificate = SHA256.digest(Array("a certificate".utf8))
        return [
            try accept("handshake", "a hello, and the merchant that is wanted") {
                try $0.shakeHands()
            },
            try accept("any-merchant", "whoever answers is taken") {
                $0.merchant = nil
                try $0.shakeHands()
            },
            try accept("chopped", "the hello-ack, byte by byte") { script in
                script.start()
                for byte in ack.dropLast() { script.receive([byte]) }
                script.receive([ack[ack.count - 1]], events: [try script.established()])
            },
            try accept("certificate", "the handshake covers the TLS certificate") { script in
                script.certificate = certificate
                script.start()
                let ack = try HelloAck.signed(
                    answering: samples.hello, version: 1, nonce: samples.merchantNonce,
                    limits: samples.limits, certificate: certificate,
                    by: samples.parties.merchant)
                let transcript = HelloTranscript.digest(
                    samples.hello, ack, certificate: certificate)
                script.receive(
                    .helloAck(ack), events: [try script.established(transcript: transcript)])
            },
            try accept("before-hello", "no hello-ack for nine seconds") { script in
                script.start()
                script.advance(by: 9)
            },
        ]
    }

    private func requests() throws -> [FixtureCase] {
        let offer = samples.offer.encoded
        func quote(_ script: inout PayerScript) {
            script.command(
                [("kind", .text("quote")), ("resource", .text("articles"))],
                send: [.quote("articles")])
        }
        let told = SessionScript.object([("kind", .text("offer")), ("object", .hex(offer))])
        return [
            try accept("quote", "a quote and its offer") {
                try $0.shakeHands()
                quote(&$0)
                $0.receive(.offer(offer), events: [told])
            },
            try accept(
                "quotes", "two quotes: the first is refused, which does not end the session"
            ) {
                try $0.shakeHands()
                quote(&$0)
                quote(&$0)
                $0.receive(
                    PayerScript.error(.unknownResource), .offer(offer),
                    events: [PayerScript.refused("offer", .unknownResource, []), told])
            },
            try accept("slow-answer", "an answer after 29 seconds") {
                try $0.shakeHands()
                quote(&$0)
                $0.advance(by: 29)
                $0.receive(.offer(offer), events: [told])
            },
            try accept("finish", "the payer is done") {
                try $0.shakeHands()
                $0.command([("kind", .text("finish"))], ends: .text("finished"))
            },
        ]
    }

    private func payments() throws -> [FixtureCase] {
        [
            try accept("pay", "a payment and its acknowledgement") {
                try $0.begin()
                try $0.pay(0, 600, 100)
                try $0.paid(0, 600, 500, covers: [0])
            },
            try accept("reference", "a payment with a reference of 64 bytes") {
                try $0.begin()
                try $0.pay(0, 600, 100, reference: [UInt8](repeating: 7, count: 64))
                try $0.paid(0, 600, 500, covers: [0])
            },
            try accept("pipelined", "three payments, one acknowledgement") {
                try $0.begin()
                try $0.pay(0, 600, 100)
                try $0.pay(1, 650, 50)
                try $0.pay(2, 700, 50)
                try $0.paid(2, 700, 600, covers: [0, 1, 2])
            },
            try accept("in-parts", "three payments, acknowledged two and one") {
                try $0.begin()
                for (sequence, index) in [(0, 600), (1, 650), (2, 700)] as [(UInt32, UInt32)] {
                    try $0.pay(sequence, index, 50)
                }
                try $0.paid(1, 650, 500, covers: [0, 1])
                try $0.paid(2, 700, 550, covers: [2])
            },
            try accept("one-refused", "the second of three is refused, the others count") {
                try $0.begin()
                for (sequence, index) in [(0, 600), (1, 650), (2, 700)] as [(UInt32, UInt32)] {
                    try $0.pay(sequence, index, 50)
                }
                $0.receive(
                    PayerScript.error(.insufficientFunds, 0, 1),
                    events: [
                        PayerScript.refused(
                            "refused", .insufficientFunds, [("handle", 0), ("sequence", 1)])
                    ])
                try $0.paid(2, 700, 500, covers: [0, 2])
            },
            try accept("stale", "a stale index: the error, then the channel as it stands") {
                try $0.begin()
                try $0.pay(0, 520, 10)
                $0.receive(
                    PayerScript.error(.staleIndex, 0, 0),
                    events: [
                        PayerScript.refused(
                            "refused", .staleIndex, [("handle", 0), ("sequence", 0)])
                    ])
                try $0.paid(0, 800, 700, covers: [])
            },
            try accept("refund", "what is spent may fall") {
                try $0.begin()
                try $0.pay(0, 600, 100)
                try $0.paid(0, 600, 500, covers: [0])
                try $0.paid(0, 600, 450, covers: [])
            },
        ]
    }

    private func channels() throws -> [FixtureCase] {
        let objects = try samples.objects
        func object(_ kind: ObjectKind) -> [UInt8] {
            objects.first { $0.kind == kind }?.encoded ?? []
        }
        func close(_ script: inout PayerScript) {
            script.command(
                [
                    ("kind", .text("close")), ("handle", .integer(0)),
                    ("request", .hex(object(.closeRequest))),
                ], send: [.close(Handle(0), object(.closeRequest))])
        }
        func meter(_ number: UInt64, _ due: UInt64) throws -> (PeerMessage, FixtureValue) {
            (
                .meter(
                    Meter(
                        handle: Handle(0), number: number, amountDue: try Amount(units: due),
                        units: number)),
                SessionScript.object([
                    ("kind", .text("meter")), ("handle", .integer(0)),
                    ("number", .integer(number)), ("amount", .decimal(due)),
                    ("units", .integer(number)),
                ])
            )
        }
        return [
            try accept("resume", "a channel that is resumed at what the merchant shows") {
                try $0.begin()
            },
            try accept(
                "open-refused", "a refused open leaves its handle free, and it is used again"
            ) {
                try $0.shakeHands()
                try $0.open(0)
                $0.receive(
                    PayerScript.error(.busy, 0), events: [PayerScript.refused("opened", .busy)])
                try $0.openChannel(0)
            },
            try accept(
                "interleaved", "two channels: each is answered by itself, the later one first"
            ) {
                try $0.begin()
                try $0.openChannel(1)
                try $0.pay(0, 600, 100, handle: 0)
                try $0.pay(0, 550, 50, handle: 1)
                try $0.pay(1, 650, 50, handle: 0)
                try $0.paid(0, 550, 450, covers: [0], handle: 1)
                try $0.paid(1, 650, 550, covers: [0, 1], handle: 0)
            },
            try accept("meter", "two readings of what is due") {
                try $0.begin()
                let (first, told) = try meter(1, 250)
                let (second, toldAgain) = try meter(3, 250)
                $0.receive(first, second, events: [told, toldAgain])
            },
            try accept("receipt", "a receipt is asked for") {
                try $0.begin()
                $0.command(
                    [("kind", .text("receipt")), ("handle", .integer(0))],
                    send: [.receiptPlease(Handle(0))])
                $0.receive(
                    .receipt(Handle(0), object(.receipt)),
                    events: [
                        SessionScript.object([
                            ("kind", .text("receipt")), ("handle", .integer(0)),
                            ("object", .hex(object(.receipt))),
                        ])
                    ])
            },
            try accept("close", "the channel is closed") {
                try $0.begin()
                close(&$0)
                $0.receive(
                    .closed(Handle(0), close: object(.close), receipt: object(.receipt)),
                    events: [
                        SessionScript.object([
                            ("kind", .text("closed")), ("handle", .integer(0)),
                            ("close", .hex(object(.close))),
                            ("receipt", .hex(object(.receipt))),
                        ])
                    ])
            },
            try accept("close-refused", "after a refused close the channel is open") {
                try $0.begin()
                close(&$0)
                $0.receive(
                    PayerScript.error(.internal, 0),
                    events: [PayerScript.refused("closed", .internal)])
                try $0.pay(0, 600, 100)
            },
        ]
    }
}
