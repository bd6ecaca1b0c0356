internal import DeterministicCBOR

/// What a broker says of itself to anyone who asks:
/// `[root, [signing certificate object …], [asset …], faucet enabled, jump limit of a batch]`.
public struct BrokerDescription: Sendable, Equatable {
    /// How many signing certificates or assets a description may list.
    public static let listMaximum = 16

    public let root: PublicKey
    public let signingCertificates: [SignedObject<Certificate>]
    public let assets: [Asset]
    public let isFaucetEnabled: Bool
    /// The most steps that all claims of a batch may take together.
    public let batchStepsMaximum: UInt64

    public init(
        root: PublicKey, signingCertificates: [SignedObject<Certificate>], assets: [Asset],
        isFaucetEnabled: Bool, batchStepsMaximum: UInt64
    ) {
        self.root = root
        self.signingCertificates = signingCertificates
        self.assets = assets
        self.isFaucetEnabled = isFaucetEnabled
        self.batchStepsMaximum = batchStepsMaximum
    }

    /// The identity, with every certificate's signature checked.
    /// - Throws: as ``BrokerIdentity/add(_:)``.
    public var identity: BrokerIdentity {
        get throws(Refusal) {
            try BrokerIdentity(root: root, signingCertificates: signingCertificates)
        }
    }

    public var encoded: [UInt8] {
        CBORValue.array([
            .fixed(root), .array(signingCertificates.map { .object($0) }),
            .array(assets.map { .asset($0) }), .bool(isFaucetEnabled),
            .unsigned(batchStepsMaximum),
        ]).encoded
    }

    public init(decoding bytes: [UInt8]) throws(Refusal) {
        var decoder = try CBORDecoder.answer(bytes)
        try decoder.readTuple("description", count: 5)
        root = try decoder.readFixed("root")
        signingCertificates = try decoder.readSigningCertificates()
        assets = try decoder.readList("assets", count: 1...Self.listMaximum) {
            (d) throws(Refusal) in try d.readAsset()
        }
        isFaucetEnabled = try decoder.reading("faucet") { (d) throws(CBORFault) in
            try d.readBool()
        }
        batchStepsMaximum = try decoder.readNumber("steps")
    }
}

/// The answer to an enrolment, to a certificate request and to a reservation request: what the broker
/// signed, and the certificates of the key that it signed with.
/// `[[object …], [signing certificate object …]]`.
///
/// - An enrolment of a payer's account is answered with no object; of a merchant, with its
///   certificate.
/// - A certificate request is answered with the certificate.
/// - A reservation request is answered with the reservation, or, for a commitment by a key with a
///   credit certificate, with that certificate.
public struct BrokerAnswer: Sendable, Equatable {
    public let objects: [[UInt8]]
    public let signingCertificates: [SignedObject<Certificate>]

    public init(objects: [[UInt8]], signingCertificates: [SignedObject<Certificate>]) {
        self.objects = objects
        self.signingCertificates = signingCertificates
    }

    /// The objects and the certificates together: what a payer sends along when it opens a channel.
    public var funding: [[UInt8]] { objects + signingCertificates.map(\.encoded) }

    public var encoded: [UInt8] {
        CBORValue.array([
            .array(objects.map { .bytes($0) }),
            .array(signingCertificates.map { .object($0) }),
        ]).encoded
    }

    public init(decoding bytes: [UInt8]) throws(Refusal) {
        var decoder = try CBORDecoder.answer(bytes)
        try decoder.readTuple("answer", count: 2)
        objects = try decoder.readList("objects", count: 0...4) { (d) throws(Refusal) in
            try d.readBytes("object", bytesMaximum: 16 * 1024)
        }
        signingCertificates = try decoder.readSigningCertificates()
    }
}

/// The answer to a redemption:
/// `[settlement object, [signing certificate object …], [leaf …]]`, each leaf as a byte string.
///
/// The broker keeps and repeats these bytes, so a batch that is sent again is answered alike, byte
/// for byte.
public struct SettlementAnswer: Sendable, Equatable {
    public let settlement: SignedObject<Settlement>
    public let signingCertificates: [SignedObject<Certificate>]
    public let leaves: [[UInt8]]
    /// The whole answer.
    public let encoded: [UInt8]

