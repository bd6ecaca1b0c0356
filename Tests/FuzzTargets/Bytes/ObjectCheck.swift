import DeterministicCBOR
import FixtureKit
import PayWord

/// What holds of an object of any kind that is accepted: it is written back alike, its fields are
/// all that its payload holds beside extensions, and whoever it says signed it did.
struct ObjectCheck {
    let world: World
    let mode: ObjectTarget.Mode

    @discardableResult
    func run<Payload: SignedPayload>(
        _ type: Payload.Type, _ bytes: [UInt8]
    ) throws -> SignedObject<Payload>? {
        let object: SignedObject<Payload>
        do {
            object = try SignedObject<Payload>(decoding: bytes)
        } catch {
            try promise((error.offset ?? 0) <= bytes.count, "a fault outside: \(error)")
            return nil
        }
        try promise(object.encoded == bytes, "not kept as it was received")
        try promise(bytes.count <= Payload.encodedBytesMaximum, "too large, and accepted")
        guard case .map(let fields) = try CBORValue(decoding: object.payloadBytes) else {
            throw BrokenPromise("a payload that is no map")
        }
        let extensions = fields.filter(\.key.isNegative)
        let known = CBORValue.map(fields.filter { !$0.key.isNegative })
        try promise(object.payload.encoded == known.encoded, "fields are written back otherwise")
        try promise(
            CBORValue.map(extensions).encoded.count <= FieldReader.extensionBytesMaximum + 3,
            "too many extensions")
        try promise(object.digest == SHA256.digest(object.payloadBytes), "another digest")
        guard isAccepted(object) else {
            try promise(
                mode != .signedRightly || !isRightSigner(object),
                "signed rightly, and refused")
            return object
        }
        try promise(mode != .signedByAnother, "a stranger's signature is accepted")
        try checkSignature(bytes, by: object.keyID)
        return object
    }

    /// As every role verifies it.
    private func isAccepted<Payload>(_ object: SignedObject<Payload>) -> Bool {
        switch object.payload.signer {
        case .party: (try? object.verified()) != nil
        case .broker, .brokerRoot: (try? object.verified(by: world.broker)) != nil
        case .unnamed:
            (try? object.verified(signedBy: world.parties.payer.publicKey)) != nil
        }
    }

    /// Whether the key in the header is the one that must have signed, as the spec has it.
    private func isRightSigner<Payload>(_ object: SignedObject<Payload>) -> Bool {
        let signing = world.samples.signingCertificate.payload
        return switch object.payload.signer {
        case .party(let key): key == object.keyID
        case .brokerRoot(let key): key == object.keyID && key == world.broker.root
        case .broker(let key):
            key == world.broker.root
                && (object.keyID == key
                    || (object.keyID == signing.subject
                        && signing.notBefore <= object.payload.signedAt.adding(300)
                        && object.payload.signedAt <= signing.notAfter.adding(300)))
        case .unnamed: object.keyID == world.parties.payer.publicKey
        }
    }

    /// The signature, once more, over a Sig_structure that is put together here.
    private func checkSignature(_ bytes: [UInt8], by key: PublicKey) throws {
        var decoder = try CBORDecoder(bytes, tag: .signedObject)
        try decoder.readSignedObjectTag()
        try decoder.readArray(count: 4)
        let protected = Array(try decoder.readBytes())
        _ = try decoder.readMap()
        let payload = Array(try decoder.readBytes())
        let signature = Signature(try decoder.readBytes()) ?? .zero
        let structure = CBORValue.array([
            .text("Signature1"), .bytes(protected), .bytes([]), .bytes(payload),
        ])
        do {
            try Ed25519.verify(signature, over: structure.encoded, by: key)
        } catch {
            throw BrokenPromise("accepted, and its signature does not hold: \(error)")
        }
    }
}

extension ObjectCheck {
    func commitment(_ bytes: [UInt8]) throws {
        guard let object = try run(Commitment.self, bytes) else { return }
        let commitment = object.payload
        let areDatesRight = (try? commitment.checkDates()) != nil
        let limit = commitment.issuedAt.adding(Commitment.redeemByMaximum)
        try promise(
            areDatesRight
                == (commitment.issuedAt <= commitment.expiresAt
                    && commitment.expiresAt <= commitment.redeemBy
                    && commitment.redeemBy <= limit),
            "dates out of order")
        let worth = commitment.chains.reduce(Int128(0)) {
            $0 + Int128($1.denomination.units) * Int128($1.length.value)
        }
        if let total = try? commitment.worth {
            try promise(Int128(total.units) == worth, "worth \(total), not \(worth)")
            let full = try commitment.worth(at: commitment.chains.map(\.length))
            try promise(full == total, "worth \(full) at its ends, and \(total)")
        } else {
            try promise(worth > Int128(Int64.max), "\(worth) does not overflow")
        }
        for ordinal in Ordinal.all(count: Ordinal.countMaximum) {
            try promise(
                ((try? commitment.chain(ordinal)) != nil)
                    == (ordinal.position < commitment.chains.count), "chain \(ordinal)")
        }
        try promise(object.chainVerifiers.count == commitment.chains.count, "verifiers")
        try promise(
            (try? commitment.worth(at: Array(repeating: .zero, count: 9))) == nil, "nine chains")
        if object.payloadBytes == commitment.encoded {
            try promise(object.context == commitment.context, "two contexts")
        }
    }

    func certificate(_ bytes: [UInt8]) throws {
        guard let object = try run(Certificate.self, bytes) else { return }
        let certificate = object.payload
        for time in [certificate.notBefore, certificate.notAfter] {
            try certificate.checkPeriod(at: time)
        }
        let (before, after) = (
            certificate.notBefore.subtracting(301), certificate.notAfter.adding(301)
        )
        if certificate.notBefore.since(before) == 301 {
            try promise((try? certificate.checkPeriod(at: before)) == nil, "valid before its time")
        }
        if after.since(certificate.notAfter) == 301 {
            try promise((try? certificate.checkPeriod(at: after)) == nil, "valid after its time")
        }
        var identity = BrokerIdentity(root: world.broker.root)
        guard (try? identity.add(object)) != nil else { return }
        try promise(
            object.keyID == world.broker.root && certificate.role == .brokerSigningKey,
            "a signing key that the root did not certify")
    }

    func settlement(_ bytes: [UInt8]) throws {
        guard let object = try run(Settlement.self, bytes) else { return }
        let settlement = object.payload
        for refusal in settlement.refusals { _ = refusal.reason }
        guard (try? settlement.checkFigures()) != nil else { return }
        let sum = settlement.lines.reduce(Int128(0)) { $0 + Int128($1.amount.units) }
        try promise(
            sum == Int128(settlement.gross.units)
                && Int128(settlement.fee.units) + Int128(settlement.net.units) == sum,
            "figures that do not add up are accepted")
    }
}
