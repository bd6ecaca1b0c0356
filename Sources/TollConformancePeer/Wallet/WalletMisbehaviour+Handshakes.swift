internal import PayWord
internal import PeerProtocol

/// Connections that do not begin as they must.
extension WalletMisbehaviour {
    static let handshakes = [
        WalletMisbehaviour(
            "no-hello", row: "30", rules: "TC-06.50", does: "connects and says nothing",
            expects: "error timed-out about the connection, and its end"
        ) { script in
            let line = try await script.dial()
            await script.expectEnd(
                .timedOut, on: line, within: script.target.silenceTime, rule: "TC-06.50")
            try await script.expectServesOthers()
        },
        WalletMisbehaviour(
            "slow-bytes", row: "30", rules: "TC-06.50",
            does: "sends its hello one byte at a time, for ever",
            expects: "error timed-out about the connection, and its end"
        ) { script in
            let line = try await script.dial()
            let hello = Forgery.frame(.hello(Hello(nonce: .zero, agent: "slow")))
            // The last byte is never sent: a slow frame is one that does not end.
            let count = Int(
                script.target.silenceTime / max(script.target.byteTime, .milliseconds(1)))
            for byte in hello.dropLast().prefix(count) {
                await line.send(forged: [byte])
                let answer = await line.next(within: script.target.byteTime)
                guard case .silence = answer else {
                    return await end(answer, line, script)
                }
            }
            await script.expectEnd(
                .timedOut, on: line, within: script.target.silenceTime, rule: "TC-06.50")
            try await script.expectServesOthers()
        },
        firstFrame(
            "first-frame-not-hello", "sends a quote before hello", .unexpectedMessage,
            .quote("a")),
        firstFrame(
            "unsupported-version", "offers version 65,535 alone", .unsupportedVersion,
            .hello(Hello(versions: [.max], nonce: .zero, agent: "another version"))),
        WalletMisbehaviour(
            "second-hello", row: "31", rules: "TC-06.35", does: "says hello a second time",
            expects: "error unexpected-message about the connection, and its end"
        ) { script in
            let (line, channel, _) = try await script.paidChannel()
            await line.send(.hello(Hello(nonce: .zero, agent: "again")))
            await script.expectEnd(.unexpectedMessage, on: line, rule: "TC-06.35")
            try await script.expectUnharmed(channel)
        },
    ]

    private static func end(
        _ answer: PayerLine.Answer, _ line: PayerLine, _ script: PayerScript
    ) async {
        var isRight = false
        if case .message(.error(let error)) = answer {
            isRight = error.reason == .timedOut && error.handle == nil
        }
        script.find(
            "TC-06.50", "error timed-out about the connection", seen: answer.text, isRight)
    }

    private static func firstFrame(
        _ name: String, _ does: String, _ reason: Reason, _ message: PeerMessage
    ) -> WalletMisbehaviour {
        WalletMisbehaviour(
            name, row: "31", rules: "TC-06.12", does: does,
            expects: "error \(reason.code) about the connection, and its end"
        ) { script in
            let line = try await script.dial()
            await line.send(message)
            await script.expectEnd(reason, on: line, rule: "TC-06.12")
            try await script.expectServesOthers()
        }
    }
}
