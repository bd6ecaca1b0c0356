import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct RedemptionTests {
    private func bench(
        _ configure: (inout BrokerPolicy) throws -> Void = { _ in }
    ) async throws -> BrokerBench {
        let bench = try BrokerBench(MemoryLedgerStore(), configure)
        try await bench.enrolAll(funds: 100_000)
        return bench
    }

    private func earned(_ bench: BrokerBench) async throws -> Int64 {
        try await bench.balance(.merchant, bench.merchant.publicKey, .available)
    }

    @Test func aBatchBecomesOneSettlement() async throws {
        let bench = try await bench {
            $0.fee = Fee(share: BasisPoints(1234) ?? .zero, fixed: try Amount(units: 7))
        }
        let first = try await bench.reserved()
        let second = try await bench.reserved()
        let result = try await bench.redeem([
            first.claim([(0, 20), (1, 3)]), second.embeddedClaim([(1, 1)]),
        ])
        let settlement = result.settlement
        #expect(settlement.gross.units == 420)
        #expect(settlement.fee.units == 51 + 7)
        #expect(settlement.net.units == 420 - 58)
        #expect(settlement.claimsAccepted == 2)
        #expect(settlement.paywordsRedeemed == 24)
        #expect(settlement.lines.map(\.kind) == [.merchant, .fee])
        #expect(settlement.lines.map(\.party) == [bench.merchant.publicKey, bench.root.publicKey])
        #expect(try await earned(bench) == 362)
        #expect(try await bench.balance(.broker, bench.root.publicKey, .fees) == 58)
        let statement = try await bench.statement()
        #expect(statement.reserved.units == 2100 - 420)
        let marks = statement.commitments.map { $0.redeemed.map(\.index.value) }
        #expect(Set(marks) == [[20, 3], [1]])
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func threat19OnlyTheDifferenceIsPaid() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let batch = try bench.redemption([
            channel.claim([(0, 10)]), channel.claim([(0, 10)]), channel.claim([(0, 25)]),
            channel.claim([(0, 5), (1, 1)]),
        ])
        let answer = try await bench.broker.redeem(batch)
        let amounts = try answer.verified(for: batch).outcomes.map(\.amount.units)
        #expect(amounts == [10, 0, 15, 100])
        // The same batch again: the same bytes. Another batch of the same claims: nothing.
        bench.wait(1000)
        #expect(try await bench.broker.redeem(batch).encoded == answer.encoded)
        let again = try await bench.redeem(batch.payload.claims)
        #expect(again.settlement.gross == .zero)
        #expect(again.settlement.claimsAccepted == 4)
        #expect(again.settlement.lines.isEmpty)
        #expect(try await earned(bench) == 125)
        #expect(try await bench.broker.settlements().count == 2)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func aBatchIdMeansOneContent() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let batch: BatchID = bench.drawn()
        _ = try await bench.broker.redeem(
            bench.redemption([channel.claim([(0, 10)])], batch: batch))
        let other = try bench.redemption([channel.claim([(0, 11)])], batch: batch)
        await #expect(throws: Refusal(.batchConflict)) { try await bench.broker.redeem(other) }
        // Another merchant may draw the same id.
        let foreign = try bench.redemption(
            [channel.claim([(0, 11)])], by: bench.otherMerchant, batch: batch)
        let answer = try await bench.broker.redeem(foreign)
        #expect(try answer.verified(for: foreign).outcomes.map(\.reason) == [.wrongMerchant])
        #expect(try await earned(bench) == 10)
    }

    @Test func twoContentsUnderOneBatchIdRace() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let batch: BatchID = bench.drawn()
        let batches = try (1...6).map {
            try bench.redemption([channel.claim([(0, UInt32($0))])], batch: batch)
        }
        let results = await withTaskGroup(of: Reason?.self) { group in
            for batch in batches {
                group.addTask {
                    do throws(Refusal) {
                        _ = try await bench.broker.redeem(batch)
                        return nil
                    } catch { return error.reason }
                }
            }
            return await group.reduce(into: [Reason?]()) { $0.append($1) }
        }
        #expect(results.count { $0 == nil } == 1)
        #expect(results.count { $0 == .batchConflict } == 5)
        #expect(try await bench.broker.settlements().count == 1)
    }

    @Test func threat18APaywordThatWasNotGivenIsRefused() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let other = try await bench.reserved()
        // Made up; right at another index; of another commitment; one chain right and one wrong.
        let misplaced = PaywordClaims(
            channel.paywords([(0, 7)]).map {
                PaywordClaim(ordinal: $0.ordinal, index: ChainIndex(8), payword: $0.payword)
            })
        let result = try await bench.redeem([
            channel.forgedClaim([(0, 9)]),
            RedemptionClaim(commitment: .id(channel.id), paywords: misplaced),
            RedemptionClaim(commitment: .id(channel.id), paywords: other.paywords([(0, 9)])),
            RedemptionClaim(
                commitment: .id(channel.id),
                paywords: PaywordClaims(
                    Array(channel.paywords([(0, 9)])) + Array(other.paywords([(1, 2)])))),
            channel.claim([(0, 3)]),
        ])
        #expect(
            result.outcomes.map(\.reason)
                == [.badPayword, .badPayword, .badPayword, .badPayword, nil])
        #expect(result.settlement.gross.units == 3)
        #expect(result.settlement.refusals.map(\.position) == [0, 1, 2, 3])
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func threat06AChainCommittedTwiceIsWorthlessElsewhere() async throws {
        let bench = try await bench()
        // One wallet, one secret, the same nonce: two merchants, and their chain keys differ.
        let nonce: Nonce = bench.drawn()
        let first = try bench.channel(bench.draft([(100, 10)], nonce: nonce))
        let second = try bench.draft(
            [(100, 10)], merchant: bench.otherMerchant.publicKey, nonce: nonce)
        let stolen = try bench.payer.sign(
            Commitment(
                nonce: second.nonce, payer: second.payer, merchant: second.merchant,
                broker: second.broker, asset: second.asset,
                chains: first.commitment.payload.chains, issuedAt: second.issuedAt,
                expiresAt: second.expiresAt, redeemBy: second.redeemBy))
        _ = try await bench.broker.reserve(bench.reservation(stolen.object))
        #expect(stolen.object.context != first.commitment.object.context)
        let claim = RedemptionClaim(
            commitment: .id(stolen.object.id), paywords: first.paywords([(0, 5)]))
        let result = try await bench.redeem([claim], by: bench.otherMerchant)
        #expect(result.outcomes.map(\.reason) == [.badPayword])
        // And the first cannot be funded beside it, for its nonce is taken.
        await #expect(throws: Refusal(.duplicateCommitment)) { try await bench.reserve(first) }
    }

    @Test func threat20AnotherMerchantsCommitmentIsRefused() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let result = try await bench.redeem(
            [channel.claim([(0, 5)]), channel.embeddedClaim([(0, 5)])], by: bench.otherMerchant)
        #expect(result.outcomes.map(\.reason) == [.wrongMerchant, .wrongMerchant])
        #expect(try await bench.statement().reserved.units == 1050)
    }

    @Test func eachKindOfBadClaimHasItsReason() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let unreserved = try bench.channel()
        let foreign = try bench.channel(bench.draft(broker: bench.merchant.publicKey))
        let otherAsset = try bench.channel(bench.draft(asset: bench.otherAsset))
        let old = try bench.channel(
            bench.draft(
                issuedAt: bench.now.subtracting(20 * .day),
                redeemBy: bench.now.subtracting(2 * .day)))
        var altered = channel.commitment.encoded
        altered[altered.count - 1] ^= 1
        let paywords = channel.paywords([(0, 5)])
        func embedded(_ bytes: [UInt8]) -> RedemptionClaim {
            RedemptionClaim(commitment: .object(bytes), paywords: paywords)
        }
        let cases: [(RedemptionClaim, Reason?)] = [
            (unreserved.claim([(0, 5)]), .unknownCommitment),
            (unreserved.embeddedClaim([(0, 5)]), .notReserved),
            (foreign.embeddedClaim([(0, 5)]), .wrongBroker),
            (otherAsset.embeddedClaim([(0, 5)]), .wrongAsset),
            (old.embeddedClaim([(0, 5)]), .redeemWindowClosed),
            (embedded(altered), .badSignature),
            (embedded([1, 2, 3]), .malformed),
            (embedded([0xd2, 0x18, 0x00]), .notCanonical),
            (embedded([UInt8](repeating: 0, count: 20_000)), .tooLarge),
            (channel.claim([(2, 1)]), .unknownChain),
            (channel.claim([(0, 51)]), .indexPastEnd),
            (channel.claim([(0, .max)]), .indexPastEnd),
            (channel.forgedClaim([(0, 1)]), .badPayword),
            (channel.embeddedClaim([(0, 5)]), nil),
        ]
        let result = try await bench.redeem(cases.map(\.0))
        for (outcome, expected) in zip(result.outcomes, cases.map(\.1)) {
            #expect(outcome.reason == expected, "position \(outcome.position)")
        }
        #expect(result.settlement.gross.units == 5)
        #expect(result.settlement.claimsAccepted == 1)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func aBatchThatIsNotRightIsRefusedWhole() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let claims = [channel.claim([(0, 5)])]
        func redemption(
            merchant: SigningKey? = nil, broker: PublicKey? = nil, asset: Asset? = nil,
            at time: Timestamp? = nil
        ) throws -> SignedObject<Redemption> {
            let merchant = merchant ?? bench.merchant
            return try merchant.sign(
                Redemption(
                    batchID: bench.drawn(), merchant: merchant.publicKey,
                    broker: broker ?? bench.root.publicKey, asset: asset ?? bench.asset,
                    createdAt: time ?? bench.now, claims: claims)
            ).object
        }
        let gold = try Asset(code: "GOLD", scale: 0)
        let cases: [(SignedObject<Redemption>, Reason)] = [
            (try redemption(broker: bench.merchant.publicKey), .wrongBroker),
            (try redemption(asset: gold), .wrongAsset),
            (try redemption(asset: bench.otherAsset), .unknownAccount),
            (try redemption(merchant: bench.payer), .unknownAccount),
            (try redemption(at: bench.now.adding(301)), .notYetValid),
        ]
        for (redemption, reason) in cases {
            await #expect(throws: Refusal(reason)) { try await bench.broker.redeem(redemption) }
        }
        var bytes = try redemption().encoded
        bytes[bytes.count - 1] ^= 1
        let forged = try SignedObject<Redemption>(decoding: bytes)
        await #expect(throws: Refusal(.badSignature)) { try await bench.broker.redeem(forged) }
        // However late it comes, a redemption is taken.
        let late = try redemption(at: bench.now.subtracting(10 * .day))
        #expect(try await bench.broker.redeem(late).settlement.payload.gross.units == 5)
    }

    @Test func threat22TooMuchWorkIsRefusedBeforeItIsDone() async throws {
        let bench = try await bench { $0.batchStepsMaximum = 100 }
        let channel = try await bench.reserved([(1, 80)])
        let claims = [channel.claim([(0, 60)]), channel.forgedClaim([(0, 41)])]
        let store = bench.store
        await #expect(throws: Refusal(.tooLarge)) { try await bench.redeem(claims) }
        #expect(try await store.settlements(skipping: 0, limit: 1).isEmpty)
        #expect(
            try await bench.redeem([claims[0], channel.claim([(0, 40)])]).settlement
                .gross.units == 60)
        // A claim of nine chains, and a batch of 65,537 claims, cannot even be read.
        let many = [RedemptionClaim](repeating: claims[0], count: Redemption.claimsMaximum + 1)
        #expect(throws: Refusal(.tooLarge)) {
            try SignedObject<Redemption>(decoding: bench.redemption(many).encoded)
        }
        let nine = RedemptionClaim(
            commitment: .id(channel.id),
            paywords: PaywordClaims(repeatElement(claims[0].paywords[0], count: 9)))
        #expect(throws: Refusal(.tooLarge)) {
            try SignedObject<Redemption>(decoding: bench.redemption([nine]).encoded)
        }
        await #expect(throws: Refusal(.tooLarge)) {
            try await bench.broker.redeem(bench.redemption(many))
        }
        let bytes = [UInt8](repeating: 0, count: Redemption.encodedBytesMaximum + 1)
        #expect(throws: Refusal(.tooLarge)) { try SignedObject<Redemption>(decoding: bytes) }
    }

    @Test func threat22AMerchantsFailedWorkIsBounded() async throws {
        let bench = try await bench {
            $0.failedWork.stepsMaximum = 100
            $0.failedWork.stepsPerSecond = 1
        }
        let channel = try await bench.reserved([(1, 80)])
        let bad = channel.forgedClaim([(0, 60)])
        for _ in 0..<2 { _ = try await bench.redeem([bad]) }
        await #expect(throws: Refusal(.rateLimited)) {
            try await bench.redeem([channel.claim([(0, 1)])])
        }
        // Others are not affected, and the budget comes back.
        let others = try await bench.reserved([(1, 80)], merchant: bench.otherMerchant)
        _ = try await bench.redeem([others.claim([(0, 1)])], by: bench.otherMerchant)
        bench.wait(1)
        #expect(try await bench.redeem([channel.claim([(0, 1)])]).settlement.gross.units == 1)
        // What succeeds costs nothing of it.
        #expect(try await bench.redeem([channel.claim([(0, 80)])]).settlement.gross.units == 79)
        #expect(try await bench.redeem([channel.claim([(0, 80)])]).settlement.gross.units == 0)
    }

    @Test func threat26TheSettlementIsSignedAndInTheLedger() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let redemption = try bench.redemption([channel.claim([(0, 10)])])
        let answer = try await bench.broker.redeem(redemption)
        let verified = try answer.verified(for: redemption)
        #expect(verified.settlement.object.keyID == bench.signing.publicKey)
        #expect(verified.settlement.payload.redemptionDigest == redemption.digest)
        // It stands on its own: the certificate that travels with it leads to the root.
        let decoded = try SettlementAnswer(decoding: answer.encoded)
        _ = try decoded.verified(for: redemption)
        let recorded = try await bench.broker.settlements()
        #expect(recorded.map(\.answer) == [answer.encoded])
    }
}
