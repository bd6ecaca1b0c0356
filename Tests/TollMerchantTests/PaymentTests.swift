import PayWord
import PeerProtocol
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct PaymentTests {
    @Test func aPaymentRaisesAcceptedAndSpent() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let status = try await bench.pay(channel, [channel.claim(0, 3), channel.claim(1, 7)], 250)
        #expect((status.accepted.units, status.spent.units) == (307, 250))
        #expect(status.credit.units == 57)
        #expect(status.paywords == [channel.claim(0, 3), channel.claim(1, 7)])
        #expect(try await bench.stored(channel).status == status)
        #expect(try await bench.merchant.status(channel.id) == status)
    }

    @Test func aPaymentWithoutPaywordsSpendsCredit() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 0)
        #expect(try await bench.pay(channel, [], 120).spent.units == 120)
        await expectRefusal(.insufficientFunds) { try await bench.pay(channel, [], 181) }
        #expect(try await bench.pay(channel, [], 180).credit == .zero)
    }

    @Test func moreThanCreditChangesNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let before = try await bench.pay(channel, [channel.claim(0, 1)], 100)
        await expectRefusal(.insufficientFunds) {
            try await bench.pay(channel, [channel.claim(0, 2)], 101)
        }
        #expect(try await bench.stored(channel).status == before)
        // The payword that came with it was not accepted, and still pays.
        #expect(try await bench.pay(channel, [channel.claim(0, 2)], 100).spent.units == 200)
    }

    @Test func aPaymentOfSeveralChainsIsAllOrNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let forged = PaywordClaim(
            ordinal: try #require(Ordinal(1)), index: ChainIndex(5), payword: .zero)
        await expectRefusal(.badPayword) {
            try await bench.pay(channel, [channel.claim(0, 5), forged], 10)
        }
        #expect(try await bench.stored(channel).accepted == .zero)
        #expect(try await bench.pay(channel, [channel.claim(0, 5)], 10).accepted.units == 500)
    }

    @Test func theFormIsCheckedFirst() async throws {
        let bench = try MerchantBench { $0.paymentMaximum = try Amount(units: 500) }
        let channel = try await bench.opened()
        let (low, high) = (channel.claim(0, 1), channel.claim(1, 1))
        await expectRefusal(.malformed) { try await bench.pay(channel, [high, low], 1) }
        await expectRefusal(.malformed) { try await bench.pay(channel, [low, low], 1) }
        await expectRefusal(.malformed) { try await bench.pay(channel, [low], 1, reference: "") }
        await expectRefusal(.tooLarge) {
            try await bench.pay(channel, [low], 1, reference: String(repeating: "r", count: 65))
        }
        await expectRefusal(.limitExceeded) { try await bench.pay(channel, [low], 501) }
        await expectRefusal(.unknownChain) {
            try await bench.pay(channel, [channel.claim(2, 1)], 1)
        }
        await expectRefusal(.indexPastEnd) {
            try await bench.pay(channel, [channel.claim(0, 41)], 1)
        }
        let unknown = try bench.channel(nonce: 9)
        await expectRefusal(.unknownCommitment) { try await bench.pay(unknown, [], 0) }
        #expect(try await bench.stored(channel).payments == 0)
    }

    @Test func threat01AReplayedPaywordIsPaidAlready() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let first = try await bench.pay(channel, [channel.claim(0, 2)], 150)
        let request = try bench.request(channel, [channel.claim(0, 2)], 150)
        let outcomes = await bench.merchant.pay([request, request])
        for outcome in outcomes {
            #expect(
                try outcome.get()
                    == PaymentOutcome(
                        amounts: ChannelAmounts(accepted: first.accepted, spent: first.spent),
                        payments: first.payments, wasCounted: false))
        }
        #expect(try await bench.stored(channel).status == first)
        // One that is right and one that repeats is a payment.
        let more = try await bench.pay(channel, [channel.claim(0, 2), channel.claim(1, 5)], 5)
        #expect(more.spent.units == 155)
    }

    @Test func threat02ALowerIndexIsStaleAndFree() async throws {
        // No failed step is allowed, so anything that counted as a failure would show.
        let bench = try MerchantBench {
            $0.failedStepsPerChannel = StepAllowance(steps: 1, refillPerSecond: 0)
        }
        let channel = try await bench.opened()
        let before = try await bench.pay(channel, [channel.claim(0, 9)], 150)
        for index: UInt32 in [0, 1, 8] {
            // The payword is not looked at.
            let claim = PaywordClaim(
                ordinal: channel.claim(0, 1).ordinal, index: ChainIndex(index), payword: .zero)
            await expectRefusal(.staleIndex) { try await bench.pay(channel, [claim], 0) }
        }
        #expect(try await bench.merchant.status(channel.id) == before)
        #expect(try await bench.pay(channel, [channel.claim(0, 10)], 1).accepted.units == 1000)
    }

    @Test func threat03AForgedPaywordIsBad() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let before = try await bench.pay(channel, [channel.claim(0, 5)], 150)
        let right = channel.claim(0, 7)
        let forgeries = [
            PaywordClaim(ordinal: right.ordinal, index: right.index, payword: .zero),
            PaywordClaim(ordinal: right.ordinal, index: ChainIndex(8), payword: right.payword),
            PaywordClaim(ordinal: right.ordinal, index: ChainIndex(6), payword: right.payword),
            PaywordClaim(ordinal: right.ordinal, index: ChainIndex(5), payword: right.payword),
            PaywordClaim(
                ordinal: channel.claim(1, 1).ordinal, index: right.index, payword: right.payword),
        ]
        for forged in forgeries {
            await expectRefusal(.badPayword) { try await bench.pay(channel, [forged], 10) }
        }
        #expect(try await bench.stored(channel).status == before)
        #expect(try await bench.pay(channel, [right], 10).accepted.units == 700)
    }

    @Test func threat04AJumpTooLongIsNotHashed() async throws {
        let bench = try MerchantBench {
            $0.jumpMaximum = 30
            $0.failedStepsPerChannel = StepAllowance(steps: 1, refillPerSecond: 0)
        }
        let channel = try await bench.opened()
        await expectRefusal(.jumpTooLong) {
            try await bench.pay(channel, [channel.claim(0, 31)], 1)
        }
        // A long jump on one chain costs nothing on the others.
        let forged = PaywordClaim(
            ordinal: channel.claim(0, 1).ordinal, index: ChainIndex(9), payword: .zero)
        await expectRefusal(.jumpTooLong) {
            try await bench.pay(channel, [forged, channel.claim(1, 31)], 1)
        }
        // Intermediate paywords lead there, and nothing was counted as a failure.
        try await bench.pay(channel, [channel.claim(0, 30)], 1)
        #expect(try await bench.pay(channel, [channel.claim(0, 40)], 1).accepted.units == 4000)
        #expect(bench.merchant.peerLimits.jump == 30)
    }

    @Test func threat05FailedWorkHasABudget() async throws {
        let bench = try MerchantBench {
            $0.failedStepsPerChannel = StepAllowance(steps: 100, refillPerSecond: 10)
            $0.failedStepsPerPayer = StepAllowance(steps: 150, refillPerSecond: 10)
        }
        let (first, second) = (try await bench.opened(), try await bench.opened(nonce: 2))
        let other = try await bench.opened(payer: 2, nonce: 3)
        func forge(_ channel: PayingChannel) -> PaywordClaim {
            PaywordClaim(
                ordinal: channel.claim(1, 1).ordinal, index: ChainIndex(40), payword: .zero)
        }
        // 40 steps and 16 for the checks around them, twice: the channel's budget is gone.
        for _ in 1...2 {
            await expectRefusal(.badPayword) { try await bench.pay(first, [forge(first)], 1) }
        }
        await expectRefusal(.rateLimited) { try await bench.pay(first, [forge(first)], 1) }
        await expectRefusal(.rateLimited) { try await bench.pay(first, [first.claim(1, 1)], 1) }
        // The payer's other channels share the payer's budget.
        await expectRefusal(.badPayword) { try await bench.pay(second, [forge(second)], 1) }
        await expectRefusal(.rateLimited) { try await bench.pay(second, [second.claim(1, 1)], 1) }
        // Nobody else is held up, on the same merchant or after a reconnect.
        try await bench.pay(other, [other.claim(1, 1)], 1)
        // Time forgives.
        bench.now = bench.now.adding(2)
        try await bench.pay(second, [second.claim(1, 1)], 1)
        #expect(try await bench.stored(first).accepted == .zero)
    }

    /// Right paywords that spend too much can be sent for ever: what they take to hash is bounded too.
    @Test func threat05PaymentsWithoutCreditSpendTheBudget() async throws {
        let bench = try MerchantBench {
            $0.failedStepsPerChannel = StepAllowance(steps: 100, refillPerSecond: 10)
        }
        let channel = try await bench.opened()
        // 40 steps and 16 for the checks around them, twice.
        for _ in 1...2 {
            await expectRefusal(.insufficientFunds) {
                try await bench.pay(channel, [channel.claim(0, 40)], 4001)
            }
        }
        await expectRefusal(.rateLimited) {
            try await bench.pay(channel, [channel.claim(0, 40)], 4001)
        }
        // What takes no hashing is judged as ever.
        await expectRefusal(.insufficientFunds) { try await bench.pay(channel, [], 1) }
        bench.now = bench.now.adding(2)
        #expect(try await bench.pay(channel, [channel.claim(0, 40)], 4000).credit == .zero)
    }

    @Test func threat06AChainCommittedToTwoMerchantsIsUseless() async throws {
        let bench = try MerchantBench()
        var generator = SeededGenerator(seed: 123)
        let elsewhere = try SigningKey.generate(using: &generator)
        // The same secret, payer and nonce; only the merchant differs.
        let here = try await bench.opened()
        let there = try bench.channel(merchant: elsewhere.publicKey)
        #expect(here.commitment.payload.nonce == there.commitment.payload.nonce)
        await expectRefusal(.badPayword) { try await bench.pay(here, [there.claim(0, 1)], 1) }
        await expectRefusal(.badPayword) { try await bench.pay(here, [there.claim(0, 40)], 1) }
    }

    @Test func threat14APaymentAfterExpiryIsRefused() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let commitment = channel.commitment.payload
        bench.now = commitment.expiresAt
        try await bench.pay(channel, [channel.claim(0, 1)], 50, reference: "last")
        bench.now = commitment.expiresAt.adding(1)
        await expectRefusal(.commitmentExpired) {
            try await bench.pay(channel, [channel.claim(0, 2)], 50)
        }
        // What was paid in time is answered still, and redeemable for days.
        try await bench.pay(channel, [channel.claim(0, 1)], 50, reference: "last")
        #expect(commitment.redeemBy.since(bench.now) >= 6 * .day)
        #expect(
            try await bench.redeemer().redeem(at: bench.broker.root.publicKey).claimsAccepted == 0)
    }
}
