import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct ClosingTests {
    @Test func aCloseEndsWhereTheChainsCanExpressIt() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 5), channel.claim(1, 30)], 345)
        let (close, receipt) = try await bench.merchant.close(
            channel.id, request: try channel.closeRequest())
        // 345 is not among what 100s and up to thirty 1s can pay: 400 is the least above it.
        #expect(close.payload.final.map(\.index.value) == [4])
        #expect(close.payload.broker == bench.broker.root.publicKey)
        #expect(receipt.payload.spent.units == 345 && receipt.payload.accepted.units == 530)
        #expect(receipt.payload.marks.map(\.index.value) == [5, 30])
        let state = try await bench.stored(channel)
        #expect(try state.dueWorth.units == 400)
        // After it no payment is counted, and the close stands.
        await expectRefusal(.channelClosed) {
            try await bench.pay(channel, [channel.claim(0, 6)], 1)
        }
        await expectRefusal(.channelClosed) {
            try await bench.pay(channel, [channel.claim(0, 6)], 1, at: bench.another())
        }
        bench.now = bench.now.adding(100)
        let again = try await bench.merchant.close(
            channel.id, request: try channel.closeRequest(at: bench.now))
        #expect(again.close == close)
        #expect(try await bench.open(channel).isClosed)
        #expect(try await bench.stored(channel) == state)
    }

    @Test func aCloseNeverGoesBelowWhatWasClaimed() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 5), channel.claim(1, 30)], 330)
        _ = try await bench.redeemer().redeem(at: bench.broker.root.publicKey)
        #expect(try await bench.stored(channel).settledWorth.units == 330)
        try await bench.pay(channel, [], 70)
        let close = try await bench.merchant.close(
            channel.id, request: try channel.closeRequest()
        ).close
        // Alone, four 100s would be the least; but thirty 1s were settled.
        #expect(close.payload.final.map(\.index.value) == [4, 30])
    }

    @Test func anUnusedChannelClosesAtNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let (close, receipt) = try await bench.merchant.close(
            channel.id, request: try channel.closeRequest())
        #expect(close.payload.final.isEmpty && receipt.payload.payments == 0)
    }

    @Test func threat15OnlyThePayerCloses() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        let other = try await bench.opened(payer: 2, nonce: 2)
        try await bench.pay(channel, [channel.claim(0, 5)], 345)
        func close(_ request: SignedObject<CloseRequest>) async throws {
            _ = try await bench.merchant.close(channel.id, request: request)
        }
        func wish(
            _ signer: SigningKey, id: CommitmentID? = nil, merchant: PublicKey? = nil,
            at time: Timestamp? = nil
        ) throws -> SignedObject<CloseRequest> {
            try signer.sign(
                CloseRequest(
                    commitmentID: id ?? channel.id, merchant: merchant ?? bench.key.publicKey,
                    createdAt: time ?? bench.now)
            ).object
        }
        await expectRefusal(.badSignature) { try await close(try wish(other.payer)) }
        await expectRefusal(.badSignature) { try await close(try wish(bench.key)) }
        await expectRefusal(.malformed) { try await close(try wish(channel.payer, id: other.id)) }
        await expectRefusal(.wrongMerchant) {
            try await close(try wish(channel.payer, merchant: other.payer.publicKey))
        }
        await expectRefusal(.notYetValid) {
            try await close(try wish(channel.payer, at: bench.now.adding(301)))
        }
        await expectRefusal(.unknownCommitment) {
            _ = try await bench.merchant.close(.zero, request: try wish(channel.payer))
        }
        #expect(try await bench.stored(channel).isClosed == false)
        #expect(try await bench.pay(channel, [], 5).spent.units == 350)
        try await close(try wish(channel.payer))
    }

    @Test func refundsLowerSpentUntilItIsClaimed() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 5)], 400)
        func refund(_ units: UInt64, _ reference: String?) async throws -> UInt64 {
            try await bench.merchant.refund(
                channel.id, amount: try bench.amount(units),
                reference: reference.map { Array($0.utf8) }
            ).spent.units
        }
        #expect(try await refund(150, "r1") == 250)
        #expect(try await refund(150, "r1") == 250)
        // What was given back can be spent again.
        #expect(try await bench.merchant.status(channel.id).credit.units == 250)
        #expect(try await bench.pay(channel, [], 50).spent.units == 300)
        await expectRefusal(.referenceConflict) { _ = try await refund(149, "r1") }
        await expectRefusal(.malformed) { _ = try await refund(1, "") }
        await expectRefusal(.insufficientFunds) { _ = try await refund(301, nil) }
        _ = try await bench.redeemer().redeem(at: bench.broker.root.publicKey)
        await expectRefusal(.alreadySettled) { _ = try await refund(1, nil) }
        try await bench.pay(channel, [], 60)
        #expect(try await refund(60, nil) == 300)
    }

    @Test func threat23AReceiptIsEvidence() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 2)], 150)
        try await bench.pay(channel, [channel.claim(1, 9)], 9)
        let receipt = try await bench.merchant.receipt(channel.id)
        let read = try SignedObject<Receipt>(decoding: receipt.encoded).verified().payload
        #expect(read.merchant == bench.key.publicKey && read.payer == channel.payer.publicKey)
        #expect((read.accepted.units, read.spent.units, read.payments) == (209, 159, 2))
        #expect(read.marks == [channel.claim(0, 2).mark, channel.claim(1, 9).mark])
        await expectRefusal(.unknownCommitment) { _ = try await bench.merchant.receipt(.zero) }
    }
}
