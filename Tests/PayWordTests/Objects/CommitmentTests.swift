import DeterministicCBOR
import FixtureKit
import PayWord
import Testing

@Test func theContextCoversEverythingButTheRoots() throws {
    let samples = try Samples()
    let context = samples.commitment.object.context
    let raw = try RawObject(samples.commitment.encoded)
    for (key, value) in raw.fields {
        var altered = raw
        if key == 6 {
            // Each part of each chain in turn.
            guard case .array(let chains) = value else { throw Refusal(.internal) }
            for ordinal in chains.indices {
                guard case .array(let parts) = chains[ordinal] else { throw Refusal(.internal) }
                for place in parts.indices {
                    var (parts, chains) = (parts, chains)
                    parts[place] = parts[place].altered
                    chains[ordinal] = .array(parts)
                    altered.fields[6] = .array(chains)
                    let object = try SignedObject<Commitment>(decoding: altered.encoded)
                    #expect((object.context == context) == (place == 2), "part \(place)")
                }
            }
        } else {
            altered.fields[key] = value.altered
            let object = try SignedObject<Commitment>(decoding: altered.encoded)
            #expect(object.context != context, "field \(key)")
        }
    }
    var longer = raw
    guard case .array(let chains)? = raw.fields[6] else { throw Refusal(.internal) }
    longer.fields[6] = .array(chains + [chains[0]])
    #expect(try SignedObject<Commitment>(decoding: longer.encoded).context != context)
}

@Test func theContextCoversExtensions() throws {
    let samples = try Samples()
    var raw = try RawObject(samples.commitment.encoded)
    raw.fields[-7] = .text("extension")
    try raw.sign(by: samples.parties.payer)
    let extended = try SignedObject<Commitment>(decoding: raw.encoded).verified()
    #expect(extended.payload == samples.commitment.payload)
    #expect(extended.object.context != samples.commitment.object.context)
    #expect(extended.object.id != samples.commitment.object.id)
    // The bytes that were signed are kept, not written anew.
    #expect(extended.object.payloadBytes == raw.payload)
    #expect(extended.encoded == raw.encoded)
}

@Test func theContextIsTheSameBeforeAndAfterTheRootsAreKnown() throws {
    let samples = try Samples()
    let commitment = samples.commitment.payload
    let draft = Commitment(
        nonce: commitment.nonce, payer: commitment.payer, merchant: commitment.merchant,
        broker: commitment.broker, asset: commitment.asset,
        chains: commitment.chains.map {
            CommittedChain(denomination: $0.denomination, length: $0.length, root: .zero)
        }, issuedAt: commitment.issuedAt, expiresAt: commitment.expiresAt,
        redeemBy: commitment.redeemBy, termsDigest: commitment.termsDigest)
    #expect(draft.context == commitment.context)
    #expect(commitment.context == samples.commitment.object.context)
    // And is SHA-256 of that payload as it stands.
    #expect(draft.context.bytes == SHA256.digest(draft.encoded).bytes)
}

@Test func theIDIsTheFirst16BytesOfTheDigest() throws {
    let commitment = try Samples().commitment
    #expect(commitment.digest == SHA256.digest(commitment.object.payloadBytes))
    #expect(commitment.object.id.bytes == Array(commitment.digest.bytes.prefix(16)))
}

@Test func theTermsDigestCoversSaltAndOffer() throws {
    let samples = try Samples()
    let digest = samples.offer.object.termsDigest(salt: samples.termsSalt)
    #expect(samples.commitment.payload.termsDigest == digest)
    #expect(digest == SHA256.digest(samples.termsSalt.bytes + samples.offer.encoded))
    #expect(digest != samples.offer.object.termsDigest(salt: .zero))
}

@Test func aCommitmentHasOneToEightChainsOfAtLeastOne() throws {
    let samples = try Samples()
    let raw = try RawObject(samples.commitment.encoded)
    guard case .array(let chains)? = raw.fields[6], case .array(let parts) = chains[0] else {
        throw Refusal(.internal)
    }
    func decode(_ chains: [CBORValue]) throws -> SignedObject<Commitment> {
        var raw = raw
        raw.fields[6] = .array(chains)
        return try SignedObject(decoding: raw.encoded)
    }
    #expect(try decode([CBORValue](repeating: chains[0], count: 8)).chainVerifiers.count == 8)
    #expect(throws: Refusal(.malformed)) { try decode([]) }
    #expect(throws: Refusal(.tooLarge)) {
        try decode([CBORValue](repeating: chains[0], count: 9))
    }
    for (place, value, reason) in [
        (0, .unsigned(0), .malformed), (0, .unsigned(1 << 63), .amountOverflow),
        (0, .unsigned(.max), .amountOverflow), (1, .unsigned(0), .malformed),
        (1, .unsigned(1 << 32), .malformed), (2, .bytes([1]), .malformed),
    ] as [(Int, CBORValue, Reason)] {
        var parts = parts
        parts[place] = value
        #expect(throws: Refusal(reason), "part \(place): \(value)") { try decode([.array(parts)]) }
    }
    #expect(throws: Refusal(.malformed)) { try decode([.array(parts + [.null])]) }
    #expect(throws: Refusal(.malformed)) { try decode([.array(parts.dropLast())]) }
}

