internal import DeterministicCBOR

/// What a broker says of itself to anyone who asks:
/// `[root, [signing certificate object …], [asset …], faucet enabled, jump limit of a batch]`.
///
/// ```swift
/// let description = try BrokerDescription(decoding: body)  // GET /v1/broker
/// let identity = try description.identity                  // certificates checked
/// let settlement = try object.verified(by: identity)
/// ```
public struct BrokerDescription: Sendable, Equatable {
    /// How many signing certificates or assets a description may list.
    public static let listMaximum = 16

    /// The root key, which names the broker: what commitments, certificates and requests carry as
    /// *broker*.
    public let root: PublicKey
    /// Certificates of role 3 of the keys that the broker signs with, at most 16, not checked yet:
    /// ``identity`` does.
    public let signingCertificates: [SignedObject<Certificate>]
    /// The assets that the broker keeps accounts in, 1 to 16.
    public let assets: [Asset]
    /// Whether the broker answers a ``FaucetRequest``; otherwise it is `not-enabled`.
    public let isFaucetEnabled: Bool
    /// The most steps that all claims of a batch may take together.
    public let batchStepsMaximum: UInt64

    /// A description of these parts. The lists' lengths are the caller's to keep.
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

    /// The broker as others check its signatures, with every certificate checked under ``root``.
    /// - Throws: as ``BrokerIdentity/add(_:)``.
    public var identity: BrokerIdentity {
        get throws(Refusal) {
            try BrokerIdentity(root: root, signingCertificates: signingCertificates)
        }
    }

    /// The CBOR array that `GET /v1/broker` answers with.
    public var encoded: [UInt8] {
        CBORValue.array([
            .fixed(root), .array(signingCertificates.map { .object($0) }),
            .array(assets.map { .asset($0) }), .bool(isFaucetEnabled),
            .unsigned(batchStepsMaximum),
        ]).encoded
    }

    /// Decodes a description. No signature is checked.
    /// - Throws: `malformed`, `not-canonical`, `too-large` for a list above its maximum, or what an
    ///   embedded object gives.
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
///
/// ```swift
/// let answer = try BrokerAnswer(decoding: body)  // POST /v1/reservations
/// let identity = try BrokerIdentity(
///     root: broker, signingCertificates: answer.signingCertificates)
/// let reservation = try SignedObject<Reservation>(decoding: answer.objects[0])
///     .verified(by: identity)
/// ```
public struct BrokerAnswer: Sendable, Equatable {
    /// The whole encodings of what the broker signed, at most 4 of at most 16 KiB, not decoded yet.
    public let objects: [[UInt8]]
    /// Certificates of role 3 of the keys that signed the objects, at most 16, not checked yet:
    /// ``BrokerIdentity/init(root:signingCertificates:)`` does (TC-04.18).
    public let signingCertificates: [SignedObject<Certificate>]

    /// An answer of these parts. The lists' lengths are the caller's to keep.
    public init(objects: [[UInt8]], signingCertificates: [SignedObject<Certificate>]) {
        self.objects = objects
        self.signingCertificates = signingCertificates
    }

    /// The objects and the certificates together: what a payer sends along when it opens a channel.
    public var funding: [[UInt8]] { objects + signingCertificates.map(\.encoded) }

    /// The CBOR array that the API answers with.
    public var encoded: [UInt8] {
        CBORValue.array([
            .array(objects.map { .bytes($0) }),
            .array(signingCertificates.map { .object($0) }),
        ]).encoded
    }

    /// Decodes an answer: its certificates, but not its objects. No signature is checked.
    /// - Throws: `malformed`, `not-canonical`, `too-large` for a list above its maximum, or what an
    ///   embedded object gives. An object above 16 KiB is `too-large`.
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
        /// It is funded, and claims are accepted.
        case live = 1
        /// The merchant has closed it: claims are accepted up to where the close ends its chains.
        case closed = 2
        /// Its time is over: the rest is back in the account, and claims are
        /// `redeem-window-closed`.
        case released = 3
    }

    /// The commitment as it was registered, extensions included.
    public let commitment: SignedObject<Commitment>
    /// The whole encodings of what the broker answered the reservation request with, at most 8 of
    /// at most 16 KiB: what a payer sends along when it opens the channel again.
    public let funding: [[UInt8]]
    /// The sealed note that the wallet left with the reservation request, at most 512 bytes
    /// (TC-02.14); nil if it left none.
    public let note: [UInt8]?
    /// Where it stands at the broker. A statement lists none that are released (TC-05.29).
    public let state: State
    /// What was redeemed so far.
    public let redeemed: [ChainMark]

    /// An entry of these parts.
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
///
/// ```swift
/// let page = try AccountStatement(decoding: body)  // POST /v1/statements
/// asset.text(page.available)                       // "12.500000"
/// page.commitments.filter { $0.state == .live }.count
/// ```
public struct AccountStatement: Sendable, Equatable {
    /// How many commitments a page lists.
    public static let pageMaximum = 256

    /// The key whose account it is.
    public let account: PublicKey
    /// What the account counts, and all the amounts here.
    public let asset: Asset
    /// What can be reserved or withdrawn now.
    public let available: Amount
    /// What an account with credit owes; 0 for any other.
    public let debt: Amount
    /// What stands behind commitments that are not released.
    public let reserved: Amount
    /// What was withdrawn and is not paid out yet.
    public let payable: Amount
    /// The commitments of this page in ascending order of id, at most 256; a merchant's account has
    /// none.
    public let commitments: [CommitmentEntry]
    /// What to ask for the next page with; nil on the last.
    public let cursor: CommitmentID?

    /// A statement of these parts.
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

    /// The CBOR array that `POST /v1/statements` answers with.
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

    /// Decodes a statement. No signature is checked.
    /// - Throws: `malformed` for an unknown state, `unknown-chain` and `index-past-end` for marks
    ///   out of range; else `malformed`, `not-canonical`, `too-large` for a list above its maximum,
    ///   or what an embedded object gives.
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
