import DeterministicCBOR
import FixtureKit
import PayWord
import Testing
import TollConformance

private let period: Seconds = 30 * .day

private func reservation(
    _ samples: Samples, at time: Timestamp, by key: SigningKey
) throws -> SignedObject<Reservation> {
    let valid = samples.reservation.payload
    return try key.sign(
        Reservation(
            commitmentDigest: valid.commitmentDigest, broker: valid.broker, payer: valid.payer,
            merchant: valid.merchant, asset: valid.asset, amount: valid.amount, issuedAt: time,
            validUntil: valid.validUntil)
    ).object
}

@Test func aBrokerSignsByItsRootOrByACertifiedKey() throws {
    let samples = try Samples()
    let parties = samples.parties
    let identity = try samples.brokerIdentity
    for key in [parties.broker, parties.brokerSigning] {
        let object = try reservation(samples, at: Samples.now, by: key)
        #expect(try object.verified(by: identity).payload == object.payload)
    }
    let rootAlone = BrokerIdentity(root: parties.broker.publicKey)
    let bySigningKey = try reservation(samples, at: Samples.now, by: parties.brokerSigning)
    #expect(throws: Refusal(.badSignature)) { try bySigningKey.verified(by: rootAlone) }
    #expect(throws: Refusal(.badSignature)) { try bySigningKey.verified() }
    let byStranger = try reservation(samples, at: Samples.now, by: parties.stranger)
    #expect(throws: Refusal(.badSignature)) { try byStranger.verified(by: identity) }
    let other = BrokerIdentity(root: parties.otherBroker.publicKey)
    #expect(throws: Refusal(.wrongBroker)) { try bySigningKey.verified(by: other) }
}

@Test func aSigningKeySignsWithinItsPeriodAlone() throws {
    let samples = try Samples()
    let identity = try samples.brokerIdentity
    let key = samples.parties.brokerSigning
    // Clocks may be 300 s apart.
    let first = Samples.now.subtracting(period + 300)
    let last = Samples.now.adding(period + 300)
    for time in [first, last] {
        _ = try reservation(samples, at: time, by: key).verified(by: identity)
    }
    let early = try reservation(samples, at: first.subtracting(1), by: key)
    #expect(throws: Refusal(.notYetValid)) { try early.verified(by: identity) }
    let late = try reservation(samples, at: last.adding(1), by: key)
    #expect(throws: Refusal(.certificateExpired)) { try late.verified(by: identity) }
    // The root has no period.
    let byRoot = try reservation(samples, at: last.adding(1), by: samples.parties.broker)
    _ = try byRoot.verified(by: identity)
}

/// Checks come in one order: the signature before the dates.
@Test func anExpiredKeyUnderABrokenSignatureIsBadSignature() throws {
    let samples = try Samples()
    let late = try reservation(
        samples, at: Samples.now.adding(period + 301), by: samples.parties.brokerSigning)
    var raw = try RawObject(late.encoded)
    raw.signature[3] ^= 1
    let broken = try SignedObject<Reservation>(decoding: raw.encoded)
    let identity = try samples.brokerIdentity
    #expect(throws: Refusal(.badSignature)) { try broken.verified(by: identity) }
}

@Test func theRootAloneCertifiesSigningKeys() throws {
    let samples = try Samples()
    let parties = samples.parties
    var random = SeededRandom(seed: 41)
    func certificate(
        broker: PublicKey, subject: PublicKey
    ) -> Certificate {
        .brokerSigningKey(
            serial: .random(using: &random), broker: broker, subject: subject,
            asset: samples.asset, notBefore: Samples.now, notAfter: Samples.now.adding(.day))
    }
    // A signing key certifies another.
    let byRoot = try parties.broker.sign(
        certificate(broker: parties.broker.publicKey, subject: parties.stranger.publicKey))
    var raw = try RawObject(byRoot.encoded)
    raw.header[4] = .bytes(parties.brokerSigning.publicKey.bytes)
    try raw.sign(by: parties.brokerSigning)
    let bySigningKey = try SignedObject<Certificate>(decoding: raw.encoded)
    var identity = try samples.brokerIdentity
    #expect(throws: Refusal(.badSignature)) { try identity.add(bySigningKey) }
    // Another broker's certificate, and one of another role.
    let foreign = try parties.otherBroker.sign(
        certificate(broker: parties.otherBroker.publicKey, subject: parties.stranger.publicKey))
    #expect(throws: Refusal(.wrongBroker)) { try identity.add(foreign.object) }
    let merchant = try parties.broker.sign(
        Certificate.merchant(
            serial: .random(using: &random), broker: parties.broker.publicKey,
            subject: parties.stranger.publicKey, asset: samples.asset, notBefore: Samples.now,
            notAfter: Samples.now, displayName: nil, fee: .none))
    #expect(throws: Refusal(.malformed)) { try identity.add(merchant.object) }
    #expect(identity == (try samples.brokerIdentity))
    try identity.add(byRoot.object)
    #expect(identity.signingCertificates.count == 2)
}

@Test func certificatesHaveTheFieldsOfTheirRole() throws {
    let samples = try Samples()
    let verifier = ObjectVerifier(
        broker: try samples.brokerIdentity, unnamedSigner: samples.parties.payer.publicKey)
    let additions: [String: [Int]] = [
        "certificate of a broker's signing key": [8, 9, 10, 11, 12],
        "certificate of a merchant": [8, 9, 11],
        "certificate of a payer with credit": [10, 12],
        "certificate of a payer, reserved": [10, 11, 12],
    ]
    for sample in try samples.objects where sample.kind == .certificate {
        for key in try #require(additions[sample.name]) {
            var raw = try RawObject(sample.encoded)
            raw.fields[.init(key)] =
                key == 10
                ? .text("name")
                : key == 12 ? .array([.unsigned(1), .unsigned(1)]) : .unsigned(1)
            try raw.sign(by: sample.signer)
            #expect(throws: Refusal(.malformed), "\(sample.name), field \(key)") {
                try verifier.verify(.certificate, raw.encoded)
            }
        }
        var raw = try RawObject(sample.encoded)
        raw.fields[7] = .unsigned(1)
        try raw.sign(by: sample.signer)
        #expect(throws: Refusal(.malformed), "not-after before not-before") {
            try verifier.verify(.certificate, raw.encoded)
        }
    }
}

@Test func aCertificatesPeriodAllowsForClocks() throws {
    let certificate = try Samples().signingCertificate.payload
    try certificate.checkPeriod(at: certificate.notBefore.subtracting(300))
    try certificate.checkPeriod(at: certificate.notAfter.adding(300))
    #expect(throws: Refusal(.notYetValid)) {
        try certificate.checkPeriod(at: certificate.notBefore.subtracting(301))
    }
    #expect(throws: Refusal(.certificateExpired)) {
        try certificate.checkPeriod(at: certificate.notAfter.adding(301))
    }
}
