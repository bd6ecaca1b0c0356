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
    static func answer(_ bytes: [UInt8]) throws(Refusal) -> CBORDecoder {
        do { return try CBORDecoder(bytes) } catch { throw Refusal(error, in: "answer") }
    }

    mutating func readSigningCertificates() throws(Refusal) -> [SignedObject<
        Certificate
    >] {
        try readList("signing certificates", count: 0...BrokerDescription.listMaximum) {
            (d) throws(Refusal) in try d.readObject()
        }
    }
}
