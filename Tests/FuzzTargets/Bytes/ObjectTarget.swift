import DeterministicCBOR
import FixtureKit
import PayWord

/// The first byte chooses a sample object or an answer, the second what the rest is: the whole
/// encoding, or a payload (or header and payload) that is signed here, so that what comes behind the
/// signature is reached.
enum ObjectTarget {
    static func run(_ input: [UInt8]) throws {
        let world = try World.shared
        var reader = ByteReader(input)
        let choice = reader.choice(of: world.objects.count + AnswerCheck.allCases.count)
        guard choice < world.objects.count else {
            let answer = AnswerCheck.allCases[choice - world.objects.count]
            return try answer.run(&reader, world)
        }
        let sample = world.objects[choice]
        let mode = Mode(&reader)
        let bytes = try mode.object(from: &reader, like: sample, world)
        try check(bytes, sample.kind, ObjectCheck(world: world, mode: mode))
    }

    enum Mode {
        /// The rest is the object.
        case whole
        /// The rest is the payload, signed by who should sign it.
        case signedRightly
        /// The rest is the payload, signed by someone else.
        case signedByAnother
        /// The rest is the protected header after its length, then the payload; signed rightly.
        case signedWithHeader

        init(_ reader: inout ByteReader) {
            switch reader.choice(of: 8) {
            case 0...2: self = .whole
            case 3...5: self = .signedRightly
            case 6: self = .signedByAnother
            default: self = .signedWithHeader
            }
        }

        func object(
            from reader: inout ByteReader, like sample: ObjectSample, _ world: World
        ) throws -> [UInt8] {
            var raw = try RawObject(sample.encoded)
            switch self {
            case .whole: return reader.rest()
            case .signedWithHeader:
                raw.protected = reader.chunk()
                raw.payload = reader.rest()
                try raw.sign(by: sample.signer)
            case .signedRightly:
                raw.payload = reader.rest()
                try raw.sign(by: sample.signer)
            case .signedByAnother:
                let another = world.parties.stranger
                raw.header[4] = .fixed(another.publicKey)
                raw.payload = reader.rest()
                try raw.sign(by: another)
            }
            return raw.encoded
        }
    }

    private static func check(
        _ bytes: [UInt8], _ kind: ObjectKind, _ check: ObjectCheck
    ) throws {
        switch kind {
        case .commitment: try check.commitment(bytes)
        case .certificate: try check.certificate(bytes)
        case .reservationRequest: try check.run(ReservationRequest.self, bytes)
        case .reservation:
            let reservation = try check.run(Reservation.self, bytes)?.payload
            let covers: Void? = try? reservation?.check(
                covers: check.world.samples.commitment.object)
            if covers != nil, let reservation {
                try promise(
                    reservation.commitmentDigest == check.world.samples.commitment.digest,
                    "it covers a commitment that it does not name")
            }
        case .offer: try check.run(Offer.self, bytes)
        case .receipt: try check.run(Receipt.self, bytes)
        case .closeRequest: try check.run(CloseRequest.self, bytes)
        case .close: try check.run(Close.self, bytes)
        case .redemption: try check.run(Redemption.self, bytes)
        case .settlement: try check.settlement(bytes)
        case .enrolment: try check.run(Enrolment.self, bytes)
        case .certificateRequest: try check.run(CertificateRequest.self, bytes)
        case .statementRequest: try check.run(StatementRequest.self, bytes)
        case .withdrawal: try check.run(Withdrawal.self, bytes)
        case .faucetRequest: try check.run(FaucetRequest.self, bytes)
        }
    }
}
