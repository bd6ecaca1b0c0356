internal import DeterministicCBOR
internal import PayWord

/// Payloads, and the whole objects that a seed makes of them.
func signingFixtures(_ samples: Samples) throws -> FixtureFile {
    var cases: [FixtureCase] = []
    for sample in try samples.objects {
        let maker = ObjectCaseMaker(samples: samples, sample: sample)
        let base = "sign-" + maker.base.dropFirst("object-".count)
        let raw = try RawObject(sample.encoded)
        func inputs(
            _ payload: [UInt8], by key: SigningKey? = nil
        ) -> [(String, FixtureValue)] {
            [
                ("op", .text("object.sign")), ("kind", .text(sample.kind.rawValue)),
                ("payload", .hex(payload)),
                ("seed", .hex((key ?? sample.signer).seed.withBytes { Array($0) })),
            ]
        }
        func result(_ object: RawObject) -> [(String, FixtureValue)] {
            [
                ("bytes", .hex(object.encoded)),
                ("digest", .hex(SHA256.digest(object.payload).bytes)),
            ]
        }
        var extended = raw
        extended.fields[-1] = .text("extension")
        try extended.sign(by: sample.signer)
        var unknown = raw
        unknown.fields[99] = .null
        var missing = raw
        missing.fields[1] = nil
        cases += [
            .accept(base, "a \(sample.name)", inputs(raw.payload), result(raw)),
            .accept(
                "\(base)-extended", "with an extension, which is signed as it stands",
                inputs(extended.payload), result(extended)),
            .refuse(
                "\(base)-unknown-field", "an unknown field 99", inputs(unknown.payload),
                .unknownField, base: base),
            .refuse(
                "\(base)-missing-field", "field 1 is missing", inputs(missing.payload),
                .malformed, base: base),
            .refuse(
                "\(base)-trailing", "a byte after the payload", inputs(raw.payload + [0]),
                .malformed, base: base),
            .refuse(
                "\(base)-indefinite", "a map of indefinite length",
                inputs([0xbf] + raw.payload.dropFirst() + [0xff]), .notCanonical, base: base),
        ]
        // What a broker's key signs is not told by the object, nor who asks for a close.
        let namesSigner = ![.closeRequest, .reservation, .settlement].contains(sample.kind)
        if namesSigner, sample.kind != .certificate || sample.name.contains("signing key") {
            cases.append(
                .refuse(
                    "\(base)-stranger", "by a stranger's seed",
                    inputs(raw.payload, by: samples.parties.stranger), .badSignature, base: base)
            )
        }
    }
    return FixtureFile(
        subject: "objects", name: "signing",
        description: """
            Payloads of every kind, and the whole signed objects: one payload and one seed have \
            one object, to the byte.
            """, cases: cases)
}
