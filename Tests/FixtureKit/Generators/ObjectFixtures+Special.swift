internal import DeterministicCBOR
internal import PayWord

/// The faults that a commitment alone can have.
func commitmentCases(_ maker: ObjectCaseMaker) throws -> [FixtureCase] {
    guard case .array(let chains)? = try RawObject(maker.sample.encoded).fields[6],
        case .array(let parts)? = chains.first
    else { throw Refusal(.internal, "a commitment without chains") }

    func withChains(_ id: String, _ about: String, _ value: [CBORValue], _ reason: Reason) throws
        -> FixtureCase
    {
        try maker.refuse(
            id, about, maker.resigned { $0.fields[6] = .array(value) }, reason)
    }
    func withPart(_ id: String, _ about: String, _ place: Int, _ value: CBORValue, _ reason: Reason)
        throws -> FixtureCase
    {
        var parts = parts
        parts[place] = value
        return try withChains(id, about, [.array(parts)] + chains.dropFirst(), reason)
    }
    let weak = [1] + [UInt8](repeating: 0, count: 31)
    let noncanonical = [0xee] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    func byWeakKey(_ key: [UInt8]) throws -> [UInt8] {
        try maker.changed { raw in
            raw.fields[2] = .bytes(key)
            raw.header[4] = .bytes(key)
            raw.signature = weak + [UInt8](repeating: 0, count: 32)
        }
    }
    return [
        try maker.accept(
            "eight-chains", "with eight chains, the most there may be",
            maker.resigned { raw in
                raw.fields[6] = .array((0..<8).map { chains[$0 % chains.count] })
            }),
        try maker.accept(
            "bare", "without its optional field",
            maker.resigned { $0.fields[10] = nil }),
        try withChains("no-chain", "no chain", [], .malformed),
        try withChains("nine-chains", "nine chains", (0..<9).map { chains[$0 % 3] }, .tooLarge),
        try withPart("denomination-zero", "a denomination of 0", 0, .unsigned(0), .malformed),
        try withPart(
            "denomination-2-63", "a denomination of 2^63", 0, .unsigned(1 << 63),
            .amountOverflow),
        try withPart(
            "denomination-2-64", "a denomination of 2^64 - 1", 0, .unsigned(.max),
            .amountOverflow),
        try withPart("length-zero", "a chain of no paywords", 1, .unsigned(0), .malformed),
        try withPart("length-2-32", "a chain of 2^32", 1, .unsigned(1 << 32), .malformed),
        try withPart(
            "short-root", "a root of 31 bytes", 2, .bytes([UInt8](repeating: 1, count: 31)),
            .malformed),
        try maker.refuse(
            "short-asset", "an asset's code of two characters",
            maker.resigned { $0.fields[5] = .array([.text("EU"), .unsigned(6)]) }, .malformed),
        try maker.refuse(
            "scale-19", "an asset's scale of 19",
            maker.resigned { $0.fields[5] = .array([.text("EUR"), .unsigned(19)]) },
            .malformed),
        try maker.refuse(
            "condition-ordinal", "a condition on chain 8",
            maker.resigned {
                $0.fields[11] = .array([
                    .array([.unsigned(1), .array([.unsigned(8)]), .array([])])
                ])
            }, .unknownChain),
        try maker.refuse(
            "no-condition", "an empty list of conditions",
            maker.resigned { $0.fields[11] = .array([]) }, .malformed),
        try maker.refuse(
            "weak-key", "the payer is the point of order 1, whose signatures all hold",
            byWeakKey(weak), .weakKey),
        try maker.refuse(
            "non-canonical-key", "the payer's key is not the one encoding of its point",
            byWeakKey(noncanonical), .weakKey),
        try maker.refuse(
            "small-order-r", "R is the point of order 1",
            maker.changed { $0.signature.replaceSubrange(..<32, with: weak) }, .badSignature),
        try maker.refuse(
            "large-s", "S is 2^256 - 1",
            maker.changed {
                $0.signature.replaceSubrange(32..., with: [UInt8](repeating: 0xff, count: 32))
            }, .badSignature),
        try maker.refuse(
            "too-large", "more than 16 KiB",
            maker.sample.encoded + [UInt8](repeating: 0, count: 16 * 1024), .tooLarge),
        try maker.refuse(
            "size-byte", "zeros after the object up to 16,385 bytes: the size is judged first",
            padded(maker.sample.encoded, to: 16_385), .tooLarge),
        try maker.refuse(
            "size-most", "zeros after the object up to 16,384 bytes, which are not too many",
            padded(maker.sample.encoded, to: 16_384), .malformed),
    ] + (try headerLimits(maker)) + (try eachFieldAltered(maker))
}

private func padded(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: count - bytes.count)
}

/// The protected header and the signature at their limits.
private func headerLimits(_ maker: ObjectCaseMaker) throws -> [FixtureCase] {
    let key = maker.sample.signer.publicKey.bytes
    func header(
        _ id: String, _ about: String, _ parameter: CBORKey, _ value: CBORValue, _ reason: Reason
    ) throws -> FixtureCase {
        try maker.refuse(
            id, about, maker.resigned { $0.header[parameter] = value }, reason)
    }
    return [
        try header(
            "content-type-most", "an unknown content type of 128 bytes", 3, .text(count: 128),
            .malformed),
        try header(
            "content-type-long", "a content type of 129 bytes", 3, .text(count: 129), .tooLarge),
        try header(
            "short-kid", "a key id of 31 bytes", 4, .bytes(key.dropLast()), .malformed),
        try header("long-kid", "a key id of 33 bytes", 4, .bytes(key + [0]), .malformed),
        try header(
            "header-extension", "a negative parameter in the protected header", -1, .null,
            .unknownField),
        try header(
            "header-extensions", "257 bytes of negative parameters in the protected header", -1,
            .bytes(count: 254), .tooLarge),
        try maker.refuse(
            "long-signature", "a signature of 65 bytes",
            maker.changed { $0.signature.append(0) }, .malformed),
    ]
}

