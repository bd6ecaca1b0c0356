internal import DeterministicCBOR
internal import PayWord

/// Recognises what somebody took out of its wrapping: an object's payload without header and
/// signature, or a whole object without its tag. Neither is an object of the protocol.
enum PayloadInspector {
    /// What it is; nil if it is neither.
    static func inspect(_ value: CBORValue, _ bytes: [UInt8], nesting: Int) -> Inspection? {
        switch value {
        case .map(let fields): inspectPayload(fields, bytes, nesting)
        case .array(let elements): inspectUntagged(elements, bytes, nesting)
        default: nil
        }
    }

    private static func inspectPayload(
        _ fields: [CBORKey: CBORValue], _ bytes: [UInt8], _ nesting: Int
    ) -> Inspection? {
        let kinds = ObjectKind.allCases.filter { isPayload(bytes, of: $0) }
        guard let kind = kinds.first else { return nil }
        let names = kinds.map(\.rawValue).joined(separator: " or ")
        var found = Inspection(
            kind: "unsigned-payload",
            title: "the unsigned payload of a \(names), \(bytes.count) bytes", nesting: nesting)
        if kind == .commitment { found.add("id", CommitmentID(SHA256.digest(bytes)).hex) }
        found.add("digest", SHA256.digest(bytes).hex, remark: "SHA-256 of the payload")
        ObjectFields.show(fields, of: kind, in: &found)
        found.fail(
            Refusal(.malformed, "unsigned payload, not a signed object"), in: bytes)
        found.advice =
            "look at the whole object, which carries it as the third of four elements "
            + "in tag 18 (d2): spec/01-encoding.md"
        return found
    }

    /// `[protected, {}, payload, signature]` with nothing in front.
    private static func inspectUntagged(
        _ elements: [CBORValue], _ bytes: [UInt8], _ nesting: Int
    ) -> Inspection? {
        guard elements.count == 4, case .bytes = elements[0],
            case .map(let unprotected) = elements[1],
            unprotected.isEmpty, case .bytes = elements[2], case .bytes = elements[3]
        else { return nil }
        var found = SignedObjectInspector.inspect([0xd2] + bytes, nesting: nesting)
        found.title = "\(found.kind) without its tag, \(bytes.count) bytes"
        found.fail(Refusal(.malformed, "tag 18 is missing in front", at: 0), in: bytes)
        found.advice = "put tag 18 (d2) in front: spec/01-encoding.md"
        return found
    }

    private static func isPayload(_ bytes: [UInt8], of kind: ObjectKind) -> Bool {
        switch kind {
        case .commitment: reads(Commitment.self, bytes)
        case .certificate: reads(Certificate.self, bytes)
        case .reservationRequest: reads(ReservationRequest.self, bytes)
        case .reservation: reads(Reservation.self, bytes)
        case .offer: reads(Offer.self, bytes)
        case .receipt: reads(Receipt.self, bytes)
        case .closeRequest: reads(CloseRequest.self, bytes)
        case .close: reads(Close.self, bytes)
        case .redemption: reads(Redemption.self, bytes)
        case .settlement: reads(Settlement.self, bytes)
        case .enrolment: reads(Enrolment.self, bytes)
        case .certificateRequest: reads(CertificateRequest.self, bytes)
        case .statementRequest: reads(StatementRequest.self, bytes)
        case .withdrawal: reads(Withdrawal.self, bytes)
        case .faucetRequest: reads(FaucetRequest.self, bytes)
        }
    }

    private static func reads<Payload: SignedPayload>(
        _ type: Payload.Type, _ bytes: [UInt8]
    ) -> Bool {
        do throws(Refusal) {
            var reader = try FieldReader(bytes[...])
            _ = try Payload(fields: &reader)
            try reader.finish()
            return true
        } catch {
            return false
        }
    }
}
