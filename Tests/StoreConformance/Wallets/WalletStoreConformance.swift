internal import PayWord
internal import Testing
public import TollWallet

/// What every wallet store must do, whichever engine it runs on. Each function wants a new, empty
/// store.
public enum WalletStoreConformance {
    /// Runs the whole suite, with a new store for each part.
    public static func run(
        _ make: @Sendable () async throws -> any WalletStore
    ) async throws {
        try await channelsAreKept(make())
        try await stagesMoveOneWay(make())
        try await referencesOpenOneChannel(make())
        try await writeAheadIsAllOrNothing(make())
        try await oldVersionsAreRefused(make())
        try await indexesNeverFall(make())
        try await closedAndDisputedChannelsDoNotMove(make())
        try await referencesAreMadeOnce(make())
        try await referencesNameOnePaymentOnAllChannels(make())
        try await budgetsCountWhatIsRevealed(make())
        try await budgetsAreJudgedWithinABatch(make())
        try await outcomesAreKept(make())
        try await historyIsNewestFirst(make())
        try await textIsData(make())
        try await keysAndAccountsAreKept(make())
        try await turnsAreTakenOneAfterAnother(make())
    }

    static func turnsAreTakenOneAfterAnother(_ store: any WalletStore) async throws {
        let id = try WalletSample().channel.id
        let first = try await store.turn(on: id, waiting: .zero)
        await #expect(throws: Refusal(.busy)) { _ = try await store.turn(on: id, waiting: .zero) }
        // Another channel's turn is another's.
        let other = try await store.turn(on: .zero, waiting: .zero)
        async let second = store.turn(on: id, waiting: .seconds(60))
        first.end()
        first.end()
        let turn = try await second
        await #expect(throws: Refusal(.busy)) { _ = try await store.turn(on: id, waiting: .zero) }
        other.end()
        turn.end()
        try await store.turn(on: id, waiting: .zero).end()
        // A turn that is forgotten ends.
        do { _ = try await store.turn(on: id, waiting: .zero) }
        try await store.turn(on: id, waiting: .zero).end()
    }

    static func channelsAreKept(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        #expect(try await store.channel(sample.channel.id) == nil)
        try await store.insert(sample.channel)
        try await store.insert(sample.channel)
        #expect(try await store.channel(sample.channel.id) == sample.channel)
        #expect(try await store.channels() == [sample.channel])
        try await store.replaceRequest(sample.channel.id, [9, 9])
        #expect(try await store.channel(sample.channel.id)?.request == [9, 9])
        await #expect(throws: Refusal(.unknownCommitment)) {
            try await store.fund(CommitmentID.zero, [])
        }
    }

    static func stagesMoveOneWay(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        let id = sample.channel.id
        try await store.insert(sample.channel)
        try await store.fund(id, [[1, 2], [3]])
        try await store.fund(id, [[4]])
        var kept = try #require(try await store.channel(id))
        #expect(kept.stage == .ready)
        #expect(kept.funding == [[1, 2], [3]])
        try await store.dispute(id, "first")
        try await store.dispute(id, "second")
        kept = try #require(try await store.channel(id))
        #expect(kept.stage == .disputed)
        #expect(kept.dispute == "first")
        try await store.fund(id, [[5]])
        #expect(try await store.channel(id)?.stage == .disputed)
        let receipt = try sample.receipt(spent: 0)
        try await store.close(id, [7], receipt: receipt)
        try await store.close(id, [7], receipt: receipt)
        try await store.dispute(id, "third")
        kept = try #require(try await store.channel(id))
        #expect(kept.stage == .closed)
        #expect(kept.close == [7])
        #expect(!kept.isCloseDelivered)
        try await store.markCloseDelivered(id)
        #expect(try await store.channel(id)?.isCloseDelivered == true)
        #expect(try await store.receipts(id) == [receipt.encoded])
    }

    static func referencesOpenOneChannel(_ store: any WalletStore) async throws {
        let reference = RequestReference(hex: "000102030405060708090a0b0c0d0e0f")
        let first = try WalletSample(nonce: 1, reference: reference)
        let second = try WalletSample(nonce: 2, reference: reference)
        try await store.insert(first.channel)
        await #expect(throws: Refusal(.referenceConflict)) {
            try await store.insert(second.channel)
        }
        #expect(try await store.channel(second.channel.id) == nil)
        let found = try await store.channel(reference: try #require(reference))
        #expect(found?.id == first.channel.id)
        #expect(try await store.channel(reference: .zero) == nil)
    }

    static func keysAndAccountsAreKept(_ store: any WalletStore) async throws {
        let sample = try WalletSample()
        let (broker, merchant) = (sample.channel.broker, sample.channel.merchant)
        #expect(try await store.generation(broker: broker, merchant: merchant) == 0)
        try await store.raiseGeneration(broker: broker, merchant: merchant, to: 3)
        try await store.raiseGeneration(broker: broker, merchant: merchant, to: 1)
        #expect(try await store.generation(broker: broker, merchant: merchant) == 3)
        #expect(try await store.generation(broker: merchant, merchant: broker) == 0)
        let account = BrokerAccount(
            broker: broker, address: "https://one", asset: sample.asset, account: merchant)
        let moved = BrokerAccount(
            broker: broker, address: "https://two", asset: sample.asset, account: merchant)
        try await store.keep(account)
        try await store.keep(moved)
        #expect(try await store.accounts() == [moved])
    }
}