@Test func datesFollowOneAnother() throws {
    let valid = try Samples().commitment.payload
    func commitment(_ issued: UInt64, _ expires: UInt64, _ redeem: UInt64) -> Commitment {
        Commitment(
            nonce: valid.nonce, payer: valid.payer, merchant: valid.merchant,
            broker: valid.broker, asset: valid.asset, chains: valid.chains,
            issuedAt: Timestamp(issued), expiresAt: Timestamp(expires),
            redeemBy: Timestamp(redeem))
    }
    try commitment(5, 5, 5).checkDates()
    try commitment(5, 6, 5 + 400 * 86_400).checkDates()
    for (issued, expires, redeem) in [
        (6, 5, 7), (5, 7, 6), (5, 6, 6 + 400 * 86_400), (0, 1, .max),
    ] as [(UInt64, UInt64, UInt64)] {
        #expect(throws: Refusal(.malformed)) {
            try commitment(issued, expires, redeem).checkDates()
        }
    }
}

@Test func threat11AReservationCoversItsOwnCommitmentWhole() throws {
    let samples = try Samples()
    let commitment = samples.commitment.object
    let valid = samples.reservation.payload
    try valid.check(covers: commitment)
    func reservation(
        digest: Digest? = nil, payer: PublicKey? = nil, merchant: PublicKey? = nil,
        broker: PublicKey? = nil, asset: Asset? = nil, amount: Amount? = nil,
        validUntil: Timestamp? = nil
    ) -> Reservation {
        Reservation(
            commitmentDigest: digest ?? valid.commitmentDigest, broker: broker ?? valid.broker,
            payer: payer ?? valid.payer, merchant: merchant ?? valid.merchant,
            asset: asset ?? valid.asset, amount: amount ?? valid.amount,
            issuedAt: valid.issuedAt, validUntil: validUntil ?? valid.validUntil)
    }
    let stranger = samples.parties.stranger.publicKey
    for wrong in [
        reservation(digest: .zero), reservation(payer: stranger),
        reservation(merchant: stranger), reservation(broker: stranger),
        reservation(asset: try Asset(code: "EUR", scale: 2)),
        reservation(amount: try valid.amount.subtracting(Amount(units: 1))),
        reservation(validUntil: valid.validUntil.subtracting(1)),
    ] {
        #expect(throws: Refusal(.reservationMismatch)) { try wrong.check(covers: commitment) }
    }
    try reservation(amount: .maximum).check(covers: commitment)
}

@Test func conditionsAreReadAndWritten() throws {
    let samples = try Samples()
    let raw = try RawObject(samples.commitment.encoded)
    func decode(_ conditions: CBORValue) throws -> Commitment {
        var raw = raw
        raw.fields[11] = conditions
        return try SignedObject<Commitment>(decoding: raw.encoded).payload
    }
    let schedule: CBORValue = .array([
        .unsigned(1), .array([.unsigned(0)]), .array([.unsigned(5), .unsigned(60)]),
    ])
    let commitment = try decode(.array([schedule]))
    #expect(commitment.conditions.count == 1)
    #expect(commitment.conditions[0].type == 1)
    #expect(
        commitment.fields
            == .map(
                try #require(Optional(raw.fields)).merging([
                    11: .array([schedule])
                ]) { $1 }))
    for (wrong, reason) in [
        (.array([]), .malformed),
        (.array([CBORValue](repeating: schedule, count: 9)), .tooLarge),
        (.array([.array([.unsigned(0), .array([.unsigned(0)]), .array([])])]), .malformed),
        (.array([.array([.unsigned(1), .array([]), .array([])])]), .malformed),
        (.array([.array([.unsigned(1), .array([.unsigned(8)]), .array([])])]), .unknownChain),
        (.array([.array([.unsigned(1), .array([.unsigned(0)]), .null])]), .malformed),
        (
            .array([
                .array([
                    .unsigned(1), .array([.unsigned(0)]),
                    .array([.bytes([UInt8](repeating: 0, count: 300))]),
                ])
            ]), .tooLarge
        ),
    ] as [(CBORValue, Reason)] {
        #expect(throws: Refusal(reason), "\(wrong)") { try decode(wrong) }
    }
}
