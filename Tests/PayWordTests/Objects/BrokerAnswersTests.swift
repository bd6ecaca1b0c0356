import DeterministicCBOR
import FixtureKit
import PayWord
import Testing

@Test func answersGoBothWays() throws {
    let samples = try Samples()
    let description = BrokerDescription(
        root: samples.parties.broker.publicKey,
        signingCertificates: [samples.signingCertificate.object], assets: [samples.asset],
        isFaucetEnabled: true, batchStepsMaximum: 1 << 28)
    #expect(try BrokerDescription(decoding: description.encoded) == description)
    #expect(try description.identity == samples.brokerIdentity)

    let answer = BrokerAnswer(
        objects: [samples.reservation.encoded],
        signingCertificates: [samples.signingCertificate.object])
    #expect(try BrokerAnswer(decoding: answer.encoded) == answer)
    #expect(answer.funding == [samples.reservation.encoded, samples.signingCertificate.encoded])
    let empty = BrokerAnswer(objects: [], signingCertificates: [])
    #expect(empty.encoded == [0x82, 0x80, 0x80])
    #expect(try BrokerAnswer(decoding: empty.encoded) == empty)

    let settlement = try samples.settlementAnswer
    #expect(try SettlementAnswer(decoding: settlement.encoded) == settlement)

    let statement = try statement(samples)
    #expect(try AccountStatement(decoding: statement.encoded) == statement)
}

private func statement(_ samples: Samples) throws -> AccountStatement {
    AccountStatement(
        account: samples.parties.account.publicKey, asset: samples.asset,
        available: try Amount(units: 5), debt: .zero, reserved: try Amount(units: 31_000),
        payable: try Amount(units: 2),
        commitments: [
            CommitmentEntry(
                commitment: samples.commitment.object,
                funding: [samples.reservation.encoded, samples.signingCertificate.encoded],
                note: [1, 2, 3], state: .live, redeemed: samples.marks),
            CommitmentEntry(
                commitment: samples.commitment.object, funding: [], note: nil, state: .closed,
                redeemed: []),
        ], cursor: samples.commitment.object.id)
}

@Test func answersOfAnotherShapeAreMalformed() throws {
    let samples = try Samples()
    let answers: [(String, [UInt8], ([UInt8]) throws(Refusal) -> Void)] = [
        (
            "description",
            BrokerDescription(
                root: samples.parties.broker.publicKey, signingCertificates: [],
                assets: [samples.asset], isFaucetEnabled: false, batchStepsMaximum: 1
            ).encoded, { (bytes) throws(Refusal) in _ = try BrokerDescription(decoding: bytes) }
        ),
        (
            "answer", BrokerAnswer(objects: [[1]], signingCertificates: []).encoded,
            { (bytes) throws(Refusal) in _ = try BrokerAnswer(decoding: bytes) }
        ),
        (
            "settlement answer", try samples.settlementAnswer.encoded,
            { (bytes) throws(Refusal) in _ = try SettlementAnswer(decoding: bytes) }
        ),
        (
            "statement", try statement(samples).encoded,
            { (bytes) throws(Refusal) in _ = try AccountStatement(decoding: bytes) }
        ),
    ]
    for (name, encoded, decode) in answers {
        try decode(encoded)
        guard case .array(let parts) = try CBORValue(decoding: encoded) else {
            throw Refusal(.internal)
        }
        #expect(throws: Refusal(.malformed), "\(name)") { try decode(encoded + [0]) }
        #expect(throws: Refusal(.malformed), "\(name)") { try decode(encoded.dropLast()) }
        #expect(throws: Refusal(.malformed), "\(name)") {
            try decode(CBORValue.array(parts + [.null]).encoded)
        }
        #expect(throws: Refusal(.malformed), "\(name)") { try decode([0xf6]) }
        for place in parts.indices {
            var wrong = parts
            wrong[place] = parts[place] == .bool(false) ? .null : .bool(false)
            #expect(throws: Refusal(.malformed), "\(name), part \(place)") {
                try decode(CBORValue.array(wrong).encoded)
            }
        }
    }
}

@Test func aDescriptionWithAForgedCertificateHasNoIdentity() throws {
    let samples = try Samples()
    var raw = try RawObject(samples.signingCertificate.encoded)
    try raw.sign(by: samples.parties.stranger)
    let description = BrokerDescription(
        root: samples.parties.broker.publicKey,
        signingCertificates: [try SignedObject(decoding: raw.encoded)], assets: [samples.asset],
        isFaucetEnabled: false, batchStepsMaximum: 1)
    #expect(throws: Refusal(.badSignature)) { try description.identity }
}

@Test func listsOfMarksAndPaywordsHaveAscendingOrdinals() throws {
    let marks: [(String, Reason?)] = [
        ("80", nil), ("81820005", nil), ("82820005820106", nil), ("818100", .malformed),
        ("82820105820006", .malformed), ("82820005820006", .malformed),
        ("81820805", .unknownChain), ("8182001b0000000100000000", .indexPastEnd),
        ("89820001820101820201820301820401820501820601820701820801", .tooLarge),
    ]
    let samples = try Samples()
    let close = try #require(try samples.objects.first { $0.kind == .close })
    for (hex, reason) in marks {
        var raw = try RawObject(close.encoded)
        raw.fields[4] = try CBORValue(decoding: try [UInt8](hex: hex))
        try raw.sign(by: close.signer)
        if let reason {
            #expect(throws: Refusal(reason), "\(hex)") { try close.verify(raw.encoded) }
        } else {
            #expect(throws: Never.self, "\(hex)") { try close.verify(raw.encoded) }
        }
    }
}

@Test func threat22ARedemptionHasAtMost65536ClaimsOfAtMost8Chains() throws {
    let samples = try Samples()
    let sample = try #require(try samples.objects.first { $0.kind == .redemption })
    let payword: CBORValue = .bytes([UInt8](repeating: 1, count: 32))
    func decode(_ claims: [CBORValue]) throws -> Redemption {
        var raw = try RawObject(sample.encoded)
        raw.fields[6] = .array(claims)
        return try SignedObject<Redemption>(decoding: raw.encoded).payload
    }
    func claim(chains: UInt64) -> CBORValue {
        .array([
            .bytes([UInt8](repeating: 2, count: 16)),
            .array((0..<chains).map { .array([.unsigned($0), .unsigned(1), payword]) }),
        ])
    }
    #expect(try decode([claim(chains: 8)]).claims[0].paywords.count == 8)
    #expect(throws: Refusal(.tooLarge)) { try decode([claim(chains: 9)]) }
    #expect(throws: Refusal(.malformed)) { try decode([claim(chains: 0)]) }
    #expect(throws: Refusal(.malformed)) { try decode([]) }
    let small: CBORValue = .array([
        .bytes([UInt8](repeating: 2, count: 16)),
        .array([.array([.unsigned(0), .unsigned(1), payword])]),
    ])
    let most = [CBORValue](repeating: small, count: 65_536)
    #expect(try decode(most).claims.count == 65_536)
    #expect(throws: Refusal(.tooLarge)) { try decode(most + [small]) }
}