/// What is wrong with the commitment inside a reservation request.
func embeddedCommitmentCases(_ maker: ObjectCaseMaker) throws -> [FixtureCase] {
    let commitment = maker.samples.commitment.encoded
    func embedded(
        _ id: String, _ about: String, _ bytes: [UInt8], _ reason: Reason
    ) throws -> FixtureCase {
        try maker.refuse(
            "embedded-\(id)", about, maker.resigned { $0.fields[3] = .bytes(bytes) }, reason)
    }
    var unknown = try RawObject(commitment)
    unknown.fields[99] = .null
    try unknown.sign(by: maker.samples.parties.payer)
    return [
        try embedded("cut", "its commitment cut short", commitment.dropLast(), .malformed),
        try embedded("nothing", "no bytes for its commitment", [], .malformed),
        try embedded(
            "untagged", "its commitment without tag 18", Array(commitment.dropFirst()),
            .malformed),
        try embedded(
            "long-tag", "its commitment under a tag of two bytes",
            [0xd8, 0x12] + commitment.dropFirst(), .notCanonical),
        try embedded(
            "kind", "an offer in the place of its commitment", maker.samples.offer.encoded,
            .malformed),
        try embedded(
            "unknown-field", "an unknown field 99 in its commitment", unknown.encoded,
            .unknownField),
    ]
}

/// A commitment with each of its fields altered after signing.
private func eachFieldAltered(_ maker: ObjectCaseMaker) throws -> [FixtureCase] {
    let names: [CBORKey: String] = [
        1: "nonce", 2: "payer", 3: "merchant", 4: "broker", 5: "asset", 6: "chains",
        8: "expires-at", 9: "redeem-by", 10: "terms digest",
    ]
    return try names.sorted { $0.key < $1.key }.map { key, name in
        try maker.refuse(
            "altered-\(name.split(separator: " ").joined(separator: "-"))",
            "\(name) altered after signing",
            maker.changed { $0.fields[key] = $0.fields[key]?.altered }, .badSignature)
    }
}

/// Fields whose smallest alteration is found before the signature is looked at.
private func faultOfAlteration(_ kind: ObjectKind, _ key: CBORKey, _ value: CBORValue) -> Reason {
    switch (kind, key) {
    // The broker that is expected is compared before the signature.
    case (.certificate, 2), (.reservation, 2), (.settlement, 3): return .wrongBroker
    // Another role, or other funding, has other fields.
    case (.certificate, 4), (.certificate, 8): return .malformed
    case (.enrolment, 3): return value == .unsigned(2) ? .malformed : .badSignature
    default: return .badSignature
    }
}

/// An object with each of its fields altered after signing, by the smallest step.
func alteredFields(_ maker: ObjectCaseMaker) throws -> [FixtureCase] {
    try RawObject(maker.sample.encoded).fields.sorted { $0.key < $1.key }.map { key, value in
        try maker.refuse(
            "altered-field-\(key)", "field \(key) altered after signing",
            maker.changed { $0.fields[key] = value.altered },
            faultOfAlteration(maker.sample.kind, key, value))
    }
}

/// The faults that a certificate alone can have: fields that its role does not have.
func certificateCases(_ maker: ObjectCaseMaker) throws -> [FixtureCase] {
    let fields = try RawObject(maker.sample.encoded).fields
    let additions: [CBORKey: (String, CBORValue)] = [
        8: ("funding", .unsigned(1)), 9: ("a limit per commitment", .unsigned(1)),
        10: ("a display name", .text("name")), 11: ("a guarantee", .unsigned(1)),
        12: ("a fee", .array([.unsigned(1), .unsigned(1)])),
    ]
    var cases = try additions.sorted { $0.key < $1.key }.filter { fields[$0.key] == nil }.map {
        key, addition in
        try maker.refuse(
            "with-field-\(key)", "\(addition.0), which this role does not have",
            maker.resigned { $0.fields[key] = addition.1 }, .malformed)
    }
    cases.append(
        try maker.refuse(
            "role-4", "an unknown role", maker.resigned { $0.fields[4] = .unsigned(4) },
            .malformed))
    cases.append(
        try maker.refuse(
            "period", "not-after before not-before",
            maker.resigned { $0.fields[7] = .unsigned(1) }, .malformed))
    if case .brokerSigningKey? = try? SignedObject<Certificate>(
        decoding: maker.sample.encoded
    ).payload.role {
        cases.append(
            try maker.refuse(
                "by-signing-key", "signed by another signing key, which only the root may",
                maker.changed { raw in
                    raw.header[4] = .bytes(maker.samples.parties.brokerSigning.publicKey.bytes)
                    try raw.sign(by: maker.samples.parties.brokerSigning)
                }, .badSignature))
    }
    return cases
}
