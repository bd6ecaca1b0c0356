internal import PayWord
internal import PeerProtocol

extension PayerScript {
    /// Quote, open, payments, receipt, close, and a payment after it.
    func payHonestly(times count: UInt32) async throws {
        let line = try await connect()
        if let resource = target.resource { try await quote(resource, on: line) }
        var channel = try await channel()
        let handle = try await open(channel, on: line)
        let count = min(count, PayerChannel.length.value - 1)
        for sequence in 0..<count {
            try await pay(&channel, handle, on: line, sequence: sequence)
        }
        await line.send(.receiptPlease(handle))
        try await expectReceipt(channel, on: line, count)
        let request = try channel.payer.sign(
            CloseRequest(commitmentID: channel.id, merchant: target.merchant, createdAt: now))
        await line.send(.close(handle, request.encoded))
        try await expectClosed(channel, handle, on: line)
        await line.send(
            .pay(
                Pay(
                    handle: handle, sequence: count, paywords: [channel.claim(channel.index + 1)],
                    amount: .zero)))
        try await expectRefusal(
            .channelClosed, handle, count, on: line, rule: "TC-06.29")
    }

    private func quote(_ resource: String, on line: PayerLine) async throws {
        await line.send(.quote(resource))
        let answer = await line.next()
        var isRight = false
        if case .message(.offer(let bytes)) = answer,
            let offer = try? SignedObject<Offer>(decoding: bytes).verified().payload
        {
            isRight =
                offer.merchant == target.merchant && offer.resource == resource
                && offer.asset == target.asset && now <= offer.validUntil
        }
        find(
            "TC-06.15", "an offer for the resource, signed by the merchant and in time",
            seen: answer.text, isRight)
    }

    private func expectReceipt(
        _ channel: PayerChannel, on line: PayerLine, _ count: UInt32
    ) async throws {
        let answer = await line.next()
        var isRight = false
        if case .message(.receipt(_, let bytes)) = answer,
            let receipt = try? SignedObject<Receipt>(decoding: bytes).verified().payload
        {
            isRight = try agrees(receipt, channel) && receipt.payments == UInt64(count)
        }
        find("TC-06.30", "a receipt for what was paid", seen: answer.text, isRight)
    }

    private func expectClosed(
        _ channel: PayerChannel, _ handle: Handle, on line: PayerLine
    ) async throws {
        let answer = await line.next()
        var isRight = false
        if case .message(.closed(handle, let close, let receipt)) = answer,
            let close = try? SignedObject<Close>(decoding: close).verified().payload,
            let receipt = try? SignedObject<Receipt>(decoding: receipt).verified().payload
        {
            let final = close.final.first?.index.value ?? 0
            isRight =
                try close.commitmentID == channel.id && close.merchant == target.merchant
                && final <= channel.index && agrees(receipt, channel)
        }
        find("TC-06.29", "a close and a receipt, both signed", seen: answer.text, isRight)
    }

    private func agrees(_ receipt: Receipt, _ channel: PayerChannel) throws(Refusal) -> Bool {
        let worth = try channel.worth(channel.index)
        return receipt.commitmentID == channel.id && receipt.payer == channel.payer.publicKey
            && receipt.merchant == target.merchant && receipt.asset == target.asset
            && receipt.accepted == worth
            && receipt.spent.units == channel.spent
    }
}
