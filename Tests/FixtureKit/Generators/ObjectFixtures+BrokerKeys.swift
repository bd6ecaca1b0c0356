internal import DeterministicCBOR
internal import PayWord

/// Objects of a broker by the keys that its root certified: within and outside the keys' periods,
/// and by certificates that certify nothing.
func brokerKeyFixtures(_ samples: Samples) throws -> FixtureFile {
    let maker = BrokerKeyMaker(samples: samples)
    return FixtureFile(
        subject: "objects", name: "broker-keys",
        description: """
            Objects that a broker's signing key signed. Its certificate's period, with 300 s at both \
            ends, must cover the object's date; what the root key signs has no such bounds. Of \
            several certificates of one key the last one counts.
            """, cases: try maker.periods() + maker.certificates() + maker.roots())
}

private struct BrokerKeyMaker {
    let samples: Samples

    private func sample(_ name: String) throws -> ObjectSample {
        guard let sample = try samples.objects.first(where: { $0.name == name }) else {
            throw Refusal(.internal, "no sample of a \(name)")
        }
        return sample
    }

    /// The sample's inputs with other bytes, and other certificates where they are given.
    private func inputs(
        _ sample: ObjectSample, _ bytes: [UInt8]? = nil, certificates: [[UInt8]]? = nil
    ) throws -> [(String, FixtureValue)] {
        let inputs = try ObjectCaseMaker(samples: samples, sample: sample).inputs(
            bytes ?? sample.encoded)
        guard let certificates else { return inputs }
        return inputs.filter { $0.0 != "signing_certificates" } + [
            ("signing_certificates", .list(certificates.map { .hex($0) }))
        ]
    }

    /// The last moments that the signing key's period covers, and the seconds beyond them.
    func periods() throws -> [FixtureCase] {
        let dates: [(name: String, id: String, key: CBORKey)] = [
            ("reservation", "reservation", 7), ("settlement", "settlement", 13),
            ("certificate of a merchant", "merchant", 6),
            ("certificate of a payer with credit", "credit", 6),
        ]
        let period = samples.signingCertificate.payload
        return try dates.flatMap { name, id, key -> [FixtureCase] in
            let sample = try sample(name)
            func dated(_ time: Timestamp) throws -> [(String, FixtureValue)] {
                let maker = ObjectCaseMaker(samples: samples, sample: sample)
                return try inputs(
                    sample, maker.resigned { $0.fields[key] = .unsigned(time.seconds) })
            }
            let first = period.notBefore.subtracting(300)
            let last = period.notAfter.adding(300)
            return [
                .accept(
                    "broker-key-\(id)-first", "dated 300 s before the signing key's period",
                    try dated(first)),
                .refuse(
                    "broker-key-\(id)-too-early", "dated 301 s before the signing key's period",
                    try dated(first.subtracting(1)), .notYetValid,
                    base: "broker-key-\(id)-first"),
                .accept(
                    "broker-key-\(id)-last", "dated 300 s after the signing key's period",
                    try dated(last)),
                .refuse(
                    "broker-key-\(id)-too-late", "dated 301 s after the signing key's period",
                    try dated(last.adding(1)), .certificateExpired,
                    base: "broker-key-\(id)-last"),
            ]
        }
    }

    private func certificate(
        of subject: SigningKey, by issuer: SigningKey, naming root: SigningKey? = nil,
        endsAt end: Timestamp = Samples.now.adding(30 * .day)
    ) throws -> [UInt8] {
        // Signed bare, since no honest code signs a certificate that names another root.
        let payload = Certificate.brokerSigningKey(
            serial: .zero, broker: (root ?? issuer).publicKey, subject: subject.publicKey,
            asset: samples.asset, notBefore: Samples.now.subtracting(30 * .day), notAfter: end)
        var raw = try RawObject(samples.signingCertificate.encoded)
        raw.payload = payload.fields.encoded
        raw.header[4] = .bytes(issuer.publicKey.bytes)
        try raw.sign(by: issuer)
        return raw.encoded
    }

    /// Certificates that do not make the key the broker's.
    func certificates() throws -> [FixtureCase] {
        let parties = samples.parties
        let reservation = try sample("reservation")
        let right = samples.signingCertificate.encoded
        var forged = right
        forged[forged.count - 1] ^= 1
        let old = try certificate(
            of: parties.brokerSigning, by: parties.broker, endsAt: Samples.now.subtracting(.day))
        let ofMerchant = try sample("certificate of a merchant").encoded
        func refuse(
            _ id: String, _ about: String, _ certificates: [[UInt8]], _ reason: Reason,
            base: String = "broker-key-certified"
        ) throws -> FixtureCase {
            .refuse(
                "broker-key-\(id)", about,
                try inputs(reservation, certificates: certificates), reason, base: base)
        }
        return [
            .accept(
                "broker-key-certified", "by a signing key that the root certified",
                try inputs(reservation, certificates: [right])),
            .accept(
                "broker-key-renewed", "an older certificate of the key, then the one that holds",
                try inputs(reservation, certificates: [old, right])),
            try refuse(
                "renewed-before", "the older certificate of the key comes last", [right, old],
                .certificateExpired, base: "broker-key-renewed"),
            try refuse("uncertified", "no certificate", [], .badSignature),
            try refuse(
                "other-key", "the certificate of another key",
                [try certificate(of: parties.stranger, by: parties.broker)], .badSignature),
            try refuse(
                "certificate-role", "a merchant's certificate among those of signing keys",
                [right, ofMerchant], .malformed),
            try refuse(
                "certificate-other-broker", "another broker's certificate of the key",
                [try certificate(of: parties.brokerSigning, by: parties.otherBroker)],
                .wrongBroker),
            try refuse(
                "certificate-forged", "a certificate with one bit of its signature altered",
                [forged], .badSignature),
            try refuse(
                "certificate-by-itself", "a certificate that the signing key signed for itself",
                [
                    try certificate(
                        of: parties.brokerSigning, by: parties.brokerSigning,
                        naming: parties.broker)
                ], .badSignature),
            try refuse(
                "certificate-cut", "a certificate cut short", [right.dropLast()], .malformed),
        ]
    }

    /// What the root signs needs no certificate and has no period.
    func roots() throws -> [FixtureCase] {
        let reservation = try sample("reservation")
        let root = samples.parties.broker
        func byRoot(_ change: (inout RawObject) -> Void = { _ in }) throws -> [UInt8] {
            var raw = try RawObject(reservation.encoded)
            change(&raw)
            raw.header[4] = .bytes(root.publicKey.bytes)
            try raw.sign(by: root)
            return raw.encoded
        }
        func named(_ bytes: [UInt8]) throws -> [(String, FixtureValue)] {
            try inputs(reservation, bytes).filter { $0.0 != "broker" }
        }
        return [
            .accept(
                "broker-key-root", "by the root key, without a certificate",
                try inputs(reservation, byRoot(), certificates: [])),
            .accept(
                "broker-key-root-any-time", "by the root key, dated 2^64 - 1",
                try inputs(reservation, byRoot { $0.fields[7] = .unsigned(.max) })),
            .accept(
                "broker-key-named-root",
                "where no broker is expected, by the root key of the broker that it names",
                try named(byRoot())),
            .refuse(
                "broker-key-named-signing-key",
                "where no broker is expected, by a signing key: certificates are not looked at",
                try named(reservation.encoded), .badSignature, base: "broker-key-named-root"),
        ]
    }
}
