public import DeterministicCBOR

/// One chain as the payer promises it: what a payword is worth, how many there are, where it ends.
public struct CommittedChain: Hashable, Sendable {
    /// What one payword is worth; at least 1.
    public let denomination: Amount
    /// How many paywords there are: 1 to 2^32 − 1. The index of the tip.
    public let length: ChainIndex
    /// The payword at index 0, which the payer reveals by signing. It is worth nothing.
    public let root: Payword

    /// A chain of a commitment. Its ordinal is its place among the chains.
    public init(denomination: Amount, length: ChainIndex, root: Payword) {
        self.denomination = denomination
        self.length = length
        self.root = root
    }

    /// What the whole chain is worth.
    /// - Throws: `amount-overflow`.
    public var worth: Amount {
        get throws(Refusal) { try denomination.multiplied(by: UInt64(length.value)) }
    }
}

/// The payer's signed promise to one merchant: up to eight chains, one asset, one expiry.
///
/// Fields: 1 nonce (16 bytes) · 2 payer · 3 merchant · 4 broker · 5 asset · 6 chains, 1 to 8 of
/// `[denomination, length, root]` · 7 issued-at · 8 expires-at · 9 redeem-by · 10 terms digest
/// (optional) · 11 conditions (optional). Source: the commitment of R. Rivest and A. Shamir,
/// "PayWord and MicroMint: two simple micropayment schemes" (1996), section 3.
///
/// The paywords derive from the context, and the context does not depend on the roots, so a payer
/// makes a commitment twice:
///
/// ```swift
/// func promise(root: Payword) -> Commitment {
///     Commitment(
///         nonce: nonce, payer: key.publicKey, merchant: merchant, broker: broker, asset: asset,
///         chains: [CommittedChain(denomination: price, length: ChainIndex(1000), root: root)],
///         issuedAt: now, expiresAt: now.adding(7 * .day), redeemBy: now.adding(30 * .day))
/// }
/// let context = promise(root: .zero).context
/// let cursor = secret.cursor(context: context, ordinal: ordinal, length: ChainIndex(1000))
/// let commitment = try key.sign(promise(root: cursor.revealed.payword))
/// ```
public struct Commitment: SignedPayload, Hashable {
    /// `application/tollchain.commitment+cbor`.
    public static var kind: ObjectKind { .commitment }
    /// How far after issued-at redeem-by may lie (TC-04.5).
    public static let redeemByMaximum: Seconds = 400 * .day
    /// How many conditions there may be; more are `too-large`.
    public static let conditionsMaximum = 8

    /// Field 1: 16 bytes that the payer draws. Another commitment of the payer with the same nonce
    /// is `duplicate-commitment`.
    public let nonce: Nonce
    /// Field 2: the payer key for this merchant, which signs. It is not the key of an account.
    public let payer: PublicKey
    /// Field 3: the only party that the paywords are worth anything to.
    public let merchant: PublicKey
    /// Field 4: the root key of the broker that redeems; the merchant's own key in two-party mode.
    public let broker: PublicKey
    /// Field 5: what the denominations count, in units of 10^-scale.
    public let asset: Asset
    /// Field 6: 1 to 8 chains, by ordinal.
    public let chains: [CommittedChain]
    /// Field 7: when the payer signed. More than 300 s ahead is `not-yet-valid`.
    public let issuedAt: Timestamp
    /// Field 8: no new payword is accepted after it.
    public let expiresAt: Timestamp
    /// Field 9: the broker redeems until then, and releases what is left 24 hours later.
    public let redeemBy: Timestamp
    /// Field 10: SHA-256(salt(16) || the whole encoding of an offer), where the payer wants the
    /// offer on record. The broker cannot guess from it what was bought.
    public let termsDigest: Digest?
    /// Field 11: what the broker checks when it redeems; all must hold. This version enforces none,
    /// so merchants and brokers refuse a commitment that has any.
    public let conditions: [Condition]

    /// A promise, for the payer key to sign. Nothing is checked here: ``checkDates()`` checks the
    /// dates, and decoding checks each field.
    public init(
        nonce: Nonce, payer: PublicKey, merchant: PublicKey, broker: PublicKey, asset: Asset,
        chains: [CommittedChain], issuedAt: Timestamp, expiresAt: Timestamp, redeemBy: Timestamp,
        termsDigest: Digest? = nil, conditions: [Condition] = []
    ) {
        self.nonce = nonce
        self.payer = payer
        self.merchant = merchant
        self.broker = broker
        self.asset = asset
        self.chains = chains
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.redeemBy = redeemBy
        self.termsDigest = termsDigest
        self.conditions = conditions
    }

    /// The payer key that it names.
    public var signer: RequiredSigner { .party(payer) }
    /// The date of signing is ``issuedAt``.
    public var signedAt: Timestamp { issuedAt }

    /// Whether the merchant is its own broker.
    public var isTwoParty: Bool { broker == merchant }

    /// What all chains are worth together.
    /// - Throws: `amount-overflow`.
    public var worth: Amount {
        get throws(Refusal) {
            var total = Amount.zero
            for chain in chains { total = try total.adding(chain.worth) }
            return total
        }
    }

    /// The chain of an ordinal.
    /// - Throws: `unknown-chain`.
    public func chain(_ ordinal: Ordinal) throws(Refusal) -> CommittedChain {
        guard ordinal.position < chains.count else {
            throw Refusal(
                .unknownChain, "chain \(ordinal) of a commitment with \(chains.count)")
        }
        return chains[ordinal.position]
    }

