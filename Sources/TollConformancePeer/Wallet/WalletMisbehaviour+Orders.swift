internal import PayWord
internal import PeerProtocol

/// Messages in a place where they have none.
extension WalletMisbehaviour {
    static let orders = [
        ended(
            "sequence-not-ascending", "TC-06.22",
            "sends a payment with the sequence of the last one"
        ) { channel, handle in
            .pay(
                Pay(
                    handle: handle, sequence: 0, paywords: [channel.claim(channel.index + 1)],
                    amount: .zero))
        },
        ended("meter-from-a-payer", "TC-06.35", "sends a meter") { _, handle in
            .meter(Meter(handle: handle, number: 1, amountDue: .zero, units: 0))
        },
        ended("paid-from-a-payer", "TC-06.35", "acknowledges its own payment") { _, handle in
            .paid(Paid(handle: handle, sequence: 0, accepted: .zero, spent: .zero))
        },
        ended(
            "error-without-handle", "TC-06.32", "sends an error with a sequence and no handle"
        ) { _, _ in
            .error(PeerError(Refusal(.busy), handle: nil, sequence: 0))
        },
        WalletMisbehaviour(
            "unknown-handle", row: "31", rules: "TC-06.56",
            does: "pays, closes and asks for a receipt under a handle that it never opened",
            expects: "error unknown-handle, three times"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            let stranger = Handle(60_000)
            await line.send(
                .pay(
                    Pay(handle: stranger, sequence: 0, paywords: [channel.claim(2)], amount: .zero))
            )
            try await script.expectRefusal(
                .unknownHandle, stranger, 0, on: line, rule: "TC-06.56")
            let request = try channel.payer.sign(
                CloseRequest(
                    commitmentID: channel.id, merchant: script.target.merchant,
                    createdAt: script.now))
            await line.send(.close(stranger, request.encoded))
            try await script.expectRefusal(.unknownHandle, stranger, on: line, rule: "TC-06.56")
            await line.send(.receiptPlease(stranger))
            try await script.expectRefusal(.unknownHandle, stranger, on: line, rule: "TC-06.56")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 1)
        },
        WalletMisbehaviour(
            "handle-in-use", row: "31", rules: "TC-06.16 TC-06.56",
            does: "opens a second channel under the handle of the first",
            expects: "error unexpected-message about the handle; the first goes on"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            let second = try await script.channel()
            await line.send(.open(try second.open(handle, line.transcript)))
            try await script.expectRefusal(
                .unexpectedMessage, handle, on: line, rule: "TC-06.56")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 1)
        },
        WalletMisbehaviour(
            "unknown-resource", row: "31", rules: "TC-06.15",
            does: "asks for the price of what nobody sells",
            expects: "error unknown-resource without a handle; the session goes on"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            await line.send(.quote("tollchain conformance: no such thing"))
            try await script.expectRefusal(.unknownResource, nil, on: line, rule: "TC-06.15")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 1)
        },
    ]

    private static func ended(
        _ name: String, _ rule: String, _ does: String,
        _ make: @escaping @Sendable (PayerChannel, Handle) -> PeerMessage
    ) -> WalletMisbehaviour {
        WalletMisbehaviour(
            name, row: "31", rules: rule, does: does,
            expects: "error unexpected-message about the connection, and its end"
        ) { script in
            let (line, channel, handle) = try await script.paidChannel()
            await line.send(make(channel, handle))
            await script.expectEnd(.unexpectedMessage, on: line, rule: rule)
            try await script.expectUnharmed(channel)
        }
    }
}
