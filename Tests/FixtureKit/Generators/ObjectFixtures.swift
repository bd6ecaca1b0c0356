internal import DeterministicCBOR
internal import PayWord
internal import TollConformance

/// Each kind of object, valid, and then with one fault of every sort that all kinds share; then the
/// faults that commitments and certificates alone can have.
func objectFixtures(_ samples: Samples) throws -> [FixtureFile] {
    let objects = try samples.objects
    let byKind = try ObjectKind.allCases.map { kind in
        var cases: [FixtureCase] = []
        for sample in objects where sample.kind == kind {
            let maker = ObjectCaseMaker(samples: samples, sample: sample)
            cases += try maker.sharedCases()
            if kind == .commitment {
                cases += try commitmentCases(maker)
            } else {
                cases += try alteredFields(maker)
            }
            if kind == .certificate { cases += try certificateCases(maker) }
            if kind == .reservationRequest { cases += try embeddedCommitmentCases(maker) }
        }
        return FixtureFile(
            subject: "objects", name: kind.rawValue,
            description: """
                Whole \(kind.rawValue) objects (content type \(kind.contentType)). They are \
                checked in the order size, CBOR, fields, key, signature. `signer` is the party \
                that must have signed one that names none; `broker` and `signing_certificates` \
                say which keys sign for a broker.
                """, cases: cases)
    }
    return byKind + [
        try objectLimitFixtures(samples), try brokerKeyFixtures(samples),
        try answerFixtures(samples),
        try expectationFixtures(samples), try signingFixtures(samples),
    ]
}

/// Makes cases from one sample.
struct ObjectCaseMaker {
    let samples: Samples
    let sample: ObjectSample
    /// What the names of its cases begin with.
    var prefix = "object-"

    /// `object-certificate-of-a-merchant`
    var base: String {
        prefix
            + sample.name.lowercased().map { $0.isLetter ? String($0) : "-" }.joined()
            .split(separator: "-").joined(separator: "-")
    }

    func inputs(_ object: [UInt8]) throws -> [(String, FixtureValue)] {
        var inputs: [(String, FixtureValue)] = [
            ("op", .text("object.verify")), ("kind", .text(sample.kind.rawValue)),
            ("bytes", .hex(object)),
        ]
        switch sample.kind {
        case .closeRequest:
            inputs.append(("signer", .hex(samples.parties.payer.publicKey.bytes)))
        case .certificate, .reservation, .settlement:
            inputs.append(("broker", .hex(samples.parties.broker.publicKey.bytes)))
            inputs.append(
                ("signing_certificates", .list([.hex(samples.signingCertificate.encoded)])))
        default: break
        }
        return inputs
    }

    /// The sample with one change.
    func changed(_ change: (inout RawObject) throws -> Void) throws -> [UInt8] {
        var raw = try RawObject(sample.encoded)
        try change(&raw)
        return raw.encoded
    }

    /// The sample with one change, signed again by its own signer.
    func resigned(_ change: (inout RawObject) throws -> Void) throws -> [UInt8] {
        try changed { raw in
            try change(&raw)
            try raw.sign(by: sample.signer)
        }
    }

    func accept(_ id: String?, _ about: String, _ object: [UInt8]) throws -> FixtureCase {
        let raw = try RawObject(object)
        var result: [(String, FixtureValue)] = [
            ("digest", .hex(SHA256.digest(raw.payload).bytes)),
            ("kid", .hex(sample.signer.publicKey.bytes)),
            ("payload", .text(CBORValue.map(raw.fields).diagnostic)),
        ]
        if sample.kind == .commitment {
            result.append(("id", .hex(SHA256.digest(raw.payload).bytes.prefix(16))))
            result.append(("context", .hex(try Self.context(raw))))
        }
        return .accept(
            id.map { "\(base)-\($0)" } ?? base, about, try inputs(object), result)
    }

    func refuse(
        _ id: String, _ about: String, _ object: [UInt8], _ reason: Reason, from: String? = nil
    ) throws -> FixtureCase {
        .refuse(
            "\(base)-\(id)", about, try inputs(object), reason,
            base: from.map { "\(base)-\($0)" } ?? base)
    }

    /// SHA-256 of the payload with every root zeroed, by taking the tree apart.
    private static func context(_ raw: RawObject) throws -> [UInt8] {
        var fields = raw.fields
        guard case .array(let chains)? = fields[6] else { throw Refusal(.internal) }
        fields[6] = .array(
            chains.map { chain in
                guard case .array(let parts) = chain else { return chain }
                return .array(parts.dropLast() + [.bytes([UInt8](repeating: 0, count: 32))])
            })
        return SHA256.digest(CBORValue.map(fields).encoded).bytes
    }
}

