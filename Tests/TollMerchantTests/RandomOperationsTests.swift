import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

/// Random payments, repeats, forgeries, refunds, closes, redemptions, faults and restarts, beside a
/// model that counts along. A failure names its seed, which repeats it.
@Suite struct RandomOperationsTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// What a channel must stand at.
    private struct Expected {
        var indexes: [UInt32] = [0, 0]
        var accepted: UInt64 = 0
        var spent: UInt64 = 0
        var payments: UInt64 = 0
        var isClosed = false
        var references: [String: UInt64] = [:]
    }

    private struct Run {
        let bench: MerchantBench
        var random: SeededGenerator
        var channels: [PayingChannel] = []
        var expected: [Expected] = []
        var merchants: [Merchant]
        var step: UInt64 = 0

        mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

        /// Sends a payment and counts along.
        mutating func pay() async throws {
            let place = pick(channels.count)
            let (channel, before) = (channels[place], expected[place])
            var after = before
            var claims = PaywordClaims()
            for (ordinal, length) in [UInt32(40), 200].enumerated() where pick(2) == 0 {
                let raise = UInt32(pick(4))
                let index = min(length, before.indexes[ordinal] + raise)
                claims.append(channel.claim(ordinal, index))
                after.indexes[ordinal] = index
            }
            after.accepted = UInt64(after.indexes[0]) * 100 + UInt64(after.indexes[1])
            let amount = UInt64(pick(150))
            after.spent += amount
            let isRepeat = !claims.isEmpty && after.indexes == before.indexes
            let reference = pick(3) == 0 ? "r\(pick(40))" : nil
            let isForged = pick(12) == 0 && !claims.isEmpty && !isRepeat
            if isForged, let last = claims.last {
                claims[claims.count - 1] = PaywordClaim(
                    ordinal: last.ordinal, index: last.index, payword: .zero)
            }
            let request = try bench.request(channel, claims, amount, reference: reference)
            let outcome = await merchants[pick(merchants.count)].pay([request])[0]

            if let reference, let used = before.references[reference] {
                try expectOutcome(outcome, used == amount ? nil : .referenceConflict, false)
            } else if before.isClosed {
                try expectOutcome(outcome, .channelClosed, false)
            } else if isForged {
                try expectOutcome(outcome, .badPayword, false)
            } else if isRepeat {
                try expectOutcome(outcome, nil, false)
            } else if after.spent > after.accepted {
                try expectOutcome(outcome, .insufficientFunds, false)
            } else if claims.isEmpty, amount == 0 {
                try expectOutcome(outcome, nil, false)
            } else {
                try expectOutcome(outcome, nil, true)
                after.payments += 1
                if let reference { after.references[reference] = amount }
                expected[place] = after
            }
        }

        func expectOutcome(
            _ outcome: Result<PaymentOutcome, Refusal>, _ reason: Reason?, _ isCounted: Bool
        ) throws {
            switch outcome {
            case .success(let paid):
                #expect(reason == nil, "step \(step)")
                #expect(paid.wasCounted == isCounted, "step \(step)")
            case .failure(let refusal):
                #expect(refusal.reason == reason, "step \(step)")
            }
        }

        /// Sends a payword that was accepted once.
        mutating func replay() async throws {
            let place = pick(channels.count)
            let reached = expected[place].indexes[0]
            guard reached > 0, !expected[place].isClosed else { return }
            let index = UInt32.random(in: 1...reached, using: &random)
            let request = try bench.request(
                channels[place], [channels[place].claim(0, index)], UInt64(pick(50)))
            let outcome = await merchants[pick(merchants.count)].pay([request])[0]
            try expectOutcome(outcome, index < reached ? .staleIndex : nil, false)
        }

        mutating func refund() async throws {
            let place = pick(channels.count)
            let units = UInt64(pick(60))
            let claimed = try await bench.stored(channels[place]).claimedWorth.units
            do throws(Refusal) {
                let status = try await merchants[pick(merchants.count)].refund(
                    channels[place].id, amount: try Amount(units: units), reference: nil)
                expected[place].spent -= units
                #expect(status.spent.units == expected[place].spent, "step \(step)")
            } catch {
                let before = expected[place]
                #expect(
                    before.isClosed || units > before.spent || before.spent - units < claimed,
                    "step \(step): \(error)")
            }
        }

        mutating func close() async throws {
            let place = pick(channels.count)
            let request = try channels[place].closeRequest(at: bench.now)
            let (close, receipt) = try await merchants[pick(merchants.count)].close(
                channels[place].id, request: request)
            expected[place].isClosed = true
            #expect(receipt.payload.spent.units == expected[place].spent, "step \(step)")
            let worth = close.payload.final.reduce(UInt64(0)) {
                $0 + UInt64($1.index.value) * ($1.ordinal.value == 0 ? 100 : 1)
            }
            #expect(worth >= receipt.payload.spent.units, "step \(step)")
            #expect(worth <= receipt.payload.accepted.units, "step \(step)")
        }

        mutating func redeem() async {
            let faults: [HookedStore.Fault] = [.none, .none, .before, .after]
            bench.broker.set(\.isAway, pick(5) == 0)
            bench.broker.set(\.lostAnswers, pick(3) == 0 ? 1 : 0)
            bench.broker.set(\.stepsMaximum, UInt64(5 + pick(60)))
            bench.broker.set(\.refusals, pick(4) == 0 ? [channels[0].id: .held] : [:])
            bench.store.fault = faults[pick(4)]
            _ = try? await bench.redeemer(seed: random.next()).redeem(
                at: bench.broker.root.publicKey)
            bench.store.fault = .none
        }

        /// What must always hold, of every channel and of all together.
        func check() async throws {
            for (channel, expected) in zip(channels, expected) {
                let state = try await bench.stored(channel)
                #expect(state.accepted.units == expected.accepted, "step \(step)")
                #expect(state.spent.units == expected.spent, "step \(step)")
                #expect(state.payments == expected.payments, "step \(step)")
                #expect(state.isClosed == expected.isClosed, "step \(step)")
                #expect(state.spent <= state.accepted, "step \(step)")
                #expect(state.accepted.units <= 4200, "step \(step)")
                #expect(try state.claimedWorth <= state.dueWorth, "step \(step)")
                #expect(try state.settledWorth <= state.claimedWorth, "step \(step)")
                #expect(
                    state.chains.allSatisfy {
                        $0.settled <= $0.claimed && $0.claimed <= $0.accepted.index
                    }, "step \(step)")
            }
            let balance = try await bench.store.balance(of: bench.euro)
            let parts = [balance.settled, balance.inFlight, balance.refused, balance.unclaimed]
            #expect(try parts.sum() == balance.due, "step \(step)")
            // The broker never counts more than the merchant has claimed, nor loses what it settled.
            #expect(bench.broker.gross >= balance.settled.units, "step \(step)")
            #expect(bench.broker.gross <= balance.claimed.units, "step \(step)")
        }
    }

    @Test(arguments: seeds) func nothingIsLostNorCountedTwice(_ seed: UInt64) async throws {
        let bench = try MerchantBench {
            $0.failedStepsPerChannel = StepAllowance(steps: .max, refillPerSecond: 0)
            $0.failedStepsPerPayer = StepAllowance(steps: .max, refillPerSecond: 0)
        }
        var run = Run(
            bench: bench, random: SeededGenerator(seed: seed),
            merchants: [bench.merchant, bench.another()])
        for nonce: UInt64 in 1...5 {
            run.channels.append(try await bench.opened(nonce: nonce))
            run.expected.append(Expected())
        }
        for step: UInt64 in 1...400 {
            run.step = step
            switch run.pick(20) {
            case 0: await run.redeem()
            case 1, 2: try await run.refund()
            case 3...5: try await run.replay()
            case 6 where run.pick(10) == 0: try await run.close()
            case 7: run.merchants[run.pick(2)] = bench.another()  // a restart
            default: try await run.pay()
            }
            try await run.check()
        }
        // In the end all that the chains can express is settled, and the books agree.
        bench.broker.set(\.isAway, false)
        bench.broker.set(\.lostAnswers, 0)
        bench.broker.set(\.refusals, [:])
        bench.broker.set(\.stepsMaximum, 1 << 28)
        _ = try await bench.redeemer(seed: seed).redeem(at: bench.broker.root.publicKey)
        try await run.check()
        let balance = try await bench.store.balance(of: bench.euro)
        #expect(bench.broker.gross == balance.settled.units)
        #expect(balance.inFlight == .zero)
        #expect(balance.unclaimed.units < UInt64(5 * 100))
    }
}