    public init(
        settlement: SignedObject<Settlement>, signingCertificates: [SignedObject<Certificate>],
        leaves: [[UInt8]]
    ) {
        self.settlement = settlement
        self.signingCertificates = signingCertificates
        self.leaves = leaves
        var encoder = CBOREncoder(capacity: settlement.encoded.count + 64 * leaves.count + 1024)
        encoder.writeArray(count: 3)
        encoder.writeBytes(settlement.encoded)
        encoder.writeArray(count: signingCertificates.count)
        for certificate in signingCertificates { encoder.writeBytes(certificate.encoded) }
        encoder.writeArray(count: leaves.count)
        for leaf in leaves { encoder.writeBytes(leaf) }
        encoded = encoder.bytes
    }

    public init(decoding bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Redemption.encodedBytesMaximum else { throw Refusal(.tooLarge) }
        var decoder = try CBORDecoder.answer(bytes)
        try decoder.readTuple("answer", count: 3)
        settlement = try decoder.readObject()
        signingCertificates = try decoder.readSigningCertificates()
        leaves = try decoder.readList("leaves", count: 0...Redemption.claimsMaximum) {
            (d) throws(Refusal) in try d.readBytes("leaf", bytesMaximum: 1024)
        }
        encoded = bytes
    }

    /// Checks the whole answer against the redemption it answers: the signature, the figures, and
    /// every leaf against the root.
    /// - Returns: the settlement and the outcomes, by position.
    /// - Throws: `wrong-broker`, `bad-signature`, `batch-conflict` (another redemption's answer), or
    ///   `amount-mismatch` (figures that do not follow from the outcomes).
    public func verified(
        for redemption: SignedObject<Redemption>
    ) throws(Refusal) -> (settlement: Verified<Settlement>, outcomes: [ClaimOutcome]) {
        let identity = try BrokerIdentity(
            root: redemption.payload.broker, signingCertificates: signingCertificates)
        let verified = try settlement.verified(by: identity)
        let payload = verified.payload
        guard payload.batchID == redemption.payload.batchID,
            payload.redemptionDigest == redemption.digest,
            payload.merchant == redemption.payload.merchant,
            payload.asset == redemption.payload.asset
        else { throw Refusal(.batchConflict, "the settlement is of another redemption") }
        guard MerkleTree(leaves: leaves).root == payload.outcomesRoot else {
            throw Refusal(.amountMismatch, "the outcomes do not lead to the settlement's root")
        }
        var outcomes: [ClaimOutcome] = []
        outcomes.reserveCapacity(leaves.count)
        for leaf in leaves { outcomes.append(try ClaimOutcome(decoding: leaf[...])) }
        try payload.checkFigures()
        try Self.check(payload, follows: outcomes, claims: redemption.payload.claims.count)
        return (verified, outcomes)
    }

    private static func check(
        _ settlement: Settlement, follows outcomes: [ClaimOutcome], claims: Int
    ) throws(Refusal) {
        let refused = outcomes.filter { $0.reasonNumber != nil }
        let paywords = outcomes.reduce(UInt64(0)) { total, outcome in
            outcome.advances.reduce(total) { $0 &+ UInt64($1.to.steps(downTo: $1.from)) }
        }
        guard outcomes.count == claims,
            outcomes.enumerated().allSatisfy({ $0 == Int($1.position) }),
            try outcomes.map(\.amount).sum() == settlement.gross,
            settlement.claimsAccepted == UInt64(outcomes.count - refused.count),
            settlement.paywordsRedeemed == paywords,
            refused.map(\.position) == settlement.refusals.map(\.position),
            refused.map(\.reasonNumber) == settlement.refusals.map({ Optional($0.reasonNumber) })
        else {
            throw Refusal(
                .amountMismatch, "the settlement's figures do not follow from its outcomes")
        }
    }
}

/// What a broker keeps of one commitment, as its account sees it:
/// `[commitment object, [funding object …], note or null, state, [[ordinal, index] …]]`.
public struct CommitmentEntry: Sendable, Equatable {
    /// Where a commitment stands at its broker.
    public enum State: UInt64, Sendable, CaseIterable {
        case live = 1
        case closed = 2
        case released = 3
    }

