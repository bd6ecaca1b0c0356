public import DeterministicCBOR

/// A claim that a settlement refuses: `[position, reason number]`.
public struct SettlementRefusal: Hashable, Sendable {
    /// The claim's place in the batch: 0 to 65,535.
    public let position: UInt32
    /// The reason's number in `spec/09-reasons.md`; one that this version does not know is kept.
    public let reasonNumber: UInt64

    /// A refusal of the claim at `position`.
    public init(position: UInt32, reason: Reason) {
        self.position = position
        reasonNumber = UInt64(reason.rawValue)
    }

    init(position: UInt32, reasonNumber: UInt64) {
        self.position = position
        self.reasonNumber = reasonNumber
    }

    /// The reason; nil if this version does not know it.
    public var reason: Reason? { UInt16(exactly: reasonNumber).flatMap(Reason.init(rawValue:)) }
}

/// Who gets a part of a settlement.
public enum SettlementLineKind: UInt64, Sendable, CaseIterable, Hashable {
    /// The merchant: the net.
    case merchant = 1
    /// The broker's root key: the fee.
    case fee = 2
    /// A third party. Set aside for a later version; this broker writes none.
    case split = 3
}

/// One part of a settlement's gross: `[party, kind, amount]`.
public struct SettlementLine: Hashable, Sendable {
    /// Who gets it.
    public let party: PublicKey
    /// As what.
    public let kind: SettlementLineKind
    /// How much, in the asset's smallest units. A line of 0 is left out.
    public let amount: Amount

    /// A part of the gross for `party`.
    public init(party: PublicKey, kind: SettlementLineKind, amount: Amount) {
        self.party = party
        self.kind = kind
        self.amount = amount
    }
}

/// The broker's signed answer to one redemption: one ledger transaction, one net amount, each
/// refused claim with its reason.
///
/// Fields: 1 batch id · 2 redemption digest · 3 broker · 4 merchant · 5 asset · 6 gross · 7 fee ·
/// 8 net · 9 claims accepted · 10 paywords redeemed · 11 refusals `[[claim position, reason] …]` ·
/// 12 settlement id · 13 settled-at · 14 Merkle root of the outcomes · 15 lines
/// `[[party, kind, amount] …]`, which sum to gross.
///
/// It travels in a ``SettlementAnswer`` beside the outcomes, which it is checked with:
///
/// ```swift
/// let answer = try SettlementAnswer(decoding: bytes)
/// let (settlement, outcomes) = try answer.verified(for: redemption)
/// print(settlement.payload.net, "net, of", outcomes.count, "claims")
/// ```
public struct Settlement: SignedPayload, Hashable {
    /// `application/tollchain.settlement+cbor`.
    public static var kind: ObjectKind { .settlement }
    /// 4 MiB instead of the 16 KiB of other objects, for up to 65,536 refusals (TC-01.25).
    public static var encodedBytesMaximum: Int { 4 * 1024 * 1024 }
    /// How many lines a settlement may have; more are `too-large`.
    public static let linesMaximum = 64

    /// Field 1: the 16 bytes that the redemption drew.
    public let batchID: BatchID
    /// Field 2: SHA-256 of the redemption's payload, so that it answers no other batch.
    public let redemptionDigest: Digest
    /// Field 3: the root key of the broker that settles.
    public let broker: PublicKey
    /// Field 4: who is paid.
    public let merchant: PublicKey
    /// Field 5: what all amounts count.
    public let asset: Asset
    /// Field 6: the sum of what the accepted claims pay.
    public let gross: Amount
    /// Field 7: what the broker takes of it, computed once for the settlement; at most the gross.
    public let fee: Amount
    /// Field 8: what the merchant gets: gross − fee.
    public let net: Amount
    /// Field 9: how many claims were not refused: 0 to 65,536. Those that paid nothing new count.
    public let claimsAccepted: UInt64
    /// Field 10: the sum of to − from over all advances.
    public let paywordsRedeemed: UInt64
    /// Field 11: the refused claims, positions ascending.
    public let refusals: [SettlementRefusal]
    /// Field 12: 16 bytes that the broker draws, to name the settlement in its books.
    public let settlementID: SettlementID
    /// Field 13: when it was booked. The period of the signing key must cover it.
    public let settledAt: Timestamp
    /// Field 14: the Merkle tree hash (RFC 9162, section 2.1) of one ``ClaimOutcome`` for each
    /// claim, by position. It binds the broker to every figure.
    public let outcomesRoot: Digest
    /// Field 15: who gets which part of the gross: the merchant's line, then the fee's. At most 64.
    public let lines: [SettlementLine]

