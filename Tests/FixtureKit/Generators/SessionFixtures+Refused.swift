internal import PayWord
internal import PeerProtocol

extension SessionScripts {
    /// Sessions in which one thing is wrong, at the end.
    var refused: [FixtureCase] {
        get throws { try [beforeHello, afterHello, opens, onChannels].flatMap { try $0() } }
    }

    /// A session that ends because of what it was handed.
    private func ended(
        _ id: String, _ about: String, _ reason: Reason, base: String,
        _ bytes: [UInt8], after: (inout SessionScript) throws -> Void
    ) throws -> FixtureCase {
        try refuse(id, about, reason, base: base) { script in
            try after(&script)
            script.receive(bytes, send: [error(reason)], ends: reason)
        }
    }

    private func frame(_ message: PeerMessage) -> [UInt8] { framed(message.encoded) }

    private func beforeHello() throws -> [FixtureCase] {
        let hello = frame(.hello(samples.hello))
        let later = Hello(versions: [2], nonce: samples.payerNonce, agent: "later")
        return [
            try ended(
                "no-hello", "a quote before the hello", .unexpectedMessage, base: "handshake",
                frame(.quote("articles"))
            ) { _ in },
            try ended(
                "version-2", "a payer that speaks version 2 alone", .unsupportedVersion,
                base: "later-version", frame(.hello(later))
            ) { _ in },
            try ended(
                "too-large", "a frame of 65,537 bytes", .tooLarge, base: "handshake",
                [0, 1, 0, 1]
            ) { _ in },
            try ended(
                "not-canonical", "a hello whose array has a long head", .notCanonical,
                base: "handshake",
                framed([0x98, 0x04] + hello[5...])
            ) { _ in },
            try refuse(
                "hello-late", "no hello within ten seconds", .timedOut, base: "handshake"
            ) { $0.advance(by: 10, send: [error(.timedOut)], ends: .timedOut) },
            try refuse(
                "hello-slow", "half a hello, and nothing for ten seconds", .timedOut,
                base: "chopped"
            ) { script in
                script.receive(Array(hello.prefix(hello.count / 2)))
                script.advance(by: 10, send: [error(.timedOut)], ends: .timedOut)
            },
        ]
    }

    private func afterHello() throws -> [FixtureCase] {
        func ended(_ id: String, _ about: String, _ reason: Reason, _ bytes: [UInt8])
            throws -> FixtureCase
        {
            try self.ended(id, about, reason, base: "handshake", bytes) { try $0.shakeHands() }
        }
        return [
            try ended(
                "second-hello", "a second hello", .unexpectedMessage,
                frame(.hello(samples.hello))),
            try ended(
                "merchants-message", "a message that only a merchant sends", .unexpectedMessage,
                frame(try paid(1, 1, 1))),
            try ended(
                "unknown-type", "the message type 15", .unexpectedMessage,
                framed([0x82, 0x0f, 0xf6])),
            try ended("malformed", "a frame that is no CBOR", .malformed, framed([0xff])),
            try refuse("idle", "silence for ten minutes", .timedOut, base: "before-idle") {
                try $0.shakeHands()
                $0.advance(by: 600, send: [error(.timedOut)], ends: .timedOut)
            },
            try refuse(
                "frame-slow", "a frame that is not whole after thirty seconds", .timedOut,
                base: "handshake"
            ) { script in
                try script.shakeHands()
                script.receive([0, 0, 0, 10, 0x82])
                script.advance(by: 30, send: [error(.timedOut)], ends: .timedOut)
            },
        ]
    }

