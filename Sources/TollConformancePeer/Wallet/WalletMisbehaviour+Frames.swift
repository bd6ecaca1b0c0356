internal import PayWord
internal import PeerProtocol

/// Frames that no honest encoder writes, on a connection that is established.
extension WalletMisbehaviour {
    static let frames = [
        frame(
            "frame-too-large", "TC-06.4", "sends a length of 65,537", .tooLarge, Forgery.oversized),
        frame("empty-frame", "TC-06.4", "sends a length of 0", .malformed, Forgery.empty),
        frame(
            "malformed-cbor", "TC-06.5", "sends a quote whose text ends before its length",
            .malformed, Forgery.truncated),
        frame(
            "indefinite-length", "TC-06.5", "sends an array of indefinite length", .notCanonical,
            Forgery.indefinite),
        frame(
            "non-canonical-cbor", "TC-06.5", "sends a quote with a longer head than it needs",
            .notCanonical, Forgery.nonCanonical(.quote("a"))),
        frame(
            "trailing-bytes", "TC-06.5", "sends a quote with a byte after its end", .malformed,
            Forgery.trailing(.quote("a"))),
        frame(
            "wrong-element-count", "TC-06.5", "sends a quote with an element too many", .malformed,
            Forgery.wrongCount),
        frame(
            "unknown-type", "TC-06.5", "sends a message of type 99", .unexpectedMessage,
            Forgery.unknownType, row: "31"),
        WalletMisbehaviour(
            "empty-reference", row: "34", rules: "TC-06.6",
            does: "pays with a reference of no bytes",
            expects: "error malformed about the connection, and its end"
        ) { script in
            let (line, channel, handle) = try await script.paidChannel()
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 1, paywords: [channel.claim(2)], amount: .zero,
                        reference: [])))
            await script.expectEnd(.malformed, on: line, rule: "TC-06.6")
            try await script.expectUnharmed(channel)
        },
        WalletMisbehaviour(
            "half-frame", row: "30", rules: "TC-06.50",
            does: "sends half a frame, then nothing",
            expects: "error timed-out about the connection, and its end"
        ) { script in
            let (line, channel, handle) = try await script.paidChannel()
            await line.send(forged: Forgery.half(.receiptPlease(handle)))
            await script.expectEnd(
                .timedOut, on: line, within: script.target.silenceTime, rule: "TC-06.50")
            try await script.expectUnharmed(channel)
        },
    ]

    private static func frame(
        _ name: String, _ rule: String, _ does: String, _ reason: Reason, _ bytes: [UInt8],
        row: String = "29"
    ) -> WalletMisbehaviour {
        WalletMisbehaviour(
            name, row: row, rules: rule, does: does,
            expects: "error \(reason.code) about the connection, and its end"
        ) { script in
            let (line, channel, _) = try await script.paidChannel()
            await line.send(forged: bytes)
            await script.expectEnd(reason, on: line, rule: rule)
            try await script.expectUnharmed(channel)
        }
    }
}
