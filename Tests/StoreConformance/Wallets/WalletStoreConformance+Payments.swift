internal import PayWord
internal import Testing
internal import TollWallet

extension WalletStoreConformance {
    static func writeAheadIsAllOrNothing(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        let id = sample.channel.id
        try await sample.insertReady(into: store)
        let item = try sample.writeAhead(version: 1, indexes: [3, 0], amounts: [1, 2])
        try await store.writeAheadAll([item])
        #expect(try await store.channel(id)?.progress == item.progress)
        #expect(try await store.pendingPayments(id) == item.payments)
        #expect(try await store.payments(id, after: 1, limit: 10) == [item.payments[1]])
        #expect(try await store.payments(id, after: 0, limit: 1) == [item.payments[0]])
        let spent = try await store.revealed(
            asset: sample.asset, merchant: sample.channel.merchant, day: item.spending.day)
        #expect(spent == item.spending.amount)
        let summary = try await store.summary(id)
        #expect(summary.counts == [.pending: 2])
        #expect(summary.amounts == [.pending: try Amount(units: 3)])
    }

    static func oldVersionsAreRefused(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        try await sample.insertReady(into: store)
        let first = try sample.writeAhead(version: 1, indexes: [1, 0], amounts: [1])
        try await store.writeAheadAll([first])
        let again = try sample.writeAhead(version: 1, indexes: [2, 0], amounts: [1])
        #expect(try await store.writeAhead([again]).map(\.reason) == [.busy])
        let skipped = try sample.writeAhead(version: 3, indexes: [2, 0], amounts: [1])
        #expect(try await store.writeAhead([skipped]).map(\.reason) == [.busy])
        #expect(try await store.channel(sample.channel.id)?.progress == first.progress)
        #expect(try await store.pendingPayments(sample.channel.id).count == 1)
        let update = ProgressUpdate(
            channel: sample.channel.id, progress: first.progress, outcomes: [1: .acknowledged])
        #expect(try await store.record([update]).map(\.reason) == [.busy])
        #expect(try await store.pendingPayments(sample.channel.id).count == 1)
    }

    static func indexesNeverFall(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        try await sample.insertReady(into: store)
        let first = try sample.writeAhead(version: 1, indexes: [5, 1], amounts: [1])
        try await store.writeAheadAll([first])
        let lower = try sample.writeAhead(
            version: 2, indexes: [6, 0], amounts: [1], number: 2)
        #expect(try await store.writeAhead([lower]).map(\.reason) == [.staleIndex])
        var progress = lower.progress
        progress.revealed = [ChainIndex(4), ChainIndex(1)]
        let update = ProgressUpdate(
            channel: sample.channel.id, progress: progress, outcomes: [:])
        #expect(try await store.record([update]).map(\.reason) == [.staleIndex])
        #expect(try await store.channel(sample.channel.id)?.progress == first.progress)
    }

