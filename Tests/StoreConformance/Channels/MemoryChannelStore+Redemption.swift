public import PayWord
public import TollMerchant

extension MemoryChannelStore {
    public func claimable(
        at broker: PublicKey, asset: Asset, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try read { contents in
            contents.page(after: id, limit) { channel in
                let state = channel.state
                guard channel.terms.broker == broker, channel.terms.asset == asset,
                    state.refusedReasonNumber == nil, !state.isClaimInFlight,
                    let due = try? state.dueWorth, let claimed = try? state.claimedWorth
                else { return false }
                return due > claimed
            }
        }
    }

    public func record(_ batch: RedemptionBatch) async throws(Refusal) {
        try write { contents throws(Refusal) in
            for claim in batch.claims {
                guard var state = contents.channels[claim.id]?.state else {
                    throw Refusal(.batchConflict)
                }
                try state.claim(upTo: claim.indexes, worth: claim.expected)
                contents.channels[claim.id]?.state = state
            }
            contents.batches.append(batch)
            contents.recorded.append(batch.id)
            contents.claimed[batch.id] = batch.claims.map(\.id)
        }
    }

    public func unansweredBatches(
        at broker: PublicKey
    ) async throws(Refusal) -> [RedemptionBatch] {
        try read { $0.batches.filter { $0.broker == broker } }
    }

    public func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult], answer: [UInt8]
    ) async throws(Refusal) {
        try write { contents throws(Refusal) in
            guard !contents.settlements.contains(where: { $0.batchID == id }) else { return }
            guard let position = contents.batches.firstIndex(where: { $0.id == id }),
                contents.batches[position].claims.count == outcomes.count
            else { throw Refusal(.batchConflict) }
            let batch = contents.batches.remove(at: position)
            for (claim, result) in zip(batch.claims, outcomes) {
                switch result {
                case .settled: contents.channels[claim.id]?.state.settleClaim()
                case .refusedForNow: contents.channels[claim.id]?.state.releaseClaim()
                case .refusedForGood(let reason):
                    contents.channels[claim.id]?.state.releaseClaim(refused: reason)
                }
            }
            contents.settlements.append(record)
            contents.answers[id] = answer
            for (position, (claim, result)) in zip(batch.claims, outcomes).enumerated() {
                guard let refusal = result.refusal else { continue }
                contents.file(
                    ClaimRefusal(
                        batchID: id, position: UInt32(position), channel: claim.id,
                        broker: record.broker, asset: record.asset,
                        reasonNumber: refusal.reasonNumber, expected: claim.expected,
                        refusedAt: record.settledAt, isForGood: refusal.isForGood))
            }
        }
    }

    public func settlementAnswer(_ id: BatchID) async throws(Refusal) -> [UInt8]? {
        try read { $0.answers[id] }
    }

    public func refusals(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [ClaimRefusal] {
        try read { contents in
            contents.recorded.reversed().flatMap { contents.refusals[$0] ?? [] }
                .dropFirst(count).prefix(limit).map { $0 }
        }
    }

    public func claimableTotal(
        at broker: PublicKey, asset: Asset
    ) async throws(Refusal) -> ClaimableTotal {
        var total = ClaimableTotal.nothing
        for record in try await claimable(at: broker, asset: asset, after: nil, limit: .max) {
            let due = try record.state.dueWorth.subtracting(try record.state.claimedWorth)
            try total.add(due, redeemBy: record.terms.redeemBy)
        }
        return total
    }

    public func keepAnswer(_ answer: [UInt8], of id: BatchID) async throws(Refusal) {
        try write { contents throws(Refusal) in
            guard let batch = contents.batches.first(where: { $0.id == id }) else {
                throw Refusal(.batchConflict)
            }
            contents.keptAnswers[id] =
                contents.keptAnswers[id]
                ?? KeptAnswer(redemption: batch.redemption, answer: answer)
        }
    }

    public func keptAnswer(_ id: BatchID) async throws(Refusal) -> KeptAnswer? {
        try read { $0.keptAnswers[id] }
    }

    public func abandon(
        _ id: BatchID, reason: Reason, at time: Timestamp
    ) async throws(Refusal) {
        try write { contents throws(Refusal) in
            guard let position = contents.batches.firstIndex(where: { $0.id == id }) else { return }
            let batch = contents.batches.remove(at: position)
            for claim in batch.claims { contents.channels[claim.id]?.state.releaseClaim() }
            contents.file(
                ClaimRefusal(
                    batchID: id, position: nil, channel: nil, broker: batch.broker,
                    asset: batch.asset, reasonNumber: UInt64(reason.rawValue),
                    expected: try batch.expected, refusedAt: time, isForGood: false))
        }
    }

    public func settlements(
        before id: BatchID?, limit: Int
    ) async throws(Refusal) -> [SettlementRecord] {
        try read { contents in
            let all = contents.settlements
            let end = id.flatMap { id in all.firstIndex { $0.batchID == id } } ?? all.count
            return Array(all[..<end].reversed().prefix(limit))
        }
    }

    public func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try read { $0.page(after: id, limit) { $0.state.refusedReasonNumber != nil } }
    }

    public func claimAgain(_ id: CommitmentID) async throws(Refusal) {
        try write { contents throws(Refusal) in
            guard contents.channels[id] != nil else { throw Refusal(.unknownCommitment) }
            contents.channels[id]?.state.allowClaims()
        }
    }

    public func undeliveredCloses(
        at broker: PublicKey, limit: Int
    ) async throws(Refusal) -> [(id: CommitmentID, close: [UInt8])] {
        try read { contents in
            contents.closes
                .filter { !$1.isDelivered && contents.channels[$0]?.terms.broker == broker }
                .sorted { $0.key < $1.key }.prefix(limit)
                .map { (id: $0.key, close: $0.value.bytes) }
        }
    }

    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try write { $0.closes[id]?.isDelivered = true }
    }

    // MARK: What payers owe

    public func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt] {
        try read { contents throws(Refusal) in try contents.debts(in: asset, after: payer, limit) }
    }

    public func recordPayment(
        of amount: Amount, in asset: Asset, by payer: PublicKey, reference: [UInt8],
        at time: Timestamp
    ) async throws(Refusal) {
        try write { contents throws(Refusal) in
            if let present = contents.debtPayments[reference] {
                guard present.payer == payer, present.amount == amount, present.asset == asset
                else { throw Refusal(.referenceConflict) }
                return
            }
            let debts = try contents.debts(in: asset, after: nil, .max)
            guard let debt = debts.first(where: { $0.payer == payer }), amount <= debt.owed else {
                throw Refusal(.insufficientFunds)
            }
            contents.debtPayments[reference] = DebtPayment(
                payer: payer, asset: asset, amount: amount)
        }
    }
}

extension MemoryChannelStore.Contents {
    func debts(
        in asset: Asset, after payer: PublicKey?, _ limit: Int
    ) throws(Refusal) -> [PayerDebt] {
        var settled: [PublicKey: Amount] = [:]
        for channel in channels.values
        where channel.terms.funding == .twoParty && channel.terms.asset == asset {
            settled[channel.terms.payer] = try settled[channel.terms.payer, default: .zero]
                .adding(channel.state.settledWorth)
        }
        var debts: [PayerDebt] = []
        for (debtor, amount) in settled.sorted(by: { $0.key < $1.key }) {
            guard payer.map({ $0 < debtor }) ?? true, debts.count < limit else { continue }
            debts.append(
                PayerDebt(payer: debtor, settled: amount, paid: try paid(by: debtor, in: asset)))
        }
        return debts
    }
}