    /// What is paid when each chain, in order of ordinal, stands at its index of `indexes`.
    /// - Throws: `unknown-chain` for more indexes than chains, `amount-overflow`.
    public func worth(at indexes: [ChainIndex]) throws(Refusal) -> Amount {
        guard indexes.count <= chains.count else { throw Refusal(.unknownChain) }
        var total = Amount.zero
        for (chain, index) in zip(chains, indexes) {
            total = try total.adding(chain.denomination.multiplied(by: UInt64(index.value)))
        }
        return total
    }

    /// Reads fields 1 to 11.
    /// - Throws: `malformed`, also for no chain, and a denomination or length of 0; `too-large` for
    ///   more than 8 chains or conditions; `amount-overflow` for a denomination above 2^63 − 1.
    ///   Dates that do not follow one another pass: ``checkDates()`` is a later step (TC-04.5).
    public init(fields: inout FieldReader) throws(Refusal) {
        nonce = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("nonce") }
        payer = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("payer") }
        merchant = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("merchant") }
        broker = try fields.required(4) { (d) throws(Refusal) in try d.readFixed("broker") }
        asset = try fields.required(5) { (d) throws(Refusal) in try d.readAsset() }
        chains = try fields.required(6) { (d) throws(Refusal) in
            try d.readList("chains", count: 1...Ordinal.countMaximum) { (d) throws(Refusal) in
                try d.readCommittedChain()
            }
        }
        issuedAt = try fields.required(7) { (d) throws(Refusal) in
            try d.readTimestamp("issued-at")
        }
        expiresAt = try fields.required(8) { (d) throws(Refusal) in
            try d.readTimestamp("expires-at")
        }
        redeemBy = try fields.required(9) { (d) throws(Refusal) in
            try d.readTimestamp("redeem-by")
        }
        termsDigest = try fields.optional(10) { (d) throws(Refusal) in
            try d.readFixed("terms digest")
        }
        conditions =
            try fields.optional(11) { (d) throws(Refusal) in
                try d.readList("conditions", count: 1...Self.conditionsMaximum) {
                    (d) throws(Refusal) in try d.readCondition()
                }
            } ?? []
    }

    /// The map of fields 1 to 11; a nil terms digest and an empty list of conditions are left out.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(nonce)), (2, .fixed(payer)), (3, .fixed(merchant)), (4, .fixed(broker)),
            (5, .asset(asset)),
            (
                6,
                .array(
                    chains.map {
                        .array([
                            .amount($0.denomination), .unsigned(UInt64($0.length.value)),
                            .fixed($0.root),
                        ])
                    })
            ),
            (7, .time(issuedAt)), (8, .time(expiresAt)), (9, .time(redeemBy)),
            (10, termsDigest.map { .fixed($0) }),
            (11, conditions.isEmpty ? nil : .array(conditions.map(\.value))),
        ])
    }

    /// Checks the dates against one another, without a clock.
    /// - Throws: `malformed` unless issued-at ≤ expires-at ≤ redeem-by ≤ issued-at + 400 days.
    public func checkDates() throws(Refusal) {
        guard issuedAt <= expiresAt, expiresAt <= redeemBy,
            redeemBy <= issuedAt.adding(Self.redeemByMaximum)
        else {
            throw Refusal(
                .malformed,
                "dates must follow issued-at ≤ expires-at ≤ redeem-by ≤ issued-at + 400 days")
        }
    }
}

extension SignedObject<Commitment> {
    /// What names the commitment and its channel: the first 16 bytes of the digest.
    public var id: CommitmentID { CommitmentID(digest) }

    /// What the keys and tips of the chains derive from: SHA-256 of the payload, extensions
    /// included, with every root replaced by 32 zero bytes.
    /// The bytes that were received are used, never an encoding anew. See `spec/03-chains.md`.
    public var context: ChainContext { ChainContext(zeroingRootsOf: payloadBytes) }

    /// The verifiers of all chains as they stand before the first payment.
    public var chainVerifiers: [ChainVerifier] {
        let context = context
        return zip(Ordinal.all(count: payload.chains.count), payload.chains).map {
            ChainVerifier(key: ChainKey(context: context, ordinal: $0), chain: $1)
        }
    }
}

extension CommitmentID {
    /// The id of the commitment with this digest: the digest's first 16 bytes.
    public init(_ digest: Digest) { self = CommitmentID(digest.bytes.prefix(16)) ?? .zero }
}

extension ChainContext {
    /// The context of a commitment's payload, which is of the right shape.
    init(zeroingRootsOf payload: [UInt8]) {
        let zeroed = (try? CBORValue(decoding: payload)).map(Self.zeroingRoots) ?? .null
        self.init(storage: SHA256.digest(zeroed.encoded).storage)
    }

    private static func zeroingRoots(_ payload: CBORValue) -> CBORValue {
        guard case .map(var fields) = payload, case .array(let chains)? = fields[6] else {
            return payload
        }
        fields[6] = .array(
            chains.map { chain in
                guard case .array(var parts) = chain, parts.count == 3 else { return chain }
                parts[2] = .fixed(Payword.zero)
                return .array(parts)
            })
        return .map(fields)
    }
}

extension Commitment {
    /// The context, before or after the roots are known: SHA-256 of the payload with every root
    /// replaced by 32 zero bytes. Of a decoded object ask ``SignedObject/context``, which covers
    /// its extensions too.
    public var context: ChainContext { ChainContext(zeroingRootsOf: encoded) }
}

extension CBORDecoder {
    fileprivate mutating func readCommittedChain() throws(Refusal) -> CommittedChain {
        try readTuple("chain", count: 3)
        let start = offset
        let denomination = try readAmount("denomination")
        guard denomination > .zero else {
            throw Refusal(.malformed, "a denomination is at least 1", at: start)
        }
        let length = try readNumber("chain's length", in: 1...UInt64(UInt32.max))
        return CommittedChain(
            denomination: denomination, length: ChainIndex(UInt32(length)),
            root: try readFixed("root"))
    }
}