extension ObjectCaseMaker {
    func sharedCases() throws -> [FixtureCase] {
        let fields = try RawObject(sample.encoded).fields
        let last = fields.keys.max() ?? 1
        return [
            try accept(nil, "a valid \(sample.name)", sample.encoded),
            try accept(
                "extended", "with an extension, which is carried and ignored",
                resigned { $0.fields[-1] = .text("extension") }),
            try accept(
                "most-extensions", "with extensions of 256 bytes, the most there may be",
                resigned { $0.fields[-1] = .bytes([UInt8](repeating: 7, count: 253)) }),
        ] + (try encodingFaults()) + (try headerFaults()) + [
            try refuse(
                "too-many-extensions", "extensions of 257 bytes",
                resigned { $0.fields[-1] = .bytes([UInt8](repeating: 7, count: 254)) },
                .tooLarge),
            try refuse(
                "unknown-field", "an unknown field 99", resigned { $0.fields[99] = .null },
                .unknownField),
            try refuse(
                "unknown-field-zero", "an unknown field 0", resigned { $0.fields[0] = .null },
                .unknownField),
            try refuse(
                "missing-field", "field 1 is missing", resigned { $0.fields[1] = nil },
                .malformed),
            try refuse(
                "wrong-shape", "field 1 is null", resigned { $0.fields[1] = .null },
                .malformed),
            try refuse(
                "last-field-wrong-shape", "field \(last) is a boolean",
                resigned { $0.fields[last] = .bool(true) }, .malformed),
        ] + (try signatureFaults(fields))
    }

    private func encodingFaults() throws -> [FixtureCase] {
        [
            try refuse(
                "truncated", "the last byte is missing", Array(sample.encoded.dropLast()),
                .malformed),
            try refuse("trailing", "a byte too many", sample.encoded + [0], .malformed),
            try refuse(
                "untagged", "without tag 18", Array(sample.encoded.dropFirst()), .malformed),
            try refuse("other-tag", "under tag 17", changed { $0.tag = [0xd1] }, .notCanonical),
            try refuse(
                "long-tag", "tag 18 in two bytes", changed { $0.tag = [0xd8, 0x12] },
                .notCanonical),
            try refuse(
                "indefinite-payload", "the payload's map has an indefinite length",
                resigned { raw in raw.payload = [0xbf] + raw.payload.dropFirst() + [0xff] },
                .notCanonical),
            try refuse(
                "payload-trailing", "a byte after the payload's map",
                resigned { $0.payload.append(0) }, .malformed),
            try refuse(
                "duplicate-field", "field -1 twice",
                resigned { raw in
                    // The head of a map of up to 23 pairs, counted two up.
                    raw.payload =
                        [raw.payload[0] + 2] + raw.payload.dropFirst()
                        + [0x20, 0xf6, 0x20, 0xf6]
                }, .notCanonical),
        ]
    }

    private func headerFaults() throws -> [FixtureCase] {
        let other = sample.kind == .offer ? ObjectKind.receipt : .offer
        return [
            try refuse(
                "unprotected", "a parameter in the unprotected header",
                changed { $0.unprotected = [0xa1, 0x04, 0x41, 0x31] }, .malformed),
            try refuse(
                "other-kind", "the content type of another kind",
                resigned { $0.header[3] = .text(other.contentType) }, .malformed),
            try refuse(
                "eddsa", "the algorithm -8 (EdDSA)",
                resigned { $0.header[1] = .negative(argument: 7) }, .malformed),
            try refuse(
                "header-parameter", "another parameter in the protected header",
                resigned { $0.header[5] = .bytes([1]) }, .unknownField),
            try refuse(
                "no-kid", "no key id", resigned { $0.header[4] = nil }, .malformed),
        ]
    }

    private func signatureFaults(_ fields: [CBORKey: CBORValue]) throws -> [FixtureCase] {
        let stranger = samples.parties.stranger
        // A date or a number that all kinds have, and that no other field hangs on.
        let dates: [ObjectKind: CBORKey] = [
            .commitment: 7, .certificate: 7, .reservationRequest: 4, .reservation: 7, .offer: 8,
            .receipt: 8, .closeRequest: 3, .close: 5, .redemption: 5, .settlement: 13,
            .enrolment: 5, .certificateRequest: 5, .statementRequest: 4, .withdrawal: 6,
            .faucetRequest: 6,
        ]
        let date = dates[sample.kind] ?? 1
        return [
            try refuse(
                "altered-signature", "one bit of R altered", changed { $0.signature[5] ^= 1 },
                .badSignature),
            try refuse(
                "altered-scalar", "one bit of S altered", changed { $0.signature[40] ^= 1 },
                .badSignature),
            try refuse(
                "short-signature", "a signature of 63 bytes",
                changed { $0.signature.removeLast() }, .malformed),
            try refuse(
                "altered-date", "field \(date), a date, altered after signing",
                changed { $0.fields[date] = fields[date]?.altered }, .badSignature),
            try refuse(
                "extension-after-signing", "an extension put in after signing",
                changed { $0.fields[-1] = .null }, .badSignature),
            try refuse(
                "strangers-signature", "a stranger's signature under the signer's key id",
                changed { try $0.sign(by: stranger) }, .badSignature),
            try refuse(
                "strangers-kid", "signed by a stranger under the stranger's own key id",
                changed { raw in
                    raw.header[4] = .bytes(stranger.publicKey.bytes)
                    try raw.sign(by: stranger)
                }, .badSignature),
        ]
    }
}
