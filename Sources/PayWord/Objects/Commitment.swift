public import DeterministicCBOR

/// One chain as the payer promises it: what a payword is worth, how many there are, where it ends.
public struct CommittedChain: Hashable, Sendable {
    /// What one payword is worth; at least 1.
    public let denomination: Amount
    /// How many paywords there are; at least 1.
    public let length: ChainIndex
    /// The payword at index 0.
    public let root: Payword

    /// A chain of a commitment.
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
public struct Commitment: SignedPayload, Hashable {
    public static var kind: ObjectKind { .commitment }
    /// How far ahead redeem-by may lie.
    public static let redeemByMaximum: Seconds = 400 * .day
    /// How many conditions there may be.
    public static let conditionsMaximum = 8

    public let nonce: Nonce
    public let payer: PublicKey
    public let merchant: PublicKey
    public let broker: PublicKey
    public let asset: Asset
    public let chains: [CommittedChain]
    public let issuedAt: Timestamp
    /// No new payword is accepted after it.
    public let expiresAt: Timestamp
    /// The broker redeems until then.
    public let redeemBy: Timestamp
    /// SHA-256(salt(16) || offer object), where the payer wants the offer on record.
    public let termsDigest: Digest?
    /// What the broker checks when it redeems.
    public let conditions: [Condition]

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

    public var signer: RequiredSigner { .party(payer) }
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
    /// The first 16 bytes of the digest.
    public var id: CommitmentID { CommitmentID(digest) }

    /// What the keys and tips of the chains derive from: SHA-256 of the payload, extensions
    /// included, with every root replaced by 32 zero bytes.
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
    /// The id of the object with this digest.
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
    /// The context, before or after the roots are known.
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
