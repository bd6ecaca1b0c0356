internal import PayWord
internal import PeerProtocol

extension SessionScripts {
    /// Sessions with two channels, refused requests, meters and an orderly end.
    var several: [FixtureCase] {
        get throws { try [interleaved, refusals, endings, abuse].flatMap { try $0() } }
    }

    private func request(_ kind: String, _ handle: UInt64 = 7) -> FixtureValue {
        SessionScript.object([("kind", .text(kind)), ("handle", .integer(handle))])
    }

    private func refusal(
        _ kind: String, _ reason: Reason, _ handle: UInt64? = 7
    ) -> [(String, FixtureValue)] {
        [("kind", .text(kind))] + (handle.map { [("handle", .integer($0))] } ?? []) + [
            ("refused", .text(reason.code))
        ]
    }

    private func pay(
        on handle: UInt16, _ sequence: UInt32, _ index: UInt32, reference: [UInt8]? = nil
    )
        throws -> Pay
    {
        Pay(
            handle: Handle(handle), sequence: sequence,
            paywords: [try samples.payword(0, index)], amount: try Amount(units: 50),
            reference: reference)
    }

    private func outcome(
        _ handle: UInt64, _ sequence: UInt64, _ accepted: UInt64, _ spent: UInt64
    ) -> FixtureValue {
        SessionScript.object([
            ("handle", .integer(handle)), ("sequence", .integer(sequence)),
            ("accepted", .decimal(accepted)), ("spent", .decimal(spent)),
        ])
    }

    private func paid(_ handle: UInt16, _ sequence: UInt32, _ accepted: UInt64, _ spent: UInt64)
        throws -> PeerMessage
    {
        .paid(
            Paid(
                handle: Handle(handle), sequence: sequence, accepted: try Amount(units: accepted),
                spent: try Amount(units: spent)))
    }

    /// A second channel, under handle 8, on which nothing is paid yet.
    private func openSecond(_ script: inout SessionScript) throws {
        script.receive(.open(try samples.open(Handle(8))), requests: [script.openRequest(8)])
        script.answer(
            [
                ("kind", .text("opened")), ("handle", .integer(8)), ("paywords", .list([])),
                ("accepted", .decimal(0)), ("spent", .decimal(0)),
            ],
            send: [
                .opened(
                    Opened(handle: Handle(8), paywords: [], accepted: .zero, spent: .zero))
            ])
    }

    private func interleaved() throws -> [FixtureCase] {
        let (first, second) = (try pay(on: 7, 1, 600), try pay(on: 7, 2, 650))
        let other = try pay(on: 8, 1, 60)
        let requests = [first, other, second].map(SessionScript.payRequest)
        return [
            try accept("two-channels", "payments of two channels by turns, answered at once") {
                try $0.openChannel()
                try openSecond(&$0)
                $0.receive(.pay(first), .pay(other), .pay(second), requests: requests)
                $0.answer(
                    payments(
                        outcome(7, 1, 600, 450), outcome(8, 1, 60, 50), outcome(7, 2, 650, 500)),
                    send: [try paid(7, 2, 650, 500), try paid(8, 1, 60, 50)])
            },
            try accept("reordered", "the channel that came later is answered first") {
                try $0.openChannel()
                try openSecond(&$0)
                $0.receive(.pay(first), .pay(other), .pay(second), requests: requests)
                $0.answer(payments(outcome(8, 1, 60, 50)), send: [try paid(8, 1, 60, 50)])
                $0.answer(payments(outcome(7, 1, 600, 450)), send: [try paid(7, 1, 600, 450)])
                $0.answer(payments(outcome(7, 2, 650, 500)), send: [try paid(7, 2, 650, 500)])
            },
            try refuse(
                "out-of-order", "payments of one channel answered in another order", .internal,
                base: "reordered"
            ) {
                try $0.openChannel()
                try openSecond(&$0)
                $0.receive(.pay(first), .pay(other), .pay(second), requests: requests)
                $0.answer(
                    payments(outcome(7, 2, 650, 500)), send: [error(.internal)], ends: .internal)
            },
            try refuse(
                "answered-twice", "a payment answered a second time", .internal, base: "reordered"
            ) {
                try $0.openChannel()
                $0.receive(.pay(first), requests: [SessionScript.payRequest(first)])
                $0.answer(payments(outcome(7, 1, 600, 450)), send: [try paid(7, 1, 600, 450)])
                $0.answer(
                    payments(outcome(7, 1, 600, 450)), send: [error(.internal)], ends: .internal)
            },
            try refuse(
                "answered-unasked", "a payment answered under a handle without a channel",
                .internal, base: "reordered"
            ) {
                try $0.openChannel()
                $0.answer(
                    payments(outcome(8, 1, 600, 450)), send: [error(.internal)], ends: .internal)
            },
            try accept("sequence-gap", "sequences need not be consecutive, up to 2^32 - 1") {
                let last = try pay(on: 7, .max, 650)
                try $0.openChannel()
                $0.receive(
                    .pay(first), .pay(last), requests: [first, last].map(SessionScript.payRequest))
                $0.answer(
                    payments(outcome(7, 1, 600, 450), outcome(7, UInt64(UInt32.max), 650, 500)),
                    send: [try paid(7, .max, 650, 500)])
            },
            try accept("reference", "a payment with a reference of 64 bytes") {
                let named = try pay(on: 7, 1, 600, reference: [UInt8](repeating: 5, count: 64))
                try $0.openChannel()
                $0.receive(.pay(named), requests: [SessionScript.payRequest(named)])
                $0.answer(payments(outcome(7, 1, 600, 450)), send: [try paid(7, 1, 600, 450)])
            },
            try refuse(
                "empty-reference", "a payment with a reference of no bytes", .malformed,
                base: "reference"
            ) {
                let named = try pay(on: 7, 1, 600, reference: [])
                try $0.openChannel()
                $0.receive(.pay(named), send: [error(.malformed)], ends: .malformed)
            },
            try accept("certificate", "the handshake covers the TLS certificate") {
                let certificate = SHA256.digest(Array("a certificate".utf8))
                $0.certificate = certificate
                let ack = try HelloAck.signed(
                    answering: samples.hello, version: 1, nonce: samples.merchantNonce,
                    limits: samples.limits, certificate: certificate,
                    by: samples.parties.merchant)
                $0.receive(.hello(samples.hello), send: [.helloAck(ack)])
            },
            try accept("full", "beyond sixteen unanswered requests the merchant reads no further") {
                try fill(&$0)
            },
        ]
    }

