import DeterministicCBOR
import FixtureKit
import PayWord
import Testing

private let samples = Result { () throws(Refusal) in try Samples().objects }

/// Every kind of object, by the name of its sample.
private var objects: [ObjectSample] { get throws { try samples.get() } }

/// `base` with one change, signed again by its own signer.
private func resigned(
    _ base: ObjectSample, _ change: (inout RawObject) throws -> Void
) throws -> [UInt8] {
    var raw = try RawObject(base.encoded)
    try change(&raw)
    try raw.sign(by: base.signer)
    return raw.encoded
}

private func expect(
    _ reason: Reason, _ sample: ObjectSample, _ bytes: [UInt8], _ about: String = "",
    location: SourceLocation = #_sourceLocation
) {
    #expect(
        throws: Refusal(reason), "\(sample.name) \(about)", sourceLocation: location
    ) { try sample.verify(bytes) }
}

@Test func thereIsASampleOfEveryKind() throws {
    #expect(Set(try objects.map(\.kind)) == Set(ObjectKind.allCases))
    #expect(Set(try objects.map(\.name)).count == (try objects.count))
}

@Test func everySampleVerifiesAndTakesApartIntoTheSameBytes() throws {
    for sample in try objects {
        let raw = try RawObject(sample.encoded)
        #expect(try sample.verify().encoded == raw.payload)
        #expect(raw.encoded == sample.encoded)
        // Signing again gives the same signature.
        #expect(try resigned(sample) { _ in } == sample.encoded)
        let envelope = try SignedEnvelope(
            decoding: sample.encoded[...], bytesMaximum: 1 << 20)
        #expect(envelope.kind == sample.kind)
        #expect(envelope.keyID == sample.signer.publicKey)
    }
}

@Test func theProtectedHeaderIsWhatTheProtocolSays() throws {
    for sample in try objects {
        let header = try RawObject(sample.encoded).header
        #expect(header.count == 3)
        #expect(header[1] == .negative(argument: 18))
        #expect(header[3] == .text("application/tollchain.\(sample.kind.rawValue)+cbor"))
        #expect(header[4] == .bytes(sample.signer.publicKey.bytes))
    }
}

@Test func threat08EveryAlteredFieldIsBadSignature() throws {
    for sample in try objects {
        let raw = try RawObject(sample.encoded)
        for (key, value) in raw.fields {
            var altered = raw
            altered.fields[key] = value.altered
            // A role or funding that is another one no longer goes with the other fields.
            let isChoice =
                sample.kind == .certificate && (key == 4 || key == 8)
                || sample.kind == .enrolment && key == 3
            let error = #expect(throws: Refusal.self, "\(sample.name), field \(key)") {
                try sample.verify(altered.encoded)
            }
            // The altered certificate or object may name another broker than the one asked for.
            let allowed: Set<Reason> =
                isChoice ? [.badSignature, .malformed] : [.badSignature, .wrongBroker]
            #expect(error.map { allowed.contains($0.reason) } == true, "\(sample.name) \(key)")
        }
    }
}

@Test func threat08EveryAlteredFieldOfACommitmentIsBadSignature() throws {
    let sample = try #require(try objects.first { $0.kind == .commitment })
    let raw = try RawObject(sample.encoded)
    #expect(raw.fields.count == 10)
    for (key, value) in raw.fields {
        var altered = raw
        altered.fields[key] = value.altered
        expect(.badSignature, sample, altered.encoded, "field \(key)")
    }
    // Each part of each chain, and each part of the asset.
    guard case .array(let chains)? = raw.fields[6] else { throw Refusal(.internal) }
    for (ordinal, chain) in chains.enumerated() {
        guard case .array(let parts) = chain else { throw Refusal(.internal) }
        for (place, part) in parts.enumerated() {
            var (parts, chains, altered) = (parts, chains, raw)
            parts[place] = part.altered
            chains[ordinal] = .array(parts)
            altered.fields[6] = .array(chains)
            expect(.badSignature, sample, altered.encoded, "chain \(ordinal), part \(place)")
        }
    }
    var scale = raw
    scale.fields[5] = .array([.text("EUR"), .unsigned(2)])
    expect(.badSignature, sample, scale.encoded, "scale")
    // An optional field put in, an optional field left out, an extension.
    for (key, value) in [
        (11, .array([.array([.unsigned(1), .array([.unsigned(0)]), .array([])])])),
        (10, nil), (-1, .null),
    ] as [(Int, CBORValue?)] {
        var altered = raw
        altered.fields[CBORKey(key)] = value
        expect(.badSignature, sample, altered.encoded, "field \(key)")
    }
}