    public let commitment: SignedObject<Commitment>
    public let funding: [[UInt8]]
    public let note: [UInt8]?
    public let state: State
    /// What was redeemed so far.
    public let redeemed: [ChainMark]

    public init(
        commitment: SignedObject<Commitment>, funding: [[UInt8]], note: [UInt8]?, state: State,
        redeemed: [ChainMark]
    ) {
        self.commitment = commitment
        self.funding = funding
        self.note = note
        self.state = state
        self.redeemed = redeemed
    }
}

/// The answer to a statement request:
/// `[account, asset, available, debt, reserved, payable, [commitment entry …], cursor or null]`.
///
/// *Available* can be reserved or withdrawn; *reserved* stands behind live commitments; *payable* was
/// withdrawn and is not paid out yet. *Debt* is what an account with credit owes.
public struct AccountStatement: Sendable, Equatable {
    /// How many commitments a page lists.
    public static let pageMaximum = 256

    public let account: PublicKey
    public let asset: Asset
    public let available: Amount
    public let debt: Amount
    public let reserved: Amount
    public let payable: Amount
    public let commitments: [CommitmentEntry]
    /// What to ask for the next page with; nil on the last.
    public let cursor: CommitmentID?

    public init(
        account: PublicKey, asset: Asset, available: Amount, debt: Amount, reserved: Amount,
        payable: Amount, commitments: [CommitmentEntry], cursor: CommitmentID?
    ) {
        self.account = account
        self.asset = asset
        self.available = available
        self.debt = debt
        self.reserved = reserved
        self.payable = payable
        self.commitments = commitments
        self.cursor = cursor
    }

    public var encoded: [UInt8] {
        CBORValue.array([
            .fixed(account), .asset(asset), .amount(available), .amount(debt), .amount(reserved),
            .amount(payable),
            .array(
                commitments.map { entry in
                    .array([
                        .object(entry.commitment), .array(entry.funding.map { .bytes($0) }),
                        entry.note.map { .bytes($0) } ?? .null, .unsigned(entry.state.rawValue),
                        .array(entry.redeemed.map(\.value)),
                    ])
                }),
            cursor.map { .fixed($0) } ?? .null,
        ]).encoded
    }

    public init(decoding bytes: [UInt8]) throws(Refusal) {
        var decoder = try CBORDecoder.answer(bytes)
        try decoder.readTuple("statement", count: 8)
        account = try decoder.readFixed("account")
        asset = try decoder.readAsset()
        available = try decoder.readAmount("available")
        debt = try decoder.readAmount("debt")
        reserved = try decoder.readAmount("reserved")
        payable = try decoder.readAmount("payable")
        commitments = try decoder.readList("commitments", count: 0...Self.pageMaximum) {
            (d) throws(Refusal) in
            try d.readTuple("entry", count: 5)
            return CommitmentEntry(
                commitment: try d.readObject(),
                funding: try d.readList("funding", count: 0...8) { (d) throws(Refusal) in
                    try d.readBytes("funding", bytesMaximum: 16 * 1024)
                },
                note: try d.readOptional("note") { (d) throws(Refusal) in
                    try d.readBytes("note", bytesMaximum: ReservationRequest.noteBytesMaximum)
                },
                state: try d.readChoice("state", CommitmentEntry.State.init),
                redeemed: try d.readMarks("redeemed"))
        }
        cursor = try decoder.readOptional("cursor") { (d) throws(Refusal) in
            try d.readFixed("cursor")
        }
    }
}

extension CBORDecoder {
    fileprivate static func answer(_ bytes: [UInt8]) throws(Refusal) -> CBORDecoder {
        do { return try CBORDecoder(bytes) } catch { throw Refusal(error, in: "answer") }
    }

    fileprivate mutating func readSigningCertificates() throws(Refusal) -> [SignedObject<
        Certificate
    >] {
        try readList("signing certificates", count: 0...BrokerDescription.listMaximum) {
            (d) throws(Refusal) in try d.readObject()
        }
    }
}
