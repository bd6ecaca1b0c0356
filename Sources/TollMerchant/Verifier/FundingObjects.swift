internal import PayWord

/// The objects that come with a commitment, sorted by what they are. Nothing is verified yet.
struct FundingObjects {
    private(set) var reservations: [SignedObject<Reservation>] = []
    private(set) var signingCertificates: [SignedObject<Certificate>] = []
    private(set) var payerCertificates: [SignedObject<Certificate>] = []

    /// - Throws: `too-large` for too many, `malformed` for an object of another kind, or what
    ///   decoding throws.
    init(_ objects: [[UInt8]]) throws(Refusal) {
        guard objects.count <= CommitmentVerifier.fundingMaximum else {
            throw Refusal(
                .tooLarge, "more than \(CommitmentVerifier.fundingMaximum) funding objects")
        }
        for bytes in objects {
            let envelope = try SignedEnvelope(
                decoding: bytes[...], bytesMaximum: Certificate.encodedBytesMaximum)
            switch envelope.kind {
            case .reservation:
                reservations.append(try SignedObject(decoding: bytes))
            case .certificate:
                let certificate = try SignedObject<Certificate>(decoding: bytes)
                switch certificate.payload.role {
                case .brokerSigningKey: signingCertificates.append(certificate)
                case .payer: payerCertificates.append(certificate)
                case .merchant: break  // ours or another's: it says nothing of this commitment
                }
            default:
                throw Refusal(.malformed, "a \(envelope.kind.rawValue) is no funding")
            }
        }
    }
}
