import PayWord
import PeerProtocol
import Testing
import TollTransport
import TollWallet

@Test func aChannelIsQuotedOpenedPaidReceiptedAndClosed() async throws {
    try await TestServer.run { test in
        let link = try await test.connect()
        #expect(link.merchant == test.key.publicKey)
        let offer = try await link.quote("/weather")
        #expect(try offer.verified().payload.resource == "/weather")
        await #expect(throws: Refusal(.unknownResource)) { try await link.quote("/nothing") }

        let opened = try await test.open(link)
        let answers = try await link.pay(
            opened.handle, [try testPayment(5, 3), try testPayment(6)])
        #expect(try answers.last?.get().accepted.units == 6)
        #expect(try answers.last?.get().spent.units == 4)

        let receipt = try await link.receipt(opened.handle)
        #expect(try receipt.verified().payload.spent.units == 4)

        let payer = try testKey(2)
        let commitment = try testCommitment(payer: payer, merchant: test.key.publicKey, nonce: 1)
        let request = CloseRequest(
            commitmentID: commitment.object.id, merchant: test.key.publicKey, createdAt: testNow)
        await #expect(throws: Refusal(.badSignature)) {
            try await link.close(opened.handle, try testKey(3).sign(request))
        }
        let closed = try await link.close(opened.handle, try payer.sign(request))
        #expect(try closed.close.verified().payload.commitmentID == commitment.object.id)
        let late = try await link.pay(opened.handle, [try testPayment(7)])
        #expect(late == [.failure(Refusal(.channelClosed))])
        await link.end()
        await link.end()
        await #expect(throws: Refusal(.timedOut)) { try await link.quote("/weather") }
    }
}

@Test func thousandsOfPipelinedPaymentsOverSeveralConnectionsAllCount() async throws {
    try await TestServer.run { test in
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in 0..<4 as Range<UInt64> {
                group.addTask {
                    let link = try await test.connect()
                    try await withThrowingTaskGroup(of: Void.self) { channels in
                        for channel in 0..<5 as Range<UInt64> {
                            channels.addTask {
                                let opened = try await test.open(
                                    link, nonce: connection * 100 + channel)
                                let answers = try await link.pay(
                                    opened.handle, try (1...1000).map { try testPayment($0) })
                                #expect(answers.count == 1000)
                                for answer in answers { _ = try answer.get() }
                                #expect(try answers.last?.get().spent.units == 1000)
                            }
                        }
                        try await channels.waitForAll()
                    }
                    await link.end()
                }
            }
            try await group.waitForAll()
        }
        let channels = await test.service.channels
        #expect(channels.count == 20)
        #expect(channels.values.allSatisfy { $0.payments == 1000 && $0.spent == 1000 })
    }
}

/// While a batch is being made durable, what arrives gathers into the next: this is what lets
/// thousands of payments share a commit.
@Test func paymentsThatArriveDuringABatchShareTheNext() async throws {
    try await TestServer.run { test in
        let link = try await test.connect()
        let first = try await test.open(link, nonce: 1)
        let second = try await test.open(link, nonce: 2)
        await test.service.hold()
        async let one = link.pay(first.handle, [try testPayment(1)])
        await test.service.untilHolding()
        async let many = link.pay(second.handle, try (1...500).map { try testPayment($0) })
        // An answer to a quote comes after the payments were read, and beside the held batch.
        _ = try await link.quote("/weather")
        await test.service.release()
        #expect(try await one.count == 1)
        #expect(try await many.count == 500)
        let sizes = await test.service.batchSizes
        #expect(sizes.first == 1)
        #expect(sizes.reduce(0, +) == 501)
        #expect(sizes.count < 20)
    }
}

@Test func aRefusedPaymentInThePipelineLeavesTheOthersAlone() async throws {
    try await TestServer.run { test in
        let link = try await test.connect()
        let opened = try await test.open(link)
        let answers = try await link.pay(
            opened.handle,
            [
                try testPayment(5), try testPayment(3), try testPayment(6),
                try testPayment(7, 1_000), try testPayment(8),
            ])
        let reasons = answers.map { answer in
            switch answer {
            case .success: nil as Reason?
            case .failure(let refusal): refusal.reason
            }
        }
        #expect(reasons == [nil, .staleIndex, nil, .insufficientFunds, nil])
        #expect(try answers[4].get().spent.units == 3)
        await link.end()
    }
}

@Test func aNewConnectionResumesWhereTheOldOneStood() async throws {
    try await TestServer.run { test in
        let old = try await test.connect()
        let opened = try await test.open(old)
        _ = try await old.pay(opened.handle, [try testPayment(9, 4)])
        await old.end()
        let new = try await test.connect()
        let resumed = try await test.open(new)
        #expect(resumed.accepted.units == 9)
        #expect(resumed.spent.units == 4)
        #expect(resumed.paywords == (try testPayment(9)).paywords)
        #expect(new.transcript != old.transcript)
        await new.end()
    }
}

@Test func threat07OneCommitmentOnTwoConnectionsIsOneChannel() async throws {
    try await TestServer.run { test in
        let first = try await test.connect()
        let second = try await test.connect()
        async let one = test.open(first)
        async let two = test.open(second)
        let (left, right) = try await (one, two)
        _ = try await first.pay(left.handle, [try testPayment(10, 5)])
        let answers = try await second.pay(right.handle, [try testPayment(10, 5)])
        #expect(try answers.first?.get().spent.units == 10)
        let more = try await first.pay(left.handle, [try testPayment(10, 1)])
        #expect(more == [.failure(Refusal(.insufficientFunds))])
        #expect(await test.service.channels.count == 1)
        await first.end()
        await second.end()
    }
}

@Test func payingUnderAHandleThatIsNotOpenIsRefusedAtOnce() async throws {
    try await TestServer.run { test in
        let link = try await test.connect()
        let answers = try await link.pay(Handle(9), [try testPayment(1), try testPayment(2)])
        #expect(
            answers == [.failure(Refusal(.unknownHandle)), .failure(Refusal(.unknownHandle))])
        await link.end()
    }
}