@Test func threat08EveryAlteredByteIsRefused() throws {
    for sample in try objects {
        for index in sample.encoded.indices {
            var bytes = sample.encoded
            bytes[index] ^= 0x01
            #expect(throws: Refusal.self, "\(sample.name), byte \(index)") {
                try sample.verify(bytes)
            }
        }
    }
}

@Test func threat09AnotherKeysSignatureIsBadSignature() throws {
    let stranger = try Parties().stranger
    for sample in try objects {
        // The stranger's signature under the right kid, and under the stranger's own.
        var raw = try RawObject(sample.encoded)
        try raw.sign(by: stranger)
        expect(.badSignature, sample, raw.encoded)
        raw.header[4] = .bytes(stranger.publicKey.bytes)
        try raw.sign(by: stranger)
        expect(.badSignature, sample, raw.encoded)
        // The right signature under the stranger's kid.
        raw = try RawObject(sample.encoded)
        raw.header[4] = .bytes(stranger.publicKey.bytes)
        try raw.sign(by: sample.signer)
        expect(.badSignature, sample, raw.encoded)
    }
}

@Test func threat10AWeakSignerIsWeakKey() throws {
    // A commitment whose payer, and whose kid, is the point of order 1: with R = 1 and S = 0 the
    // equation holds for every message.
    let sample = try #require(try objects.first { $0.kind == .commitment })
    let weak = [1] + [UInt8](repeating: 0, count: 31)
    var raw = try RawObject(sample.encoded)
    raw.fields[2] = .bytes(weak)
    raw.header[4] = .bytes(weak)
    raw.signature = weak + [UInt8](repeating: 0, count: 32)
    expect(.weakKey, sample, raw.encoded)
}

@Test func threat10ABrokenSignatureIsBadSignature() throws {
    for sample in try objects {
        let valid = try RawObject(sample.encoded)
        let r = valid.signature[..<32]
        let s = valid.signature[32...]
        for signature in [
            [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xff, count: 64),
            [UInt8](repeating: 0, count: 32) + s, r + [UInt8](repeating: 0xff, count: 32),
        ] {
            var raw = valid
            raw.signature = signature
            expect(.badSignature, sample, raw.encoded)
        }
        for length in [0, 63, 65] {
            var raw = valid
            raw.signature = [UInt8](repeating: 1, count: length)
            expect(.malformed, sample, raw.encoded, "a signature of \(length) bytes")
        }
    }
}

@Test func aMissingFieldIsMalformedUnlessItIsOptional() throws {
    let optional: [ObjectKind: Set<CBORKey>] = [
        .commitment: [10, 11], .offer: [6, 7], .reservationRequest: [5], .enrolment: [6],
        .statementRequest: [5], .withdrawal: [7], .certificate: [10],
    ]
    for sample in try objects {
        for key in try RawObject(sample.encoded).fields.keys {
            let bytes = try resigned(sample) { $0.fields[key] = nil }
            if optional[sample.kind]?.contains(key) == true {
                #expect(throws: Never.self, "\(sample.name), field \(key)") {
                    try sample.verify(bytes)
                }
            } else {
                expect(.malformed, sample, bytes, "without field \(key)")
            }
        }
    }
}

@Test func anUnknownFieldIsUnknownField() throws {
    for sample in try objects {
        for key in [0, 16, 99] as [CBORKey] {
            let bytes = try resigned(sample) { $0.fields[key] = .null }
            expect(.unknownField, sample, bytes, "field \(key)")
        }
        let header = try resigned(sample) { $0.header[2] = .array([]) }
        expect(.unknownField, sample, header, "header parameter 2")
        let last = try resigned(sample) { $0.header[5] = .null }
        expect(.unknownField, sample, last, "header parameter 5")
        let negative = try resigned(sample) { $0.header[-1] = .null }
        expect(.unknownField, sample, negative, "header parameter -1")
    }
}

