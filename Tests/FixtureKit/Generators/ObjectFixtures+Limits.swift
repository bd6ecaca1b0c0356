internal import DeterministicCBOR
internal import PayWord

/// Every kind of object with each of its fields as large as it may be, and as small; then one step
/// beyond each bound, and each byte string of a fixed length a byte too short and too long.
func objectLimitFixtures(_ samples: Samples) throws -> FixtureFile {
    let objects = try samples.objects
    var cases: [FixtureCase] = []
    for limits in objectLimits(samples.parties) {
        guard let sample = objects.first(where: { $0.name == limits.name }) else {
            throw Refusal(.internal, "no sample of a \(limits.name)")
        }
        cases += try LimitMaker(samples, sample, limits).cases()
    }
    return FixtureFile(
        subject: "objects", name: "limits",
        description: """
            Every kind of object with its fields as large as they may be, and as small, and one \
            step beyond. Dates are not judged here, so they go up to 2^64 - 1. Limits of 65,536 \
            elements, 4 MiB and 64 MiB are left to tests: their cases would be larger than all \
            others together.
            """, cases: cases)
}

/// The bounds of one kind of object.
struct ObjectLimits {
    /// Which sample it is made from.
    let name: String
    /// The fields that differ from the sample's; nil for one that is left out.
    let largest: [CBORKey: CBORValue]
    let smallest: [CBORKey: CBORValue?]
    /// One step beyond the largest.
    var above: [LimitChange] = []
    /// One step below the smallest.
    var below: [LimitChange] = []
}

/// One field set to another value.
struct LimitChange {
    let id: String
    let about: String
    let key: CBORKey
    let value: CBORValue
    let reason: Reason

    init(
        _ id: String, _ about: String, _ key: CBORKey, _ value: CBORValue,
        _ reason: Reason = .malformed
    ) {
        self.id = id
        self.about = about
        self.key = key
        self.value = value
        self.reason = reason
    }
}

private struct LimitMaker {
    private let maker: ObjectCaseMaker
    private let limits: ObjectLimits
    private let largest: [CBORKey: CBORValue]
    private let smallest: [CBORKey: CBORValue]

    init(_ samples: Samples, _ sample: ObjectSample, _ limits: ObjectLimits) throws {
        // A broker's root signs whatever the date; a signing key only within its period.
        let isBrokers = sample.kind.isSignedByBroker
        let signer = isBrokers ? samples.parties.broker : sample.signer
        maker = ObjectCaseMaker(
            samples: samples,
            sample: ObjectSample(
                name: sample.name, kind: sample.kind, encoded: sample.encoded, signer: signer,
                verifier: sample.verifier), prefix: "limit-")
        self.limits = limits
        let fields = try RawObject(sample.encoded).fields
        largest = fields.merging(limits.largest) { $1 }
        var smallest = fields
        for (key, value) in limits.smallest { smallest[key] = value }
        self.smallest = smallest
    }

    func cases() throws -> [FixtureCase] {
        [
            try maker.accept(nil, "every field as large as it may be", signed(largest)),
            try maker.accept("smallest", "every field as small as it may be", signed(smallest)),
        ]
            + (try limits.above.map { try refuse($0, largest, from: nil) })
            + (try limits.below.map { try refuse($0, smallest, from: "smallest") })
            + (try lengths())
    }

    private func signed(_ fields: [CBORKey: CBORValue]) throws -> [UInt8] {
        try maker.resigned { raw in
            raw.fields = fields
            raw.header[4] = .bytes(maker.sample.signer.publicKey.bytes)
        }
    }

    private func refuse(
        _ change: LimitChange, _ fields: [CBORKey: CBORValue], from: String?
    ) throws -> FixtureCase {
        try maker.refuse(
            change.id, change.about, signed(fields.merging([change.key: change.value]) { $1 }),
            change.reason, from: from)
    }

    /// Keys, digests and ids have one length.
    private func lengths() throws -> [FixtureCase] {
        let fixed = smallest.sorted { $0.key < $1.key }.filter { key, value in
            guard case .bytes = value else { return false }
            return maker.sample.kind != .reservationRequest || key < 3
        }
        return try fixed.flatMap { key, value -> [FixtureCase] in
            guard case .bytes(let bytes) = value else { return [] }
            return try [
                LimitChange(
                    "field-\(key)-short", "field \(key) of \(bytes.count - 1) bytes", key,
                    .bytes(bytes.dropLast())),
                LimitChange(
                    "field-\(key)-long", "field \(key) of \(bytes.count + 1) bytes", key,
                    .bytes(bytes + [0])),
            ].map { try refuse($0, smallest, from: "smallest") }
        }
    }
}

extension ObjectKind {
    fileprivate var isSignedByBroker: Bool {
        [.certificate, .reservation, .settlement].contains(self)
    }
}
