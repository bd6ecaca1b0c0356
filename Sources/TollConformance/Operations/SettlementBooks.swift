internal import PayWord
internal import Synchronization
internal import TollBroker

/// A broker whose books are what a request hands in, and the batch that it is to settle.
struct SettlementBooks {
    let broker: Broker
    let redemption: SignedObject<Redemption>

    /// Reads the inputs in the order in which TC-13.5 has them judged.
    init(_ inputs: Inputs) throws(Refusal) {
        let signer = try BatchSigner(inputs)
        let now = try inputs.time("now")
        let settlementID: SettlementID = try inputs.fixed("settlement_id")
        let redemption = try SignedObject<Redemption>(decoding: try inputs.bytes("redemption"))
        let policy = try inputs.policy(for: redemption.payload)
        let outages = try inputs.outages()
        let snapshot = try inputs.snapshot(for: redemption.payload, at: now)
        let drawn = DrawnBytes(settlementID.bytes)
        broker = try Broker(
            root: signer.root, signingKey: signer.key, signingCertificates: signer.certificates,
            policy: policy, store: OneBatchStore(snapshot: snapshot, outages: outages),
            clock: { now }, random: { drawn.next() })
        self.redemption = redemption
    }
}

/// Who signs for the broker: its root, or a key that the root certified.
private struct BatchSigner {
    let root: PublicKey
    let key: SigningKey
    let certificates: [SignedObject<Certificate>]

    /// - Throws: what ``BrokerIdentity`` throws of a certificate; `bad-signature` for a key that
    ///   none of them is of.
    init(_ inputs: Inputs) throws(Refusal) {
        let rootKey = try inputs.seed("broker_seed")
        root = rootKey.publicKey
        key = try inputs.has("signing_seed") ? inputs.seed("signing_seed") : rootKey
        let encoded = try inputs.byteStrings("signing_certificates", default: [])
        guard encoded.count <= BrokerDescription.listMaximum else {
            throw Refusal(
                .tooLarge, "more than \(BrokerDescription.listMaximum) signing certificates")
        }
        certificates = try encoded.certificates()
        let identity = try BrokerIdentity(root: root, signingCertificates: certificates)
        guard key.publicKey == root || identity.signingCertificates[key.publicKey] != nil else {
            throw Refusal(.badSignature, "\(key.publicKey) is no signing key of \(root)")
        }
    }
}

/// Gives the bytes of the settlement's id, one a draw, in place of a broker's randomness.
private final class DrawnBytes: Sendable {
    private let bytes: [UInt8]
    /// How many were drawn; guarded, since a broker may draw from any task.
    private let count = Mutex(0)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func next() -> UInt64 {
        let place = count.withLock { count in
            defer { count += 1 }
            return count
        }
        return UInt64(bytes[place % bytes.count])
    }
}

extension Inputs {
    /// The broker's assets and limits.
    fileprivate func policy(for redemption: Redemption) throws(Refusal) -> BrokerPolicy {
        let assets = try has("assets") ? assets("assets") : [redemption.asset]
        guard (1...BrokerDescription.listMaximum).contains(assets.count) else {
            throw fault("assets", "are not 1 to \(BrokerDescription.listMaximum)")
        }
        var policy = BrokerPolicy(assets: assets)
        let steps = try integer("steps_limit", default: policy.batchStepsMaximum)
        // Beyond its own bound this program refuses as a broker does whose limit is lower.
        policy.batchStepsMaximum = min(steps, WorkBound.stepsMaximum)
        policy.claimsMaximum = Int(
            clamping: try integer("claims_limit", default: UInt64(policy.claimsMaximum)))
        return policy
    }

    fileprivate func outages() throws(Refusal) -> [Outage] {
        guard has("outages") else { return [] }
        var outages: [Outage] = []
        for value in try list("outages") {
            guard let pair = value.asList, pair.count == 2 else {
                throw fault("outages", "is no list of [from, to]")
            }
            let times = Inputs(["from": pair[0], "to": pair[1]], in: "outages.")
            outages.append(Outage(from: try times.time("from"), to: try times.time("to")))
        }
        return outages
    }