    /// An open is refused alone; the session goes on.
    private func opens() throws -> [FixtureCase] {
        func refusedOpen(
            _ id: String, _ about: String, _ reason: Reason,
            _ change: (inout Open) throws -> Void
        ) throws -> FixtureCase {
            try refuse(id, about, reason, base: "open") { script in
                var open = try samples.open(handle)
                try change(&open)
                try script.shakeHands()
                script.receive(.open(open), send: [error(reason, handle)])
            }
        }
        let id = samples.commitment.object.id
        return [
            try refusedOpen(
                "proof-by-stranger", "a proof by another key than the payer's", .badSignature
            ) {
                $0.proof = try OpenProof.sign(
                    try samples.transcript, id, by: samples.parties.stranger)
            },
            try refusedOpen(
                "proof-of-other-connection",
                "a proof made for another connection, as an impostor would relay it",
                .badSignature
            ) {
                var hello = samples.hello
                hello.agent = "another connection"
                let transcript = HelloTranscript.digest(
                    hello, try samples.helloAck, certificate: nil)
                $0.proof = try OpenProof.sign(transcript, id, by: samples.parties.payer)
            },
            try refusedOpen(
                "proof-of-other-commitment", "a proof made for another commitment",
                .badSignature
            ) {
                $0.proof = try OpenProof.sign(
                    try samples.transcript, samples.unknownCommitment,
                    by: samples.parties.payer)
            },
            try refusedOpen("cut-commitment", "a commitment cut short", .malformed) {
                $0.commitment.removeLast()
            },
            try refuse("handle-in-use", "a handle that is in use", .unexpectedMessage, base: "open")
            { script in
                try script.openChannel()
                script.receive(
                    .open(try samples.open(handle)),
                    send: [error(.unexpectedMessage, handle)])
            },
            try refuse(
                "too-many-channels", "a third channel where two are allowed", .limitExceeded,
                base: "open"
            ) { script in
                try script.openChannel()
                script.receive(
                    .open(try samples.open(Handle(8))), requests: [script.openRequest(8)])
                script.receive(
                    .open(try samples.open(Handle(9))), send: [error(.limitExceeded, Handle(9))])
            },
        ]
    }

    private func onChannels() throws -> [FixtureCase] {
        let first = try pay(1, 600, 100)
        let objects = try samples.objects
        func object(_ kind: ObjectKind) -> [UInt8] {
            objects.first { $0.kind == kind }?.encoded ?? []
        }
        let request = SessionScript.object([("kind", .text("close")), ("handle", .integer(7))])
        return [
            try refuse("unknown-handle", "a payment on no channel", .unknownHandle, base: "pay") {
                try $0.shakeHands()
                $0.receive(.pay(first), send: [error(.unknownHandle, handle, 1)])
            },
            try refuse(
                "pay-while-opening", "a payment before the channel is open", .unknownHandle,
                base: "pay"
            ) { script in
                try script.shakeHands()
                script.receive(
                    .open(try samples.open(handle)), requests: [script.openRequest(7)])
                script.receive(.pay(first), send: [error(.unknownHandle, handle, 1)])
            },
            try refuse(
                "sequence-repeated", "a sequence that does not rise", .unexpectedMessage,
                base: "pay"
            ) { script in
                try script.openChannel()
                script.receive(.pay(first), requests: [SessionScript.payRequest(first)])
                script.receive(
                    .pay(first), send: [error(.unexpectedMessage)], ends: .unexpectedMessage)
            },
            try refuse(
                "pay-after-close", "a payment on a closed channel", .channelClosed, base: "close"
            ) { script in
                try close(&script, object, request)
                script.receive(.pay(first), send: [error(.channelClosed, handle, 1)])
            },
            try refuse(
                "receipt-unknown", "a receipt of no channel", .unknownHandle, base: "receipt"
            ) {
                try $0.shakeHands()
                $0.receive(.receiptPlease(handle), send: [error(.unknownHandle, handle)])
            },
            try refuse(
                "close-cut", "a close request cut short", .malformed, base: "close"
            ) {
                try $0.openChannel()
                $0.receive(
                    .close(handle, object(.closeRequest).dropLast()),
                    send: [error(.malformed, handle)])
            },
        ]
    }
}
