internal import DeterministicCBOR
internal import PayWord

/// Explains a signed object: its wrapping, its fields, and whether its signature holds.
enum SignedObjectInspector {
    /// Explains the object. Where `refusesSums`, a sum that is more than an amount is a fault.
    static func inspect(
        _ bytes: [UInt8], nesting: Int, refusesSums: Bool = true
    ) -> Inspection {
        let envelope: SignedEnvelope
        do {
            envelope = try SignedEnvelope(
                decoding: bytes[...], bytesMaximum: Redemption.encodedBytesMaximum)
        } catch {
            return inspectBroken(bytes, error)
        }
        let kind = envelope.kind
        var found = Inspection(
            kind: kind.rawValue,
            title: "\(kind.rawValue), a signed object of \(bytes.count) bytes", nesting: nesting)
        found.add("signed by", envelope.keyID.description)
        if kind == .commitment { found.add("id", CommitmentID(envelope.digest).hex) }
        found.add("digest", envelope.digest.hex, remark: "SHA-256 of the payload")
        if case .map(let fields)? = try? CBORValue(decoding: envelope.payloadBytes) {
            ObjectFields.show(fields, of: kind, in: &found)
        }
        found.add("signature", envelope.signature.hex)
        judge(kind, bytes, envelope, refusesSums, &found)
        return found
    }

    /// Where the wrapping itself is wrong, shows as much of it as can be read.
    private static func inspectBroken(_ bytes: [UInt8], _ refusal: Refusal) -> Inspection {
        var found = Inspection(
            kind: "signed-object", title: "a signed object of \(bytes.count) bytes, malformed")
        if let value = try? CBORValue(decoding: bytes, tag: .optional),
            case .signedObject(let item) = value
        {
            FieldStyle.tree.show(item, named: "COSE_Sign1", depth: 0, in: &found)
        }
        found.fail(refusal, in: bytes)
        return found
    }

    private static func judge(
        _ kind: ObjectKind, _ bytes: [UInt8], _ envelope: SignedEnvelope, _ refusesSums: Bool,
        _ found: inout Inspection
    ) {
        do {
            switch kind {
            case .commitment:
                let object = try SignedObject<Commitment>(decoding: bytes)
                try check(object, &found)
                try object.payload.checkDates()
                try sum(refusesSums, &found) { (found) throws(Refusal) in
                    found.add("worth", "\(try object.payload.worth)", remark: "of all chains")
                }
            case .certificate: try check(SignedObject<Certificate>(decoding: bytes), &found)
            case .reservationRequest:
                try check(SignedObject<ReservationRequest>(decoding: bytes), &found)
            case .reservation: try check(SignedObject<Reservation>(decoding: bytes), &found)
            case .offer: try check(SignedObject<Offer>(decoding: bytes), &found)
            case .receipt: try check(SignedObject<Receipt>(decoding: bytes), &found)
            case .closeRequest: try check(SignedObject<CloseRequest>(decoding: bytes), &found)
            case .close: try check(SignedObject<Close>(decoding: bytes), &found)
            case .redemption: try check(SignedObject<Redemption>(decoding: bytes), &found)
            case .settlement:
                let object = try SignedObject<Settlement>(decoding: bytes)
                try check(object, &found)
                try sum(refusesSums, &found) { (_) throws(Refusal) in
                    try object.payload.checkFigures()
                }
            case .enrolment: try check(SignedObject<Enrolment>(decoding: bytes), &found)
            case .certificateRequest:
                try check(SignedObject<CertificateRequest>(decoding: bytes), &found)
            case .statementRequest:
                try check(SignedObject<StatementRequest>(decoding: bytes), &found)
            case .withdrawal: try check(SignedObject<Withdrawal>(decoding: bytes), &found)
            case .faucetRequest: try check(SignedObject<FaucetRequest>(decoding: bytes), &found)
            }
        } catch {
            // Offsets in a payload's faults count from the payload's first byte.
            found.fail(error, in: envelope.payloadBytes)
        }
    }

    /// Adds up what the object holds. That it is more than an amount may be no more than a remark.
    private static func sum(
        _ refusesSums: Bool, _ found: inout Inspection,
        _ body: (inout Inspection) throws(Refusal) -> Void
    ) throws(Refusal) {
        do throws(Refusal) { try body(&found) } catch {
            guard !refusesSums, error.reason == .amountOverflow else { throw error }
            found.add("sum", "more than an amount", remark: error.detail)
        }
    }

    /// A signature by the key that the object names, or by another that only its context can vouch
    /// for: a broker's signing key, or the payer whom a close request leaves unnamed.
    private static func check<Payload>(
        _ object: SignedObject<Payload>, _ found: inout Inspection
    ) throws(Refusal) {
        try Ed25519.verify(object.signature, over: envelopeInput(object), by: object.keyID)
        switch object.payload.signer {
        case .party(let key), .brokerRoot(let key):
            guard key == object.keyID else {
                throw Refusal(.badSignature, "\(key) must have signed it")
            }
            found.add("verdict", "the signature holds")
        case .broker(let key) where key == object.keyID:
            found.add("verdict", "the signature holds", remark: "by the broker's root key")
        case .broker:
            found.add(
                "verdict", "the signature holds",
                remark: "by another key than the broker's root: its certificate must say so")
        case .unnamed:
            found.add(
                "verdict", "the signature holds",
                remark: "the commitment says whether its payer is the signer")
        }
    }

    private static func envelopeInput<Payload>(
        _ object: SignedObject<Payload>
    ) throws(Refusal) -> [UInt8] {
        try SignedEnvelope(
            decoding: object.encoded[...], bytesMaximum: Payload.encodedBytesMaximum
        ).signatureInput
    }
}