    /// The rows that the batch can meet.
    fileprivate func snapshot(
        for redemption: Redemption, at now: Timestamp
    ) throws(Refusal) -> LedgerSnapshot {
        var snapshot = LedgerSnapshot()
        let merchant = EnrolmentKey(
            role: .merchant, subject: redemption.merchant, asset: redemption.asset)
        let isEnrolled = try bool("enrolled", default: true)
        let fee = try object("fee").fee()
        if isEnrolled {
            snapshot.enrolments[merchant] = EnrolmentRecord(
                key: merchant, displayName: nil, enrolledAt: now, answer: [], renewAt: nil,
                fee: fee)
        }
        for entry in try objects("commitments") {
            let (row, guaranteeUsed) = try entry.commitmentRow()
            snapshot.commitments[row.id] = row
            let key = GuaranteeKey(
                account: row.terms.account, merchant: row.terms.merchant, asset: row.terms.asset)
            snapshot.guaranteesUsed[key] = max(
                snapshot.guaranteesUsed[key] ?? .zero, guaranteeUsed)
        }
        for entry in try objects("accounts", areOptional: true) {
            let id = LedgerAccountID(
                .payer, try entry.fixed("account"), .available, redemption.asset)
            snapshot.accounts[id] = LedgerAccount(
                id: id, balance: try entry.amount("capacity").signed)
        }
        if has("recorded") {
            let recorded = try object("recorded")
            let digest: Digest = try recorded.fixed("redemption_digest")
            let answer = try SettlementAnswer(decoding: try recorded.bytes("answer"))
            snapshot.settlement = LedgerSettlement(
                key: BatchKey(merchant: redemption.merchant, batchID: redemption.batchID),
                redemptionDigest: digest, settlementID: .zero, asset: redemption.asset,
                gross: .zero, fee: .zero, settledAt: now, answer: answer.encoded)
        }
        return snapshot
    }

    /// One commitment as the broker has it, and how much of its guarantee is used up.
    private func commitmentRow() throws(Refusal) -> (LedgerCommitment, Amount) {
        let object = try SignedObject<Commitment>(decoding: try bytes("commitment")).verified()
        _ = try object.payload.worth
        let account = try optionalFixed("account") ?? object.payload.payer
        let funding: Funding
        switch try has("funding") ? text("funding") : "reserved" {
        case "reserved": funding = .reserved
        case "credit": funding = .credit
        default: throw fault("funding", "is neither reserved nor credit")
        }
        var row = try LedgerCommitment(
            object, account: account, funding: funding,
            guarantee: try amount("guarantee", default: .zero))
        let guaranteeUsed = try amount("guarantee_used", default: .zero)
        let redeemed = try claims("redeemed", areOptional: true)
        guard zip(redeemed, redeemed.dropFirst()).allSatisfy({ $0.ordinal < $1.ordinal }) else {
            throw fault("redeemed", "has ordinals that do not ascend")
        }
        try row.checkIndexes(of: redeemed)
        row = try row.redeemed(redeemed)
        switch try has("state") ? text("state") : "live" {
        case "live": break
        case "closed":
            let final = try indexes("final")
            guard final.count == row.chains.count else {
                throw fault("final", "is not an index for each chain")
            }
            _ = try row.close(
                at: zip(Ordinal.all(count: final.count), final).map {
                    ChainMark(ordinal: $0, index: $1)
                })
        case "released": _ = row.release()
        default: throw fault("state", "is none of live, closed and released")
        }
        return (row, guaranteeUsed)
    }
}

extension LedgerCommitment {
    /// The row after these paywords were redeemed.
    fileprivate func redeemed(_ paywords: PaywordClaims) throws(Refusal) -> LedgerCommitment {
        let (_, amount) = try difference(of: paywords)
        var chains = chains
        for claim in paywords { chains[claim.ordinal.position].redeemed = claim.position }
        return LedgerCommitment(
            id: id, terms: terms, chains: chains, state: state,
            locked: try locked.subtracting(terms.funding == .reserved ? amount : .zero),
            redeemed: amount, final: final)
    }
}
