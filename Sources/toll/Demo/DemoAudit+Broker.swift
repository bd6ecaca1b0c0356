import PayWord
import TollBroker
import TollMerchant

extension DemoAudit {
    /// Checks the broker's books against the signed objects: every settlement's signature and
    /// figures, every payword of every claim down to the root that its payer signed, and the
    /// ledger's sums.
    mutating func checkBroker(
        _ broker: BrokerRecords, _ merchant: MerchantRecords, _ asset: Asset
    ) throws {
        settlements = broker.answers.count
        if broker.evidence.count != broker.answers.count {
            find("\(broker.evidence.count) redemptions, \(broker.answers.count) settlements")
        }
        var totals = (gross: Amount.zero, fee: Amount.zero, net: Amount.zero)
        var redeemed: [CommitmentID: Amount] = [:]
        for batch in broker.evidence {
            let redemption = try SignedObject<Redemption>(decoding: batch.redemption).verified()
            let answer = try SettlementAnswer(decoding: batch.answer)
            if broker.answers[redemption.payload.batchID] != batch.answer {
                find("batch \(redemption.payload.batchID): the broker's database has other bytes")
            }
            let (settlement, outcomes) = try answer.verified(for: redemption.object)
            totals.gross = try totals.gross.adding(settlement.payload.gross)
            totals.fee = try totals.fee.adding(settlement.payload.fee)
            totals.net = try totals.net.adding(settlement.payload.net)
            claims += settlement.payload.claimsAccepted
            paywords += settlement.payload.paywordsRedeemed
            for (claim, outcome) in zip(redemption.payload.claims, outcomes) {
                try checkClaim(claim, outcome, merchant)
                redeemed[outcome.commitmentID] =
                    try (redeemed[outcome.commitmentID] ?? .zero).adding(outcome.amount)
            }
        }
        for (id, channel) in merchant.channels where redeemed[id] ?? .zero != channel.state.spent {
            find("\(id): spent \(channel.state.spent), redeemed \(redeemed[id] ?? .zero)")
        }
        gross = asset.text(totals.gross)
        fee = asset.text(totals.fee)
        net = asset.text(totals.net)
        checkLedger(broker, totals.net)
    }

    /// Walks each payword of a claim down to the root that the payer signed.
    private mutating func checkClaim(
        _ claim: RedemptionClaim, _ outcome: ClaimOutcome, _ merchant: MerchantRecords
    ) throws {
        guard let bytes = merchant.channels[outcome.commitmentID]?.terms.commitment else {
            return find("\(outcome.commitmentID): settled, but the merchant has no such channel")
        }
        let commitment = try SignedObject<Commitment>(decoding: bytes).verified().object
        let verifiers = commitment.chainVerifiers
        for payword in claim.paywords {
            _ = try verifiers[payword.ordinal.position].check(
                payword.position, stepsMaximum: .max)
        }
        var amount = Amount.zero
        for advance in outcome.advances {
            let chain = try commitment.payload.chain(advance.ordinal)
            amount = try amount.adding(
                chain.denomination.multiplied(by: UInt64(advance.to.steps(downTo: advance.from))))
        }
        if amount != outcome.amount {
            find("\(outcome.commitmentID): \(outcome.amount) settled, \(amount) is right")
        }
    }

    private mutating func checkLedger(_ broker: BrokerRecords, _ net: Amount) {
        // Two accounts of 2^63 - 1 overflow 64 bits; all sums here are taken in 128.
        let sum = broker.accounts.reduce(Int128(0)) { $0 + Int128($1.balance) }
        isLedgerSumZero = sum == 0
        let earned = broker.accounts.filter {
            $0.id.owner == .merchant && $0.id.purpose == .available
        }.reduce(Int128(0)) { $0 + Int128($1.balance) }
        if earned != Int128(net.units) {
            find("the merchant's account has \(earned), its settlements say \(net)")
        }
    }
}
