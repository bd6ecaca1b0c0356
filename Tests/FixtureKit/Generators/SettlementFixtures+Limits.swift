internal import DeterministicCBOR
internal import PayWord

typealias AnswerInputs = (SettlementAnswer) -> [(String, FixtureValue)]

/// Answers by keys out of their time, and under certificates that certify nothing.
func signingKeyCases(
    _ honest: SettlementDraft, _ inputs: AnswerInputs
) throws -> [FixtureCase] {
    let samples = honest.samples
    let parties = samples.parties
    let last = samples.signingCertificate.payload.notAfter.adding(300)
    func settled(at time: Timestamp) throws -> [(String, FixtureValue)] {
        var draft = honest
        draft.replace(settledAt: time)
        return inputs(try draft.answer())
    }
    func refuse(
        _ id: String, _ about: String, _ certificates: [SignedObject<Certificate>],
        _ reason: Reason, base: String = "settlement"
    ) throws -> FixtureCase {
        var draft = honest
        draft.certificates = certificates
        return .refuse(
            "settlement-\(id)", about, inputs(try draft.answer()), reason, base: base)
    }
    let right = samples.signingCertificate.object
    let merchants = try samples.objects.first { $0.name == "certificate of a merchant" }
    let foreign = try parties.otherBroker.sign(
        Certificate.brokerSigningKey(
            serial: .zero, broker: parties.otherBroker.publicKey,
            subject: parties.brokerSigning.publicKey, asset: samples.asset,
            notBefore: Samples.now.subtracting(.day), notAfter: Samples.now.adding(.day)))
    var forged = right.encoded
    forged[forged.count - 1] ^= 1
    var sixteen = honest
    sixteen.certificates = Array(repeating: right, count: 16)
    return [
        .accept(
            "settlement-key-last", "settled 300 s after the period of the key that signed it",
            try settled(at: last)),
        .refuse(
            "settlement-key-expired", "settled 301 s after the period of the key that signed it",
            try settled(at: last.adding(1)), .certificateExpired, base: "settlement-key-last"),
        try refuse(
            "certificate-role", "a merchant's certificate among those of signing keys",
            [right, SignedObject(decoding: merchants?.encoded ?? [])], .malformed),
        try refuse(
            "certificate-other-broker", "another broker's certificate of the key",
            [foreign.object], .wrongBroker),
        try refuse(
            "certificate-forged", "a certificate with one bit of its signature altered",
            [SignedObject(decoding: forged)], .badSignature),
        .accept(
            "settlement-sixteen-certificates", "sixteen certificates, the most there may be",
            inputs(try sixteen.answer())),
        try refuse(
            "seventeen-certificates", "seventeen certificates",
            Array(repeating: right, count: 17), .tooLarge,
            base: "settlement-sixteen-certificates"),
    ]
}

/// Answers whose first leaf, of the root that is signed, is beyond a bound.
func answerLimits(
    _ honest: SettlementDraft, _ inputs: AnswerInputs
) throws -> [FixtureCase] {
    guard case .array(let outcome) = try CBORValue(decoding: honest.outcomes[0].encoded) else {
        throw Refusal(.internal)
    }
    func leaf(_ id: String, _ about: String, _ bytes: [UInt8], _ reason: Reason = .malformed)
        throws -> FixtureCase
    {
        var draft = honest
        draft.firstLeaf = bytes
        return .refuse(
            "settlement-leaf-\(id)", about, inputs(try draft.answer()), reason, base: "settlement")
    }
    func element(
        _ id: String, _ about: String, _ place: Int, _ value: CBORValue,
        _ reason: Reason = .malformed
    ) throws -> FixtureCase {
        var outcome = outcome
        outcome[place] = value
        return try leaf(id, about, CBORValue.array(outcome).encoded, reason)
    }
    func advance(_ ordinal: UInt64, _ from: UInt64, _ to: UInt64) -> CBORValue {
        .array([.unsigned(ordinal), .unsigned(from), .unsigned(to)])
    }
    return [
        try leaf("empty", "a leaf of no bytes", []),
        try leaf("long", "a leaf of 1,025 bytes", CBORValue.bytes(count: 1022).encoded, .tooLarge),
        try leaf(
            "most", "a leaf of 1,024 bytes, which is no outcome",
            CBORValue.bytes(count: 1021).encoded),
        try leaf(
            "elements", "a leaf of four elements", CBORValue.array(outcome.dropLast()).encoded),
        try element("far-position", "a leaf of the position 65,536", 0, .unsigned(65_536)),
        try element("short-id", "a leaf with an id of 15 bytes", 1, .bytes(count: 15)),
        try element(
            "nine-advances", "a leaf with nine advances", 2, .list(9) { advance($0, 0, 1) },
            .tooLarge),
        try element(
            "ordinal", "a leaf with an advance of chain 8", 2, .array([advance(8, 0, 1)]),
            .unknownChain),
        try element(
            "far-index", "a leaf with an advance to 2^32", 2, .array([advance(0, 0, 1 << 32)]),
            .indexPastEnd),
        try element(
            "repeated", "a leaf with a chain twice", 2,
            .array([advance(0, 0, 700), advance(0, 0, 700)])),
        try element(
            "nothing", "a leaf with an advance to where it began", 2,
            .array([advance(0, 700, 700)])),
        try element(
            "overflow", "a leaf with an amount of 2^63", 3, .tooMuch, .amountOverflow),
        try element(
            "reason", "a leaf of a refused claim with an amount", 4, .unsigned(16)),
    ]
}
