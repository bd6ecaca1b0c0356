import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct ReservationTests {
    private func bench(
        funds: UInt64 = 10_000, _ configure: (inout BrokerPolicy) throws -> Void = { _ in }
    ) async throws -> BrokerBench {
        let bench = try BrokerBench(MemoryLedgerStore(), configure)
        try await bench.enrolAll(funds: funds)
        return bench
    }

    /// Checks that a reservation of a draft is refused, and that nothing moved.
    private func expectRefused(
        _ reason: Reason, _ bench: BrokerBench, _ draft: Commitment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let channel = try bench.channel(draft)
        let before = try await bench.statement()
        await #expect(throws: Refusal(reason), sourceLocation: sourceLocation) {
            try await bench.reserve(channel)
        }
        #expect(try await bench.statement() == before, sourceLocation: sourceLocation)
        #expect(
            try await bench.broker.checkLedger().isSound, sourceLocation: sourceLocation)
    }

    @Test func theWholeWorthIsLockedAndSigned() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        let answer = try await bench.reserve(channel, note: [1, 2, 3])
        let object = try SignedObject<Reservation>(decoding: try #require(answer.objects.first))
        let reservation = try object.verified(by: bench.broker.describe().identity).payload
        try reservation.check(covers: channel.commitment.object)
        #expect(reservation.amount.units == 1050)
        #expect(reservation.validUntil == channel.commitment.payload.redeemBy)
        let statement = try await bench.statement()
        #expect(statement.available.units == 8950)
        #expect(statement.reserved.units == 1050)
        let entry = try #require(statement.commitments.first)
        #expect(entry.commitment == channel.commitment.object)
        #expect(entry.funding == answer.funding)
        #expect(entry.note == [1, 2, 3])
        #expect(entry.state == .live)
        #expect(try await bench.broker.checkLedger().isSound)
    }

    @Test func threat16AReservationSentTwiceIsOne() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        let first = try await bench.reserve(channel)
        bench.wait(60)
        let second = try await bench.reserve(channel, note: [9])
        #expect(first.encoded == second.encoded)
        // A repeat is answered even when the request is long out of date and the money is spent.
        let old = try bench.reservation(
            channel.commitment.object, createdAt: bench.now.subtracting(30 * .day))
        #expect(try await bench.broker.reserve(old).encoded == first.encoded)
        #expect(try await bench.statement().reserved.units == 1050)
        #expect(try await bench.statement().commitments.count == 1)
    }

    @Test func aRaceOfTheSameReservationLocksOnce() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try await bench.reserve(channel).encoded } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        #expect(try await bench.statement().reserved.units == 1050)
    }

    @Test func moreThanThereIsIsRefused() async throws {
        let bench = try await bench(funds: 1049)
        try await expectRefused(.insufficientFunds, bench, bench.draft())
        try await bench.deposit(1)
        _ = try await bench.reserved()
        #expect(try await bench.statement().available == .zero)
    }

    @Test func anotherCommitmentWithTheNonceIsDuplicate() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let nonce = channel.commitment.payload.nonce
        try await expectRefused(
            .duplicateCommitment, bench, bench.draft([(1, 10)], nonce: nonce))
    }

    @Test func anotherAccountCannotTakeOverACommitment() async throws {
        let bench = try await bench()
        try await bench.deposit(5000, to: bench.otherAccount)
        let channel = try await bench.reserved()
        await #expect(throws: Refusal(.duplicateCommitment)) {
            try await bench.reserve(channel, by: bench.otherAccount)
        }
        #expect(try await bench.statement(of: bench.otherAccount).reserved == .zero)
    }

    @Test func anUnknownAccountIsRefused() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.reserve(channel, by: bench.payer)
        }
    }

    @Test func datesAreJudged() async throws {
        let bench = try await bench { $0.lockingMaximum = 30 * .day }
        let now = bench.now
        try await expectRefused(
            .malformed, bench,
            bench.draft(expiresAt: now.adding(9 * .day), redeemBy: now.adding(8 * .day)))
        try await expectRefused(
            .malformed, bench, bench.draft(redeemBy: now.adding(400 * .day + 1)))
        try await expectRefused(.notYetValid, bench, bench.draft(issuedAt: now.adding(301)))
        try await expectRefused(
            .commitmentExpired, bench,
            bench.draft(issuedAt: now.subtracting(100), expiresAt: now.subtracting(1)))
        try await expectRefused(
            .redeemWindowClosed, bench, bench.draft(expiresAt: now, redeemBy: now.adding(59)))
        try await expectRefused(
            .lockTooLong, bench, bench.draft(redeemBy: now.adding(30 * .day + 1)))
        try await bench.reserve(bench.channel(bench.draft(redeemBy: now.adding(30 * .day))))
    }

    @Test func partiesAreJudged() async throws {
        let bench = try await bench()
        let stranger = bench.otherMerchant.publicKey
        try await expectRefused(.wrongBroker, bench, bench.draft(broker: stranger))
        // A merchant that is its own broker: nothing of this one's.
        try await expectRefused(
            .wrongBroker, bench,
            bench.draft(merchant: bench.merchant.publicKey, broker: bench.merchant.publicKey))
        try await expectRefused(
            .wrongBroker, bench, bench.draft(merchant: bench.root.publicKey))
        // The account is not enrolled in that asset, and one that is nobody's asset is another thing.
        try await expectRefused(.unknownAccount, bench, bench.draft(asset: bench.otherAsset))
        let request = try bench.account.sign(
            ReservationRequest(
                broker: stranger, account: bench.account.publicKey,
                commitment: bench.channel().commitment.object, createdAt: bench.now))
        await #expect(throws: Refusal(.wrongBroker)) {
            try await bench.broker.reserve(request.object)
        }
    }

    @Test func conditionsAreRefused() async throws {
        let bench = try await bench()
        try await expectRefused(
            .unsupportedCondition, bench, bench.draft(conditions: [.unenforced]))
    }

    @Test func limitsAreKept() async throws {
        let bench = try await bench { $0.commitmentMaximum = try Amount(units: 1049) }
        try await expectRefused(.limitExceeded, bench, bench.draft())
    }

    @Test func threat08AnAlteredCommitmentIsRefused() async throws {
        let bench = try await bench()
        let bytes = try bench.channel().commitment.encoded
        // Every byte in turn, but the signature's own: whichever field it falls into, what still
        // reads as a commitment is refused for its signature, before anything else is looked at.
        var tried = 0
        for offset in bytes.indices.dropLast(64) {
            var altered = bytes
            altered[offset] ^= 1
            guard let object = try? SignedObject<Commitment>(decoding: altered) else { continue }
            tried += 1
            let request = try bench.reservation(object)
            await #expect(throws: Refusal(.badSignature), "byte \(offset)") {
                try await bench.broker.reserve(request)
            }
        }
        #expect(tried > 200)
        #expect(try await bench.statement().reserved == .zero)
    }

    @Test func threat09ACommitmentSignedByAnotherKeyIsRefused() async throws {
        let bench = try await bench()
        let envelope = try SignedEnvelope(
            decoding: bench.channel().commitment.encoded[...], bytesMaximum: 16_384)
        // The stranger signs for the payer: its kid is not the payer that the payload names.
        #expect(throws: Refusal(.badSignature)) {
            try bench.otherMerchant.sign(bench.channel().commitment.payload)
        }
        // The payer's kid over the stranger's signature.
        var bytes = envelope.encoded
        let forged = try bench.otherMerchant.sign(envelope.signatureInput).bytes
        bytes.replaceSubrange((bytes.count - 64)..., with: forged)
        let request = try bench.reservation(SignedObject(decoding: bytes))
        await #expect(throws: Refusal(.badSignature)) {
            try await bench.broker.reserve(request)
        }
    }

    @Test func threat10AWeakPayerKeyIsRefused() async throws {
        let bench = try await bench()
        // The point of order 1; its "signatures" of anything are easy to make.
        let weak = try #require(PublicKey([1] + [UInt8](repeating: 0, count: 31)))
        let channel = try bench.channel()
        var bytes = channel.commitment.encoded
        let key = bench.payer.publicKey.bytes
        for start in bytes.indices.dropLast(31)
        where Array(bytes[start..<(start + 32)]) == key {
            bytes.replaceSubrange(start..<(start + 32), with: weak.bytes)
        }
        let object = try SignedObject<Commitment>(decoding: bytes)
        #expect(object.payload.payer == weak)
        let request = try bench.reservation(object)
        await #expect(throws: Refusal(.weakKey)) { try await bench.broker.reserve(request) }
    }

    @Test func threat11AReservationCoversAllOfItsOwnCommitmentAlone() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        let other = try bench.channel([(1, 20)])
        let answer = try await bench.reserve(channel)
        let object = try SignedObject<Reservation>(decoding: try #require(answer.objects.first))
        #expect(object.payload.amount == (try channel.commitment.payload.worth))
        #expect(throws: Refusal(.reservationMismatch)) {
            try object.payload.check(covers: other.commitment.object)
        }
    }

    @Test func threat13AWorthThatDoesNotFitIsRefused() async throws {
        let bench = try await bench()
        let most = UInt64(Int64.max)
        try await expectRefused(
            .amountOverflow, bench, bench.draft([(most, 2)]))
        try await expectRefused(
            .amountOverflow, bench, bench.draft([(most, 1), (1, 1)]))
        try await expectRefused(.insufficientFunds, bench, bench.draft([(most, 1)]))
    }

    @Test func aRequestSignedByAnotherIsRefused() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        let honest = try bench.reservation(channel.commitment.object)
        var bytes = honest.encoded
        bytes[bytes.count - 1] ^= 1
        let altered = try SignedObject<ReservationRequest>(decoding: bytes)
        await #expect(throws: Refusal(.badSignature)) {
            try await bench.broker.reserve(altered)
        }
        await #expect(throws: Refusal(.staleRequest)) {
            try await bench.broker.reserve(
                bench.reservation(
                    channel.commitment.object, createdAt: bench.now.subtracting(.day + 1)))
        }
    }
}
