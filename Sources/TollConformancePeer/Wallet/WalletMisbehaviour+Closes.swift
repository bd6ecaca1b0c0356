internal import PayWord
internal import PeerProtocol

/// Closes that are not the payer's to ask for.
extension WalletMisbehaviour {
    static let closes = [
        refused(
            "close-by-another-key", "asks to close with a request that another key signed",
            .badSignature
        ) { script, channel in
            try script.freshKey().sign(
                CloseRequest(
                    commitmentID: channel.id, merchant: script.target.merchant,
                    createdAt: script.now)
            ).encoded
        },
        refused(
            "close-of-another-channel", "asks to close with the request of another channel",
            .malformed
        ) { script, channel in
            let other = Forgery.altered(channel.id.bytes)
            return try channel.payer.sign(
                CloseRequest(
                    commitmentID: CommitmentID(other) ?? channel.id,
                    merchant: script.target.merchant, createdAt: script.now)
            ).encoded
        },
        WalletMisbehaviour(
            "pay-after-close", row: "15", rules: "TC-06.29 TC-06.56",
            does: "closes its channel, then pays, closes again and opens it again",
            expects: "error channel-closed to the payment and the close; opened is allowed"
        ) { script in
            let (line, channel, handle) = try await script.paidChannel()
            let request = try channel.payer.sign(
                CloseRequest(
                    commitmentID: channel.id, merchant: script.target.merchant,
                    createdAt: script.now))
            await line.send(.close(handle, request.encoded))
            let answer = await line.next()
            var isClosed = false
            if case .message(.closed(handle, _, _)) = answer { isClosed = true }
            script.find("TC-06.29", "closed", seen: answer.text, isClosed)
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 1, paywords: [channel.claim(2)], amount: .zero)))
            try await script.expectRefusal(
                .channelClosed, handle, 1, on: line, rule: "TC-06.29")
            await line.send(.close(handle, request.encoded))
            try await script.expectRefusal(.channelClosed, handle, on: line, rule: "TC-06.56")
            let again = try await script.connect()
            let name = try await script.open(channel, on: again)
            await again.send(
                .pay(Pay(handle: name, sequence: 0, paywords: [channel.claim(2)], amount: .zero)))
            try await script.expectRefusal(
                .channelClosed, name, 0, on: again, rule: "TC-06.23")
        },
    ]

    private static func refused(
        _ name: String, _ does: String, _ reason: Reason,
        _ make: @escaping @Sendable (PayerScript, PayerChannel) throws -> [UInt8]
    ) -> WalletMisbehaviour {
        WalletMisbehaviour(
            name, row: "15", rules: "TC-06.53", does: does,
            expects: "error \(reason.code) about the handle; the channel stays open"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            await line.send(.close(handle, try make(script, channel)))
            try await script.expectRefusal(reason, handle, on: line, rule: "TC-06.53")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 1)
            try await script.expectUnharmed(channel)
        }
    }
}
