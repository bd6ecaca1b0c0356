import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite(.timeLimit(.minutes(2))) struct GroupCommitTests {
    private func waitUntilQueued(_ count: Int, _ merchant: Merchant) async {
        while merchant.pipeline.count < count { await Task.yield() }
    }

    @Test func whatArrivesDuringACommitSharesTheNext() async throws {
        let bench = try MerchantBench()
        var channels: [PayingChannel] = []
        for nonce: UInt64 in 1...10 { channels.append(try await bench.opened(nonce: nonce)) }
        let gate = Gate()
        bench.store.gate = gate
        let merchant = bench.merchant
        let first = try bench.request(channels[0], [channels[0].claim(0, 1)], 10)
        async let lone = merchant.pay([first])
        await waitUntilQueued(1, merchant)
        // 200 payments from ten connections, one a channel, twenty on each.
        let waiting = try channels.map { channel in
            try (2...21).map { try bench.request(channel, [channel.claim(0, $0)], 10) }
        }
        let answers = await withTaskGroup(of: PaymentAnswers.self) { group in
            for requests in waiting { group.addTask { await merchant.pay(requests) } }
            await waitUntilQueued(201, merchant)
            gate.open()
            var answers: [PaymentAnswers] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
        #expect(try await lone[0].get().spent.units == 10)
        // One row a channel, however many payments it has.
        #expect(bench.store.advances == [1, 10])
        for answer in answers {
            // In order: each answer is the state after that payment.
            let accepted = try answer.map { try $0.get().accepted.units }
            #expect(accepted == (2...21).map { $0 * 100 })
        }
        for channel in channels {
            #expect(try await bench.stored(channel).accepted.units == 2100)
        }
    }

    @Test func aBoundedQueueIsBusy() async throws {
        var limits = MerchantLimits()
        limits.waitingPaymentsMaximum = 3
        let bench = try MerchantBench(limits: limits)
        let channel = try await bench.opened()
        let gate = Gate()
        bench.store.gate = gate
        let requests = try (1...5).map {
            try bench.request(channel, [channel.claim(0, $0)], 10)
        }
        let merchant = bench.merchant
        async let answers = merchant.pay(requests)
        await waitUntilQueued(3, merchant)
        gate.open()
        let found = await answers
        #expect(found.map { (try? $0.get()) != nil } == [true, true, true, false, false])
        #expect(throws: Refusal(.busy)) { try found[3].get() }
        #expect(try await bench.stored(channel).accepted.units == 300)
        // Refused ones leave no trace: the queue empties, and they pay when sent again.
        await merchant.drain()
        #expect(merchant.pipeline.count == 0)
        #expect(await merchant.pay(Array(requests[3...])).allSatisfy { (try? $0.get()) != nil })
    }

    /// A disk that hangs keeps nobody waiting but those whose payments it has.
    @Test func whatWaitsTooLongIsBusyAndPaysLater() async throws {
        var limits = MerchantLimits()
        limits.commitMaximum = .milliseconds(20)
        let bench = try MerchantBench(limits: limits)
        let (channel, other) = (try await bench.opened(), try await bench.opened(nonce: 2))
        let gate = Gate()
        bench.store.gate = gate
        let merchant = bench.merchant
        async let first = merchant.pay([try bench.request(channel, [channel.claim(0, 4)], 400)])
        while bench.store.advances.isEmpty { await Task.yield() }
        // Behind it, on the same channel and on another.
        let waiting = [
            try bench.request(channel, [channel.claim(0, 6)], 200, reference: "a"),
            try bench.request(other, [other.claim(0, 1)], 100),
        ]
        for answer in await merchant.pay(waiting) {
            #expect(throws: Refusal(.busy)) { try answer.get() }
        }
        // And whoever comes while the store still hangs.
        for answer in await merchant.pay(waiting) {
            #expect(throws: Refusal(.busy)) { try answer.get() }
        }
        gate.open()
        #expect(try await first[0].get().spent.units == 400)
        await merchant.drain()
        bench.store.gate = nil
        let later = await merchant.pay(waiting)
        #expect(try later.map { try $0.get().spent.units } == [600, 100])
        #expect(try await bench.stored(channel).payments == 2)
        #expect(try await bench.stored(other).payments == 1)
        #expect(merchant.pipeline.count == 0)
    }

    @Test func answersStandAtTheirPlaces() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let unknown = try bench.channel(nonce: 8)
        let answers = await bench.merchant.pay([
            try bench.request(channel, [channel.claim(0, 2)], 100),
            try bench.request(unknown, [unknown.claim(0, 2)], 100),
            try bench.request(channel, [channel.claim(0, 1)], 0),
            try bench.request(channel, [], 101),
            try bench.request(channel, [channel.claim(0, 3)], 200),
        ])
        let reasons = answers.map { answer -> Reason? in
            guard case .failure(let refusal) = answer else { return nil }
            return refusal.reason
        }
        #expect(reasons == [nil, .unknownCommitment, .staleIndex, .insufficientFunds, nil])
        #expect(try answers[4].get().spent.units == 300)
        #expect(await bench.merchant.pay([]).isEmpty)
    }

    @Test func aRefusalWhilePaymentsWaitDoesNotMisleadWhatFollows() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let gate = Gate()
        bench.store.gate = gate
        let merchant = bench.merchant
        async let first = merchant.pay([
            try bench.request(channel, [channel.claim(0, 4)], 400),
            try bench.request(channel, [channel.claim(0, 5)], 501),  // more than its credit
        ])
        await waitUntilQueued(1, merchant)
        async let second = merchant.pay([
            try bench.request(channel, [channel.claim(0, 5)], 0),
            try bench.request(channel, [channel.claim(0, 6)], 200),
        ])
        await waitUntilQueued(3, merchant)
        gate.open()
        let (one, other) = (try await first, try await second)
        #expect(try one[0].get().spent.units == 400)
        #expect(throws: Refusal(.insufficientFunds)) { try one[1].get() }
        #expect(try other.map { try $0.get().spent.units } == [400, 600])
        #expect(try await bench.stored(channel).accepted.units == 600)
    }

    @Test func referencesAreSafeToSendAtAnyTime() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let first = try bench.request(channel, [channel.claim(0, 1)], 60, reference: "a")
        let second = try bench.request(channel, [channel.claim(0, 3)], 40, reference: "b")
        // Together, again later with an index that is stale by now, and through another process.
        let together = await bench.merchant.pay([first, second, first, second])
        #expect(try together.map { try $0.get().wasCounted } == [true, true, false, false])
        let later = await bench.another().pay([second, first])
        #expect(try later.map { try $0.get().wasCounted } == [false, false])
        #expect(try later[1].get().spent.units == 100)
        // A stale index with a new reference is stale; a used one for another amount is a conflict.
        await expectRefusal(.staleIndex) {
            try await bench.pay(channel, [channel.claim(0, 2)], 1, reference: "c")
        }
        await expectRefusal(.referenceConflict) {
            try await bench.pay(channel, [channel.claim(0, 2)], 1, reference: "a")
        }
        #expect(try await bench.stored(channel).payments == 2)
    }

    /// What costs the payer nothing costs the merchant no row, however often it is sent.
    @Test func aPaymentOfNothingKeepsNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let before = try await bench.stored(channel).version
        let nothing = try (0..<50).map { try bench.request(channel, [], 0, reference: "n\($0)") }
        for answer in await bench.merchant.pay(nothing) {
            #expect(try !answer.get().wasCounted)
        }
        #expect(try await bench.stored(channel).payments == 0)
        #expect(try await bench.stored(channel).version == before)
        // Its reference is free.
        let paid = try await bench.pay(channel, [channel.claim(0, 1)], 60, reference: "n7")
        #expect(paid.spent.units == 60)
        // A used one is found, and another amount is a conflict.
        await expectRefusal(.referenceConflict) {
            try await bench.pay(channel, [], 0, reference: "n7")
        }
    }

    /// A wallet that comes back sends much again, read by read, and each commit finds one more of it
    /// used. That is no race, and no payment is given up for it.
    @Test func referencesFoundUsedOneByOneAreEachAnswered() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 40)], 0)
        let requests = try (0..<12).map {
            try bench.request(channel, [], 10, reference: "order \($0)")
        }
        for answer in await bench.merchant.pay(requests) { #expect(try answer.get().wasCounted) }
        let merchant = bench.another()
        let store = bench.store
        let before = store.advances.count
        var gate = Gate()
        store.gate = gate
        let answers = await withTaskGroup(of: PaymentAnswers.self) { group in
            for (number, request) in requests.enumerated() {
                group.addTask { await merchant.pay([request]) }
                await waitUntilQueued(number + 1, merchant)
                if number == 0 {
                    while store.advances.count == before { await Task.yield() }
                    continue
                }
                // It waits behind the commit that is at the gate, and goes with the next.
                let held = gate
                gate = Gate()
                store.gate = gate
                let commits = store.advances.count
                held.open()
                while store.advances.count == commits { await Task.yield() }
            }
            gate.open()
            return await group.reduce(into: [Result<PaymentOutcome, Refusal>]()) { $0 += $1 }
        }
        #expect(answers.count == 12)
        for answer in answers { #expect(try answer.get().wasCounted == false) }
        #expect(try await bench.stored(channel).spent.units == 120)
    }

    /// A channel stands once in a transaction. Twice, and a payment of the second group would be
    /// written over what somebody else wrote after the first was found to have moved.
    @Test func aChannelIsOnceInATransaction() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let gate = Gate()
        bench.store.gate = gate
        let merchant = bench.merchant
        async let first = merchant.pay([try bench.request(channel, [channel.claim(0, 5)], 0)])
        while bench.store.advances.isEmpty { await Task.yield() }
        async let second = merchant.pay([try bench.request(channel, [channel.claim(0, 6)], 0)])
        await waitUntilQueued(2, merchant)
        // Another process is faster, and higher: both are stale when they are judged again.
        bench.store.gate = nil
        try await bench.pay(channel, [channel.claim(0, 7)], 0, at: bench.another())
        gate.open()
        for answer in [try await first[0], try await second[0]] {
            #expect(throws: Refusal(.staleIndex)) { try answer.get() }
        }
        await merchant.drain()
        #expect(!bench.store.advances.contains(0), "\(bench.store.advances)")
        #expect(try await bench.stored(channel).accepted.units == 700)
    }

    /// What was refused for want of credit is not answered by a later payment's charge.
    @Test func aReferenceThatIsUsedAfterwardsAnswersNothingBefore() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let answers = await bench.merchant.pay([
            try bench.request(channel, [], 5, reference: "a"),
            try bench.request(channel, [channel.claim(0, 1)], 5, reference: "a"),
        ])
        #expect(throws: Refusal(.insufficientFunds)) { try answers[0].get() }
        #expect(try answers[1].get().wasCounted)
    }

    /// Many that were counted, sent again with an index that is stale by now, take no longer each.
    @Test func thousandsOfReferencesSentAgainAreAnswered() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 40)], 0)
        let start = String(repeating: "r", count: 58)
        func again(_ claims: PaywordClaims) throws -> [PaymentRequest] {
            try (0..<4_000).map {
                try bench.request(channel, claims, 1, reference: "\(start)\(10_000 + $0)")
            }
        }
        for answer in await bench.merchant.pay(try again([])) {
            #expect(try answer.get().wasCounted)
        }
        for answer in await bench.merchant.pay(try again([channel.claim(0, 1)])) {
            #expect(try answer.get().wasCounted == false)
        }
    }

    @Test func oneChannelDoesNotFillTheQueue() async throws {
        let bench = try MerchantBench()
        let (channel, other) = (try await bench.opened(), try await bench.opened(nonce: 2))
        let gate = Gate()
        bench.store.gate = gate
        let merchant = bench.merchant
        let most = MerchantLimits().waitingOfChannelMaximum
        let many = try Array(
            repeating: bench.request(channel, [], 1, reference: "x"), count: most + 2)
        async let answers = merchant.pay(many)
        await waitUntilQueued(most, merchant)
        async let others = merchant.pay([try bench.request(other, [other.claim(0, 1)], 100)])
        await waitUntilQueued(most + 1, merchant)
        gate.open()
        let found = await answers
        #expect(throws: Refusal(.insufficientFunds)) { try found[most - 1].get() }
        #expect(throws: Refusal(.busy)) { try found[most].get() }
        #expect(try await others[0].get().spent.units == 100)
    }

    @Test func manyTasksAndTwoProcessesCountEveryPaymentOnce() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let merchants = [bench.merchant, bench.another()]
        let credit = try await bench.pay(channel, [channel.claim(0, 40)], 0)
        #expect(credit.accepted.units == 4000)
        let counted = await withTaskGroup(of: Int.self) { group in
            for task in 0..<40 {
                group.addTask {
                    var counted = 0
                    for index in 0..<10 {
                        // Every reference is sent through both processes.
                        let request = PaymentRequest(
                            commitmentID: channel.id, paywords: [],
                            amount: (try? Amount(units: 7)) ?? .zero,
                            reference: [UInt8(task / 2), UInt8(index)])
                        let answers = await merchants[task % 2].pay([request])
                        counted += (try? answers.first?.get())?.wasCounted == true ? 1 : 0
                    }
                    return counted
                }
            }
            return await group.reduce(0, +)
        }
        #expect(counted == 200)
        let state = try await bench.stored(channel)
        #expect((state.spent.units, state.payments) == (1400, 201))
    }

    @Test func channelsBeyondTheMemoryAreReadFromTheStore() async throws {
        var limits = MerchantLimits()
        limits.liveChannelsMaximum = 4
        let bench = try MerchantBench(limits: limits)
        var channels: [PayingChannel] = []
        for nonce: UInt64 in 1...20 { channels.append(try await bench.opened(nonce: nonce)) }
        for index: UInt32 in 1...3 {
            let requests = try channels.map {
                try bench.request($0, [$0.claim(0, index)], 100)
            }
            let answers = await bench.merchant.pay(requests)
            #expect(try answers.allSatisfy { try $0.get().spent.units == UInt64(index) * 100 })
            #expect(bench.merchant.table.count <= 4)
        }
    }
}
