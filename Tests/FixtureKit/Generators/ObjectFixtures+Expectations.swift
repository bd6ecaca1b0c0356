internal import DeterministicCBOR
internal import PayWord

/// Objects whose signature holds, against what a receiver expects of them: its clock, its own key,
/// the brokers and the asset that it accepts.
func expectationFixtures(_ samples: Samples) throws -> FixtureFile {
    var cases: [FixtureCase] = []
    for sample in try samples.objects {
        let maker = ExpectationMaker(samples: samples, sample: sample)
        cases += try maker.dates() + maker.parties()
    }
    cases += try commitmentExpectations(samples) + reservationExpectations(samples)
    return FixtureFile(
        subject: "objects", name: "expectations",
        description: """
            Objects of every kind against a receiver's clock (`now`), its own key (`merchant`), \
            and the `brokers` and `asset` that it accepts; clocks may be 300 s apart. A rule \
            counts only where its input is given.
            """, cases: cases)
}

/// Makes cases from one sample by one more input.
private struct ExpectationMaker {
    let samples: Samples
    let sample: ObjectSample

    private var maker: ObjectCaseMaker { ObjectCaseMaker(samples: samples, sample: sample) }
    private var base: String { "expect-" + maker.base.dropFirst("object-".count) }

    private func pair(
        _ id: String, _ about: String, _ right: (String, FixtureValue),
        _ wrong: [(String, String, FixtureValue, Reason)]
    ) throws -> [FixtureCase] {
        let inputs = try maker.inputs(sample.encoded)
        return [.accept("\(base)-\(id)", about, inputs + [right])]
            + wrong.map { suffix, about, value, reason in
                .refuse(
                    "\(base)-\(suffix)", about, inputs + [(right.0, value)], reason,
                    base: "\(base)-\(id)")
            }
    }

    private func time(_ time: Timestamp) -> FixtureValue { .integer(time.seconds) }

    /// One moment that is still right, and the second beyond it.
    private func edge(
        _ id: String, _ about: String, _ right: Timestamp, _ wrong: Timestamp, _ reason: Reason
    ) throws -> [FixtureCase] {
        try pair(
            id, "\(about), to the second", ("now", time(right)),
            [("too-\(id)", "\(about), and one second more", time(wrong), reason)])
    }

    func dates() throws -> [FixtureCase] {
        let now = Samples.now
        func ahead(_ date: Timestamp) throws -> [FixtureCase] {
            try edge(
                "early", "dated 300 s ahead of the clock", date.subtracting(300),
                date.subtracting(301), .notYetValid)
        }
        switch sample.kind {
        case .commitment:
            let expiry = samples.commitment.payload.expiresAt
            return try ahead(now)
                + edge("late", "at its expiry", expiry, expiry.adding(1), .commitmentExpired)
        case .certificate:
            let certificate = try SignedObject<Certificate>(decoding: sample.encoded).payload
            let end = certificate.notAfter.adding(300)
            return try ahead(certificate.notBefore)
                + edge(
                    "late", "300 s after its period", end, end.adding(1), .certificateExpired)
        case .offer:
            let end = samples.offer.payload.validUntil.adding(300)
            return try edge(
                "late", "300 s after the offer's end", end, end.adding(1), .amountMismatch)
        case .reservation, .closeRequest, .close, .redemption: return try ahead(now)
        case .receipt, .settlement:
            return try pair("undated", "a date that nobody judges", ("now", .integer(0)), [])
        default:
            return try ahead(now)
                + edge(
                    "late", "made 24 hours before", now.adding(.day), now.adding(.day + 1),
                    .staleRequest)
        }
    }

    func parties() throws -> [FixtureCase] {
        let parties = samples.parties
        func key(_ key: SigningKey) -> FixtureValue { .hex(key.publicKey.bytes) }
        func asset(_ code: String, _ scale: UInt64) -> FixtureValue {
            .list([.text(code), .integer(scale)])
        }
        var cases: [FixtureCase] = []
        let withMerchant: Set<ObjectKind> = [
            .commitment, .reservation, .offer, .receipt, .closeRequest, .close, .redemption,
            .settlement,
        ]
        if withMerchant.contains(sample.kind) {
            cases += try pair(
                "merchant", "made out to this merchant", ("merchant", key(parties.merchant)),
                [
                    (
                        "other-merchant", "made out to another merchant",
                        key(parties.otherMerchant), .wrongMerchant
                    )
                ])
        }
        if sample.kind != .receipt, sample.kind != .closeRequest {
            cases += try pair(
                "broker", "of one of the brokers that are accepted",
                ("brokers", .list([key(parties.otherBroker), key(parties.broker)])),
                [
                    (
                        "untrusted", "of another broker than is accepted",
                        .list([key(parties.otherBroker)]), .untrustedBroker
                    ), ("no-broker", "where no broker is accepted", .list([]), .untrustedBroker),
                ])
        }
        if ![.closeRequest, .close, .reservationRequest].contains(sample.kind) {
            cases += try pair(
                "asset", "in the asset that is accepted", ("asset", asset("EUR", 6)),
                [
                    ("other-asset", "in another asset", asset("USD", 6), .wrongAsset),
                    ("other-scale", "in another scale of it", asset("EUR", 2), .wrongAsset),
                ])
        }
        return cases
    }
}

