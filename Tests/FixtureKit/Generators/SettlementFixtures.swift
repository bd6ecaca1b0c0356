internal import PayWord

/// A redemption and the broker's answer to it, which the merchant verifies from the two alone.
func settlementFixtures(_ samples: Samples) throws -> [FixtureFile] {
    let redemption = try samples.redemption
    func inputs(_ answer: SettlementAnswer) -> [(String, FixtureValue)] {
        [
            ("op", .text("settlement.verify")), ("redemption", .hex(redemption.encoded)),
            ("answer", .hex(answer.encoded)),
        ]
    }
    let honest = try SettlementDraft(samples)
    var cases: [FixtureCase] = [
        .accept(
            "settlement", "one claim settled, one refused",
            inputs(try honest.answer()),
            [
                ("gross", .decimal(1_000)), ("fee", .decimal(205)), ("net", .decimal(795)),
                ("claims_accepted", .integer(1)), ("paywords", .integer(712)),
                (
                    "refusals",
                    .list([
                        .object([
                            .init("position", .integer(1)),
                            .init("reason", .text(Reason.unknownCommitment.code)),
                        ])
                    ])
                ),
            ]),
        .accept(
            "settlement-by-root", "signed by the broker's root key",
            inputs(try honest.answer(by: samples.parties.broker)),
            [("net", .decimal(795))]),
    ]
    for change in settlementChanges {
        var draft = honest
        try change.apply(&draft)
        cases.append(
            .refuse(
                "settlement-\(change.id)", change.about, inputs(try draft.answer()),
                change.reason, base: "settlement"))
    }
    cases.append(
        .refuse(
            "settlement-stranger", "signed by a stranger",
            inputs(try honest.answer(by: samples.parties.stranger)), .badSignature,
            base: "settlement"))
    var uncertified = honest
    uncertified.certificates = []
    cases.append(
        .refuse(
            "settlement-uncertified", "the certificate of the signing key left out",
            inputs(try uncertified.answer()), .badSignature, base: "settlement"))
    cases += try signingKeyCases(honest, inputs) + answerLimits(honest, inputs)
    return [
        FixtureFile(
            subject: "settlements", name: "answers",
            description: """
                A redemption and an answer `[settlement object, [signing certificate …], [leaf …]]`. \
                The merchant checks the signature, that the answer is of its redemption, the \
                Merkle root of the leaves, and that every figure follows from them.
                """, cases: cases)
    ]
}

/// An answer whose figures can be changed one by one; the root follows the outcomes unless told
/// otherwise.
struct SettlementDraft {
    let samples: Samples
    var settlement: Settlement
    var outcomes: [ClaimOutcome]
    var certificates: [SignedObject<Certificate>]
    var root: Digest?
    /// In the place of the first leaf, the root following it.
    var firstLeaf: [UInt8]?

    init(_ samples: Samples) throws {
        self.samples = samples
        settlement = try samples.settlement
        outcomes = try samples.outcomes
        certificates = [samples.signingCertificate.object]
    }

    func answer(by key: SigningKey? = nil) throws -> SettlementAnswer {
        var leaves = outcomes.map(\.encoded)
        if let firstLeaf { leaves[0] = firstLeaf }
        var draft = self
        draft.replace(root: root ?? MerkleTree(leaves: leaves).root)
        let key = key ?? samples.parties.brokerSigning
        return SettlementAnswer(
            settlement: try key.sign(draft.settlement).object, signingCertificates: certificates,
            leaves: leaves)
    }

    mutating func replace(
        batchID: BatchID? = nil, digest: Digest? = nil, broker: PublicKey? = nil,
        merchant: PublicKey? = nil, asset: Asset? = nil, gross: Amount? = nil,
        fee: Amount? = nil, net: Amount? = nil, accepted: UInt64? = nil,
        paywords: UInt64? = nil, refusals: [SettlementRefusal]? = nil, root: Digest? = nil,
        settledAt: Timestamp? = nil, lines: [SettlementLine]? = nil
    ) {
        let old = settlement
        settlement = Settlement(
            batchID: batchID ?? old.batchID, redemptionDigest: digest ?? old.redemptionDigest,
            broker: broker ?? old.broker, merchant: merchant ?? old.merchant,
            asset: asset ?? old.asset, gross: gross ?? old.gross, fee: fee ?? old.fee,
            net: net ?? old.net, claimsAccepted: accepted ?? old.claimsAccepted,
            paywordsRedeemed: paywords ?? old.paywordsRedeemed,
            refusals: refusals ?? old.refusals, settlementID: old.settlementID,
            settledAt: settledAt ?? old.settledAt, outcomesRoot: root ?? old.outcomesRoot,
            lines: lines ?? old.lines)
    }