@Test func extensionsAreCarriedUpTo256Bytes() throws {
    for sample in try objects {
        // Key 1 byte, head 2 bytes, and the rest.
        let fits = try resigned(sample) {
            $0.fields[-1] = .bytes([UInt8](repeating: 7, count: 253))
        }
        try sample.verify(fits)
        let tooLong = try resigned(sample) {
            $0.fields[-1] = .bytes([UInt8](repeating: 7, count: 254))
        }
        expect(.tooLarge, sample, tooLong)
        let many = try resigned(sample) { raw in
            for key in 1...100 { raw.fields[CBORKey(-key)] = .bytes([1, 2]) }
        }
        expect(.tooLarge, sample, many)
    }
}

@Test func aFieldOfAnotherShapeIsMalformed() throws {
    for sample in try objects {
        for (key, value) in try RawObject(sample.encoded).fields {
            let wrong: CBORValue = value == .null ? .unsigned(0) : .null
            let bytes = try resigned(sample) { $0.fields[key] = wrong }
            expect(.malformed, sample, bytes, "field \(key)")
        }
    }
}

@Test func anotherKindOrContentTypeIsMalformed() throws {
    for sample in try objects {
        for kind in ObjectKind.allCases where kind != sample.kind {
            let bytes = try resigned(sample) { $0.header[3] = .text(kind.contentType) }
            expect(.malformed, sample, bytes, "as \(kind)")
        }
        for type in [
            "", "application/cbor", "application/tollchain.+cbor",
            "application/tollchain.\(sample.kind.rawValue)",
            "application/tollchain.\(sample.kind.rawValue)+cbor ",
            "APPLICATION/TOLLCHAIN.\(sample.kind.rawValue)+cbor",
        ] {
            let bytes = try resigned(sample) { $0.header[3] = .text(type) }
            expect(.malformed, sample, bytes, "as \(type)")
        }
        // EdDSA by its older, wider name.
        let algorithm = try resigned(sample) { $0.header[1] = .negative(argument: 7) }
        expect(.malformed, sample, algorithm)
    }
}

@Test func theWrappingHasOneForm() throws {
    for sample in try objects {
        let untagged = Array(sample.encoded.dropFirst())
        expect(.malformed, sample, untagged)
        expect(.malformed, sample, sample.encoded + [0])
        expect(.malformed, sample, Array(sample.encoded.dropLast()))
        let payload = try resigned(sample) { $0.payload.append(0) }
        expect(.malformed, sample, payload)
        let header = try resigned(sample) { $0.protected.append(0) }
        expect(.malformed, sample, header)
        let unprotected = try resigned(sample) { $0.unprotected = [0xa1, 0x04, 0x41, 0x31] }
        expect(.malformed, sample, unprotected)
        let tag = try resigned(sample) { $0.tag = [0xd1] }
        expect(.notCanonical, sample, tag)
        let longTag = try resigned(sample) { $0.tag = [0xd8, 0x12] }
        expect(.notCanonical, sample, longTag)
        let empty = try resigned(sample) { $0.payload = [0xf6] }
        expect(.malformed, sample, empty)
    }
}

@Test func anObjectThatIsTooLargeIsRefusedBeforeItIsRead() throws {
    for sample in try objects where sample.kind != .redemption && sample.kind != .settlement {
        // Not even CBOR.
        expect(.tooLarge, sample, [UInt8](repeating: 0xff, count: 16 * 1024 + 1))
        expect(.malformed, sample, [UInt8](repeating: 0xff, count: 16 * 1024))
    }
    #expect(Redemption.encodedBytesMaximum == 64 << 20)
    #expect(throws: Refusal(.tooLarge)) {
        try SignedObject<Redemption>(
            decoding: [UInt8](repeating: 0xff, count: Redemption.encodedBytesMaximum + 1))
    }
}

@Test func nobodySignsForAnother() throws {
    let samples = try Samples()
    #expect(throws: Refusal(.badSignature)) {
        try samples.parties.stranger.sign(samples.commitment.payload)
    }
    #expect(throws: Refusal(.badSignature)) {
        try samples.parties.brokerSigning.sign(samples.signingCertificate.payload)
    }
}