private func commitmentExpectations(_ samples: Samples) throws -> [FixtureCase] {
    func inputs(
        _ commitment: Verified<Commitment>, _ more: [(String, FixtureValue)]
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("object.verify")), ("kind", .text("commitment")),
            ("bytes", .hex(commitment.encoded)),
        ] + more
    }
    let now: [(String, FixtureValue)] = [("now", .integer(Samples.now.seconds))]
    let merchant: [(String, FixtureValue)] = [
        ("merchant", .hex(samples.parties.merchant.publicKey.bytes))
    ]
    let margin = 14 * Seconds.day
    func dated(_ id: String, _ about: String, _ change: (inout CommitmentDraft) -> Void) throws
        -> FixtureCase
    {
        .refuse(
            "expect-commitment-\(id)", about,
            inputs(try samples.commitment("dated", change), now), .malformed,
            base: "expect-commitment-dated")
    }
    let condition = Condition(
        type: 1, ordinals: [Ordinal.all(count: 1)[0]], parameters: .array([]))
    return [
        .accept(
            "expect-commitment-margin", "14 days to redeem in, as many as are wanted",
            inputs(samples.commitment, [("margin", .integer(margin))])),
        .refuse(
            "expect-commitment-short-margin", "a second less to redeem in than is wanted",
            inputs(samples.commitment, [("margin", .integer(margin + 1))]), .redeemWindowClosed,
            base: "expect-commitment-margin"),
        .accept(
            "expect-commitment-two-party-margin",
            "a second less to redeem in than is wanted, where the merchant is its own broker",
            inputs(
                try samples.commitment("two-party") { $0.broker = $0.merchant },
                [("margin", .integer(margin + 1))])),
        .accept(
            "expect-commitment-dated", "dates that follow one another",
            inputs(try samples.commitment("dated"), now)),
        .accept(
            "expect-commitment-longest", "redeem-by 400 days after issue",
            inputs(
                try samples.commitment("dated") {
                    $0.redeemBy = $0.issuedAt.adding(400 * .day)
                }, now)),
        try dated("expiry-before-issue", "expires-at before issued-at") {
            $0.expiresAt = $0.issuedAt.subtracting(1)
        },
        try dated("redeem-before-expiry", "redeem-by before expires-at") {
            $0.redeemBy = $0.expiresAt.subtracting(1)
        },
        try dated("redeem-too-far", "redeem-by 400 days and a second after issue") {
            $0.redeemBy = $0.issuedAt.adding(400 * .day + 1)
        },
        .accept(
            "expect-commitment-plain", "worth an amount, and without conditions",
            inputs(try samples.commitment("judged"), merchant)),
        .refuse(
            "expect-commitment-condition", "a condition, which nobody enforces",
            inputs(try samples.commitment("judged") { $0.conditions = [condition] }, merchant),
            .unsupportedCondition, base: "expect-commitment-plain"),
        .accept(
            "expect-commitment-largest", "worth 2^63 - 1",
            inputs(
                try samples.commitment("judged") { $0.chains = [(UInt64(Int64.max), 1)] },
                merchant)),
        .refuse(
            "expect-commitment-overflow", "chains worth 2^63 together",
            inputs(
                try samples.commitment("judged") {
                    $0.chains = [(UInt64(Int64.max), 1), (1, 1)]
                }, merchant), .amountOverflow, base: "expect-commitment-plain"),
        .refuse(
            "expect-commitment-chain-overflow", "one chain worth 2^63",
            inputs(try samples.commitment("judged") { $0.chains = [(1 << 62, 2)] }, merchant),
            .amountOverflow, base: "expect-commitment-plain"),
    ]
}

private func reservationExpectations(_ samples: Samples) throws -> [FixtureCase] {
    let sample = try samples.objects.first { $0.kind == .reservation }
    guard let sample else { throw Refusal(.internal) }
    let maker = ObjectCaseMaker(samples: samples, sample: sample)
    func inputs(_ bytes: [UInt8], _ commitment: Verified<Commitment>) throws
        -> [(String, FixtureValue)]
    {
        try maker.inputs(bytes) + [("commitment", .hex(commitment.encoded))]
    }
    func changed(_ id: String, _ about: String, _ field: CBORKey, by step: UInt64) throws
        -> FixtureCase
    {
        let bytes = try maker.resigned { raw in
            guard case .unsigned(let value)? = raw.fields[field] else { return }
            raw.fields[field] = .unsigned(value - step)
        }
        return .refuse(
            "expect-reservation-\(id)", about, try inputs(bytes, samples.commitment),
            .reservationMismatch, base: "expect-reservation-covers")
    }
    return [
        .accept(
            "expect-reservation-covers", "of this commitment, and of all of it",
            try inputs(sample.encoded, samples.commitment)),
        .refuse(
            "expect-reservation-other", "of another commitment",
            try inputs(sample.encoded, try samples.commitment("not reserved")),
            .reservationMismatch, base: "expect-reservation-covers"),
        try changed("short", "one unit less than the commitment is worth", 6, by: 1),
        try changed("brief", "valid for a second less than the commitment", 8, by: 1),
    ]
}