    mutating func replaceFirst(
        position: UInt32? = nil, id: CommitmentID? = nil, advances: [(UInt64, UInt32, UInt32)],
        amount: UInt64 = 1_000
    ) throws {
        outcomes[0] = ClaimOutcome(
            position: position ?? 0, commitmentID: id ?? outcomes[0].commitmentID,
            advances: advances.compactMap { ordinal, from, to in
                Ordinal(ordinal).map {
                    .init(ordinal: $0, from: ChainIndex(from), to: ChainIndex(to))
                }
            }, amount: try Amount(units: amount))
    }

    func line(_ kind: SettlementLineKind, _ units: UInt64) throws -> SettlementLine {
        SettlementLine(
            party: kind == .fee ? settlement.broker : settlement.merchant, kind: kind,
            amount: try Amount(units: units))
    }
}

private struct SettlementChange: Sendable {
    let id: String
    let about: String
    let reason: Reason
    let apply: @Sendable (inout SettlementDraft) throws -> Void

    init(
        _ id: String, _ about: String, _ reason: Reason = .amountMismatch,
        _ apply: @escaping @Sendable (inout SettlementDraft) throws -> Void
    ) {
        self.id = id
        self.about = about
        self.reason = reason
        self.apply = apply
    }
}

private let honestAdvances: [(UInt64, UInt32, UInt32)] = [(0, 0, 700), (1, 0, 12)]

private let settlementChanges: [SettlementChange] = [
    .init("other-batch", "of another batch", .batchConflict) { $0.replace(batchID: .zero) },
    .init("other-redemption", "of another redemption under the same batch id", .batchConflict) {
        $0.replace(digest: .zero)
    },
    .init("other-merchant", "of another merchant", .batchConflict) {
        $0.replace(merchant: $0.samples.parties.otherMerchant.publicKey)
    },
    .init("other-broker", "of another broker", .wrongBroker) {
        $0.replace(broker: $0.samples.parties.otherBroker.publicKey)
    },
    .init("other-scale", "of another scale of the asset", .batchConflict) {
        $0.replace(asset: try Asset(code: "EUR", scale: 2))
    },
    .init("gross", "a gross of one unit more") { $0.replace(gross: try Amount(units: 1_001)) },
    .init("net", "a net of one unit less") { $0.replace(net: try Amount(units: 794)) },
    .init("fee", "a fee of one unit more") { $0.replace(fee: try Amount(units: 206)) },
    .init("line-missing", "without the line of the fee") {
        $0.replace(lines: [try $0.line(.merchant, 795)])
    },
    .init("lines", "lines that sum to the gross, but not to fee and net") {
        $0.replace(lines: [try $0.line(.merchant, 700), try $0.line(.fee, 300)])
    },
    .init("accepted", "two claims accepted, where one was") { $0.replace(accepted: 2) },
    .init("paywords", "one payword fewer") { $0.replace(paywords: 711) },
    .init("refusal-missing", "without the refusal") { $0.replace(refusals: []) },
    .init("refusal-reason", "another reason than the leaf's") {
        $0.replace(refusals: [SettlementRefusal(position: 1, reason: .busy)])
    },
    .init("refusal-position", "another position than the leaf's") {
        $0.replace(refusals: [SettlementRefusal(position: 0, reason: .unknownCommitment)])
    },
    .init("root", "a root that is not that of the leaves") { $0.root = .zero },
    .init("leaf-missing", "a leaf fewer than claims") {
        $0.outcomes.removeLast()
        $0.replace(refusals: [])
    },
    .init("leaf-order", "the leaves in another order") { $0.outcomes.reverse() },
    .init("leaf-position", "a leaf of another position") {
        try $0.replaceFirst(position: 5, advances: honestAdvances)
    },
    .init("leaf-commitment", "a leaf of another commitment") {
        try $0.replaceFirst(id: .zero, advances: honestAdvances)
    },
    .init("leaf-chain", "a leaf with a chain that was not claimed") {
        try $0.replaceFirst(advances: [(0, 0, 700), (2, 0, 12)])
    },
    .init("leaf-index", "a leaf that goes further than was claimed") {
        try $0.replaceFirst(advances: [(0, 1, 701), (1, 0, 12)])
    },
    .init("leaf-amount", "a leaf of one unit less than its advances are worth") {
        try $0.replaceFirst(advances: honestAdvances, amount: 999)
        $0.replace(
            gross: try Amount(units: 999), net: try Amount(units: 794),
            lines: [try $0.line(.merchant, 794), try $0.line(.fee, 205)])
    },
    .init("leaf-backwards", "a leaf whose advance goes back", .malformed) {
        try $0.replaceFirst(advances: [(0, 0, 700), (1, 12, 0)])
    },
]