    static func closedAndDisputedChannelsDoNotMove(_ store: any WalletStore) async throws {
        let committed = try WalletSample(nonce: 1)
        try await store.insert(committed.channel)
        let disputed = try WalletSample(nonce: 2)
        try await disputed.insertReady(into: store)
        try await store.dispute(disputed.channel.id, "a claim")
        let items = [
            try committed.writeAhead(version: 1, indexes: [1, 0], amounts: [1]),
            try disputed.writeAhead(version: 1, indexes: [1, 0], amounts: [1]),
        ]
        #expect(
            try await store.writeAhead(items).map(\.reason) == [.channelClosed, .channelClosed])
        let unknown = try WalletSample(nonce: 3)
        let item = try unknown.writeAhead(version: 1, indexes: [1, 0], amounts: [1])
        #expect(try await store.writeAhead([item]).map(\.reason) == [.unknownCommitment])
    }

    static func referencesAreMadeOnce(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        let id = sample.channel.id
        try await sample.insertReady(into: store)
        let first = try sample.writeAhead(
            version: 1, indexes: [1, 0], amounts: [1], reference: [7])
        try await store.writeAheadAll([first])
        #expect(try await store.payments(id, references: [[7], [8]]) == first.payments)
        let second = try sample.writeAhead(
            version: 2, indexes: [2, 0], amounts: [1], number: 2, reference: [7])
        #expect(try await store.writeAhead([second]).map(\.reason) == [.referenceConflict])
        #expect(try await store.channel(id)?.progress == first.progress)
        // A refused payment leaves its reference free.
        let refused = ProgressUpdate(
            channel: id, progress: second.progress, outcomes: [1: .refused(.busy)])
        #expect(try await store.record([refused]).map(\.reason) == [nil])
        #expect(try await store.payments(id, references: [[7]]).isEmpty)
        let third = try sample.writeAhead(
            version: 3, indexes: [2, 0], amounts: [1], number: 2, reference: [7])
        try await store.writeAheadAll([third])
        #expect(try await store.payments(id, references: [[7]]) == third.payments)
        #expect(
            try await store.payment(to: sample.channel.merchant, reference: [7])
                == HistoryEntry(channel: id, payment: third.payments[0]))
    }

    /// Else a payment that is asked for again would be made again on another channel.
    static func referencesNameOnePaymentOnAllChannels(_ store: any WalletStore) async throws {
        let first = try WalletSample()
        let second = try WalletSample(nonce: 2)
        let merchant = first.channel.merchant
        #expect(second.channel.merchant == merchant)
        try await first.insertReady(into: store)
        try await second.insertReady(into: store)
        #expect(try await store.payment(to: merchant, reference: [7]) == nil)
        let made = try first.writeAhead(version: 1, indexes: [1, 0], amounts: [1], reference: [7])
        let again = try second.writeAhead(
            version: 1, indexes: [1, 0], amounts: [1], reference: [7])
        #expect(
            try await store.writeAhead([made, again]).map(\.reason) == [nil, .referenceConflict])
        #expect(try await store.channel(second.channel.id)?.progress == second.channel.progress)
        #expect(try await store.payment(to: merchant, reference: [7])?.channel == first.channel.id)
        #expect(try await store.payment(to: merchant, reference: [8]) == nil)
        #expect(try await store.payment(to: .zero, reference: [7]) == nil)
        let refused = ProgressUpdate(
            channel: first.channel.id,
            progress: try first.writeAhead(version: 2, indexes: [1, 0], amounts: [1]).progress,
            outcomes: [1: .refused(.busy)])
        #expect(try await store.record([refused]).map(\.reason) == [nil])
        try await store.writeAheadAll([again])
        #expect(try await store.payment(to: merchant, reference: [7])?.channel == second.channel.id)
    }

    static func budgetsCountWhatIsRevealed(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        try await sample.insertReady(into: store)
        let ten = try Amount(units: 10)
        for (version, budget) in [
            Budget(perDay: ten), Budget(perMerchantAndDay: ten), Budget(perMerchant: ten),
        ].enumerated() {
            let over = try sample.writeAhead(
                version: UInt64(version + 1), indexes: [11, 0], amounts: [11], budget: budget)
            #expect(try await store.writeAhead([over]).map(\.reason) == [.budgetExceeded])
            let within = try sample.writeAhead(
                version: UInt64(version + 1), indexes: [UInt32(version + 1), 0], amounts: [1],
                number: UInt64(version + 1), revealed: 1, budget: budget)
            try await store.writeAheadAll([within])
        }
        let tomorrow = WalletSample.now.adding(.day)
        let third = try sample.writeAhead(
            version: 4, indexes: [12, 0], amounts: [9], number: 4, revealed: 9,
            budget: Budget(perDay: ten, perMerchantAndDay: ten), at: tomorrow)
        try await store.writeAheadAll([third])
        let fourth = try sample.writeAhead(
            version: 5, indexes: [13, 0], amounts: [1], number: 5, revealed: 1,
            budget: Budget(perMerchant: ten), at: tomorrow)
        #expect(try await store.writeAhead([fourth]).map(\.reason) == [.budgetExceeded])
        let free = try sample.writeAhead(
            version: 5, indexes: [12, 0], amounts: [1], number: 5, revealed: 0,
            budget: Budget(perMerchant: .zero), at: tomorrow)
        try await store.writeAheadAll([free])
        let asset = sample.asset
        #expect(
            try await store.revealed(asset: asset, merchant: nil, day: nil)
                == Amount(units: 12))
        let other = try Asset(code: "OTHER", scale: 0)
        #expect(try await store.revealed(asset: other, merchant: nil, day: nil) == .zero)
    }

    static func budgetsAreJudgedWithinABatch(_ store: any WalletStore) async throws {
        let samples = try (1...3).map { try WalletSample(nonce: UInt8($0)) }
        for sample in samples { try await sample.insertReady(into: store) }
        let budget = Budget(perDay: try Amount(units: 10))
        let items = try samples.map {
            try $0.writeAhead(
                version: 1, indexes: [5, 0], amounts: [5], revealed: 5, budget: budget)
        }
        #expect(
            try await store.writeAhead(items).map(\.reason) == [nil, nil, .budgetExceeded])
        #expect(try await store.pendingPayments(samples[2].channel.id).isEmpty)
        #expect(try await store.channel(samples[2].channel.id)?.progress.version == 0)
    }

    static func outcomesAreKept(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        let id = sample.channel.id
        try await sample.insertReady(into: store)
        let item = try sample.writeAhead(version: 1, indexes: [3, 0], amounts: [1, 2, 3])
        try await store.writeAheadAll([item])
        var progress = item.progress
        progress.version = 2
        progress.accepted = progress.revealed
        progress.spent = try Amount(units: 4)
        progress.isComplete = false
        progress.isShared = true
        let update = ProgressUpdate(
            channel: id, progress: progress,
            outcomes: [1: .acknowledged, 2: .refused(.insufficientFunds)])
        #expect(try await store.record([update]).map(\.reason) == [nil])
        #expect(try await store.channel(id)?.progress == progress)
        #expect(try await store.pendingPayments(id).map(\.number) == [3])
        let payments = try await store.payments(id, after: 0, limit: 10)
        #expect(payments.map(\.state) == [.acknowledged, .refused, .pending])
        #expect(payments.map(\.reason) == [nil, .insufficientFunds, nil])
    }

    static func historyIsNewestFirst(_ store: any WalletStore) async throws {
        let samples = try (1...2).map { try WalletSample(nonce: UInt8($0)) }
        for sample in samples { try await sample.insertReady(into: store) }
        for version in 1...3 as ClosedRange<UInt64> {
            for sample in samples {
                try await store.writeAheadAll([
                    try sample.writeAhead(
                        version: version, indexes: [UInt32(version), 0], amounts: [version],
                        number: version)
                ])
            }
        }
        let history = try await store.history(limit: 4)
        #expect(history.map(\.payment.number) == [3, 3, 2, 2])
        #expect(
            history.map(\.channel) == [
                samples[1].channel.id, samples[0].channel.id, samples[1].channel.id,
                samples[0].channel.id,
            ])
    }

    static func textIsData(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        try await sample.insertReady(into: store)
        let memo = "\u{1b}[2J'; DROP TABLE payments; -- <b>\n\u{7}é"
        let item = try sample.writeAhead(
            version: 1, indexes: [1, 0], amounts: [1], memo: memo)
        try await store.writeAheadAll([item])
        #expect(try await store.history(limit: 1).first?.payment.memo == memo)
    }
}

extension WalletStore {
    /// Writes ahead, and takes any refusal as the test's failure.
    func writeAheadAll(_ batch: [WriteAhead]) async throws {
        for result in try await writeAhead(batch) { try result.get() }
    }
}

extension Result where Success == Void, Failure == Refusal {
    /// Why it was refused.
    var reason: Reason? {
        if case .failure(let refusal) = self { refusal.reason } else { nil }
    }
}