    /// A settlement, for the broker to sign. Nothing is computed: the figures are the caller's, and
    /// ``checkFigures()`` compares them.
    public init(
        batchID: BatchID, redemptionDigest: Digest, broker: PublicKey, merchant: PublicKey,
        asset: Asset, gross: Amount, fee: Amount, net: Amount, claimsAccepted: UInt64,
        paywordsRedeemed: UInt64, refusals: [SettlementRefusal], settlementID: SettlementID,
        settledAt: Timestamp, outcomesRoot: Digest, lines: [SettlementLine]
    ) {
        self.batchID = batchID
        self.redemptionDigest = redemptionDigest
        self.broker = broker
        self.merchant = merchant
        self.asset = asset
        self.gross = gross
        self.fee = fee
        self.net = net
        self.claimsAccepted = claimsAccepted
        self.paywordsRedeemed = paywordsRedeemed
        self.refusals = refusals
        self.settlementID = settlementID
        self.settledAt = settledAt
        self.outcomesRoot = outcomesRoot
        self.lines = lines
    }

    /// The broker that it names, by root or signing key.
    public var signer: RequiredSigner { .broker(broker) }
    /// The date of signing is ``settledAt``.
    public var signedAt: Timestamp { settledAt }

    /// Reads fields 1 to 15. The figures are compared by ``checkFigures()``, and with the outcomes
    /// by ``SettlementAnswer/verified(for:)``.
    /// - Throws: `malformed`, also for a position above 65,535 or an unknown kind of line;
    ///   `too-large` for more than 65,536 refusals or 64 lines; `amount-overflow`.
    public init(fields: inout FieldReader) throws(Refusal) {
        batchID = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("batch id") }
        redemptionDigest = try fields.required(2) { (d) throws(Refusal) in
            try d.readFixed("redemption digest")
        }
        broker = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("broker") }
        merchant = try fields.required(4) { (d) throws(Refusal) in try d.readFixed("merchant") }
        asset = try fields.required(5) { (d) throws(Refusal) in try d.readAsset() }
        gross = try fields.required(6) { (d) throws(Refusal) in try d.readAmount("gross") }
        fee = try fields.required(7) { (d) throws(Refusal) in try d.readAmount("fee") }
        net = try fields.required(8) { (d) throws(Refusal) in try d.readAmount("net") }
        claimsAccepted = try fields.required(9) { (d) throws(Refusal) in
            try d.readNumber("claims accepted", in: 0...UInt64(Redemption.claimsMaximum))
        }
        paywordsRedeemed = try fields.required(10) { (d) throws(Refusal) in
            try d.readNumber("paywords redeemed")
        }
        refusals = try fields.required(11) { (d) throws(Refusal) in
            try d.readList("refusals", count: 0...Redemption.claimsMaximum) {
                (d) throws(Refusal) in try d.readRefusal()
            }
        }
        settlementID = try fields.required(12) { (d) throws(Refusal) in
            try d.readFixed("settlement id")
        }
        settledAt = try fields.required(13) { (d) throws(Refusal) in
            try d.readTimestamp("settled-at")
        }
        outcomesRoot = try fields.required(14) { (d) throws(Refusal) in
            try d.readFixed("outcomes' root")
        }
        lines = try fields.required(15) { (d) throws(Refusal) in
            try d.readList("lines", count: 0...Self.linesMaximum) { (d) throws(Refusal) in
                try d.readLine()
            }
        }
    }

    /// The map of fields 1 to 15.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(batchID)), (2, .fixed(redemptionDigest)), (3, .fixed(broker)),
            (4, .fixed(merchant)), (5, .asset(asset)), (6, .amount(gross)), (7, .amount(fee)),
            (8, .amount(net)), (9, .unsigned(claimsAccepted)), (10, .unsigned(paywordsRedeemed)),
            (
                11,
                .array(
                    refusals.map {
                        .array([.unsigned(UInt64($0.position)), .unsigned($0.reasonNumber)])
                    })
            ),
            (12, .fixed(settlementID)), (13, .time(settledAt)), (14, .fixed(outcomesRoot)),
            (
                15,
                .array(
                    lines.map {
                        .array([
                            .fixed($0.party), .unsigned($0.kind.rawValue), .amount($0.amount),
                        ])
                    })
            ),
        ])
    }

    /// Checks the figures against one another.
    /// - Throws: `amount-mismatch` unless gross = fee + net, the lines of the fee sum to the fee, and
    ///   the others to the net.
    public func checkFigures() throws(Refusal) {
        let feeLines = lines.filter { $0.kind == .fee }
        guard try fee.adding(net) == gross, try lines.map(\.amount).sum() == gross,
            try feeLines.map(\.amount).sum() == fee
        else {
            throw Refusal(.amountMismatch, "the settlement's figures do not add up")
        }
    }
}

extension CBORDecoder {
    fileprivate mutating func readRefusal() throws(Refusal) -> SettlementRefusal {
        try readTuple("refusal", count: 2)
        let position = try readNumber(
            "claim's position", in: 0...UInt64(Redemption.claimsMaximum - 1))
        return SettlementRefusal(
            position: UInt32(position), reasonNumber: try readNumber("reason"))
    }

    fileprivate mutating func readLine() throws(Refusal) -> SettlementLine {
        try readTuple("line", count: 3)
        return SettlementLine(
            party: try readFixed("party"),
            kind: try readChoice("line's kind", SettlementLineKind.init),
            amount: try readAmount("line's amount"))
    }
}
