public import DeterministicCBOR

/// A claim that a settlement refuses, by its position in the batch.
public struct SettlementRefusal: Hashable, Sendable {
    public let position: UInt32
    /// The reason's number; one that this version does not know is kept.
    public let reasonNumber: UInt64

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
    case merchant = 1
    case fee = 2
    case split = 3
}

/// One part of a settlement's gross.
public struct SettlementLine: Hashable, Sendable {
    public let party: PublicKey
    public let kind: SettlementLineKind
    public let amount: Amount

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
public struct Settlement: SignedPayload, Hashable {
    public static var kind: ObjectKind { .settlement }
    public static var encodedBytesMaximum: Int { 4 * 1024 * 1024 }
    /// How many lines a settlement may have.
    public static let linesMaximum = 64

    public let batchID: BatchID
    public let redemptionDigest: Digest
    public let broker: PublicKey
    public let merchant: PublicKey
    public let asset: Asset
    public let gross: Amount
    public let fee: Amount
    public let net: Amount
    public let claimsAccepted: UInt64
    public let paywordsRedeemed: UInt64
    public let refusals: [SettlementRefusal]
    public let settlementID: SettlementID
    public let settledAt: Timestamp
    public let outcomesRoot: Digest
    public let lines: [SettlementLine]

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

    public var signer: RequiredSigner { .broker(broker) }
    public var signedAt: Timestamp { settledAt }

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