    /// Sixteen quotes wait, and the seventeenth is read when one is answered.
    private func fill(_ script: inout SessionScript) throws {
        func wanted(_ resource: String) -> FixtureValue {
            SessionScript.object([("kind", .text("offer")), ("resource", .text(resource))])
        }
        try script.shakeHands()
        script.receive(.quote("q0"), requests: [wanted("q0")])
        for number in 1..<16 { script.receive(.quote("q\(number)")) }
        script.receive(.receiptPlease(handle))
        script.answer(
            refusal("offer", .unknownResource, nil),
            send: [error(.unknownResource), error(.unknownHandle, handle)],
            requests: [wanted("q1")])
        script.answer(
            [("kind", .text("offer")), ("object", .hex(samples.offer.encoded))],
            send: [.offer(samples.offer.encoded)], requests: [wanted("q2")])
    }

    /// What the merchant refuses from behind the session is sent as it is told.
    private func refusals() throws -> [FixtureCase] {
        let objects = try samples.objects
        let wish = objects.first { $0.kind == .closeRequest }?.encoded ?? []
        let opens: [Reason] = [
            .commitmentExpired, .duplicateCommitment, .limitExceeded, .notReserved,
            .reservationMismatch, .untrustedBroker, .unsupportedCondition, .wrongAsset,
            .wrongMerchant,
        ]
        let pays: [Reason] = [
            .badPayword, .indexPastEnd, .insufficientFunds, .jumpTooLong, .rateLimited,
            .referenceConflict, .storageFailed, .unknownChain,
        ]
        let first = try pay(on: 7, 1, 600)
        return try opens.map { reason in
            try refuse(
                "open-\(reason.code)", "the merchant refuses the open with \(reason.code)", reason,
                base: "open"
            ) { script in
                try script.shakeHands()
                script.receive(
                    .open(try samples.open(handle)), requests: [script.openRequest(7)])
                script.answer(refusal("opened", reason), send: [error(reason, handle)])
            }
        }
            + (try pays.map { reason in
                try refuse(
                    "pay-\(reason.code)", "the merchant refuses the payment with \(reason.code)",
                    reason, base: "pay"
                ) { script in
                    try script.openChannel()
                    script.receive(.pay(first), requests: [SessionScript.payRequest(first)])
                    script.answer(
                        payments(
                            SessionScript.object([
                                ("handle", .integer(7)), ("sequence", .integer(1)),
                                ("refused", .text(reason.code)),
                            ])), send: [error(reason, handle, 1)])
                }
            }) + [
                try accept("open-again", "a refused open leaves its handle free") { script in
                    try script.shakeHands()
                    script.receive(
                        .open(try samples.open(handle)), requests: [script.openRequest(7)])
                    script.answer(
                        refusal("opened", .notReserved), send: [error(.notReserved, handle)])
                    try script.reopen()
                },
                try refuse(
                    "quote-unknown", "nothing is sold under this name", .unknownResource,
                    base: "quote"
                ) {
                    try $0.shakeHands()
                    $0.receive(
                        .quote("nothing"),
                        requests: [
                            SessionScript.object([
                                ("kind", .text("offer")), ("resource", .text("nothing")),
                            ])
                        ])
                    $0.answer(
                        refusal("offer", .unknownResource, nil), send: [error(.unknownResource)])
                },
                try refuse(
                    "close-refused", "the merchant cannot close", .storageFailed, base: "close"
                ) {
                    try $0.openChannel()
                    $0.receive(.close(handle, wish), requests: [request("close")])
                    $0.answer(
                        refusal("closed", .storageFailed), send: [error(.storageFailed, handle)])
                },
                try refuse(
                    "receipt-refused", "the merchant cannot make a receipt", .internal,
                    base: "receipt"
                ) {
                    try $0.openChannel()
                    $0.receive(.receiptPlease(handle), requests: [request("receipt")])
                    $0.answer(refusal("receipt", .internal), send: [error(.internal, handle)])
                },
                try refuse(
                    "receipt-twice", "a receipt while one is under way", .busy, base: "receipt"
                ) {
                    try $0.openChannel()
                    $0.receive(.receiptPlease(handle), requests: [request("receipt")])
                    $0.receive(.receiptPlease(handle), send: [error(.busy, handle)])
                },
                try refuse(
                    "close-twice", "a close while one is under way", .busy, base: "close"
                ) {
                    try $0.openChannel()
                    $0.receive(.close(handle, wish), requests: [request("close")])
                    $0.receive(.close(handle, wish), send: [error(.busy, handle)])
                },
                try refuse(
                    "pay-while-closing", "a payment while the channel is closing", .channelClosed,
                    base: "close"
                ) {
                    try $0.openChannel()
                    $0.receive(.close(handle, wish), requests: [request("close")])
                    $0.receive(.pay(first), send: [error(.channelClosed, handle, 1)])
                },
            ]
    }

