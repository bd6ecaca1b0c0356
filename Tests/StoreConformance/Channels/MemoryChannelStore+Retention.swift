public import PayWord
public import TollMerchant

extension MemoryChannelStore {
    public func purgeable(
        by rule: PurgeRule, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try read { contents in
            contents.page(after: id, limit) {
                rule.takes($0) && !contents.isEvidence($0.terms.id)
            }
        }
    }

    public func purge(
        _ ids: [CommitmentID], by rule: PurgeRule
    ) async throws(Refusal) -> [ChannelRecord] {
        try write { contents throws(Refusal) in
            var gone: [ChannelRecord] = []
            for id in ids {
                guard let channel = contents.channels[id], rule.takes(channel),
                    !contents.isEvidence(id)
                else { continue }
                try contents.purgedTotals[channel.terms.asset, default: PurgedTotals()]
                    .add(channel.state)
                contents.purged[id] = channel.terms
                contents.channels[id] = nil
                contents.closes[id] = nil
                for key in contents.charges.keys where key.id == id { contents.charges[key] = nil }
                gone.append(channel)
            }
            return gone
        }
    }
}

extension MemoryChannelStore.Contents {
    /// Whether a batch that claims the channel has a kept answer.
    func isEvidence(_ id: CommitmentID) -> Bool {
        keptAnswers.keys.contains { claimed[$0]?.contains(id) == true }
    }

    mutating func file(_ refusal: ClaimRefusal) {
        refusals[refusal.batchID, default: []].append(refusal)
    }
}