    private func endings() throws -> [FixtureCase] {
        let first = try pay(on: 7, 1, 600)
        func reading(_ number: UInt64, _ due: UInt64) throws -> Meter {
            Meter(handle: handle, number: number, amountDue: try Amount(units: due), units: number)
        }
        return [
            try accept(
                "meter", "two readings of what is due; a number that is not above is left out"
            ) {
                try $0.openChannel()
                let (low, high) = (try reading(1, 250), try reading(2, 500))
                $0.meter(low, send: [.meter(low)])
                $0.meter(high, send: [.meter(high)])
                $0.meter(low, send: [])
            },
            try accept("payers-error", "a payer's error about a handle calls for nothing") {
                try $0.openChannel()
                $0.receive(error(.overclaimed, handle))
            },
            try refuse(
                "payer-leaves", "a payer's error about the connection ends it", .overclaimed,
                base: "payers-error"
            ) {
                try $0.openChannel()
                $0.receive(error(.overclaimed), ends: .overclaimed)
            },
            try accept("finish", "what was asked is answered, then the session ends") {
                try $0.openChannel()
                $0.receive(.pay(first), requests: [SessionScript.payRequest(first)])
                $0.finish()
                $0.answer(
                    payments(outcome(7, 1, 600, 450)), send: [try paid(7, 1, 600, 450)],
                    isFinished: true)
            },
            try refuse(
                "finish-busy", "what is asked after the merchant began to stop is busy", .busy,
                base: "finish"
            ) {
                try $0.openChannel()
                $0.receive(.pay(first), requests: [SessionScript.payRequest(first)])
                $0.finish()
                $0.receive(.quote("articles"), send: [error(.busy)])
            },
            try accept("finish-at-once", "nothing waits: the session ends at once") {
                try $0.shakeHands()
                $0.finish(isFinished: true)
            },
        ]
    }

    /// Sixteen refusals of what no honest peer sends.
    private func abuse() throws -> [FixtureCase] {
        func forge(_ script: inout SessionScript, _ count: Int) throws {
            var open = try samples.open(handle)
            open.commitment.removeLast()
            try script.shakeHands()
            for _ in 0..<count {
                script.receive(.open(open), send: [error(.malformed, handle)])
            }
        }
        return [
            try accept("tolerated", "fifteen forged opens, and an honest one") {
                try forge(&$0, 15)
                try $0.reopen()
            },
            try refuse(
                "abuse", "a sixteenth forged open: it is refused, and the session ends",
                .rateLimited, base: "tolerated"
            ) {
                try forge(&$0, 15)
                var open = try samples.open(handle)
                open.commitment.removeLast()
                $0.receive(
                    .open(open), send: [error(.malformed, handle), error(.rateLimited)],
                    ends: .rateLimited)
            },
        ]
    }
}
