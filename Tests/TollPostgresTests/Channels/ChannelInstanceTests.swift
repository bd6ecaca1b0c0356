import PayWord
import PrivatePostgres
import StoreConformance
import Testing
import TollMerchant

@testable import TollPostgres

/// Several instances of one merchant on one database.
@Suite struct ChannelInstanceTests {
    /// Pays one payword after another on whatever stands there, with and without references, until it
    /// has counted as many as it was told.
    private func pay(
        _ count: Int, on channel: PayingChannel, by store: PostgresChannelStore, named name: String
    ) async throws {
        var state = try #require(try await store.channel(channel.id)).state
        var counted = 0
        while counted < count {
            let reference = counted.isMultiple(of: 2) ? Array("\(name) \(counted)".utf8) : nil
            let advance = try channel.advance(
                state.indexes[0].value + 1, from: state, reference: reference)
            switch try #require(try await store.advance([advance]).first) {
            case .applied:
                counted += 1
                state = advance.state
            case .moved(let stored): state = stored
            case .used, .unknown: throw ServerFailure("the channel is there, the reference new")
            }
        }
    }

    @Test func twoInstancesOnOneChannelCountEachPaymentOnce() async throws {
        try await TestDatabase.with(.merchant) { database in
            let stores = [try await database.channels(), try await database.channels()]
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: stores[0])
            try await withThrowingTaskGroup { group in
                for (number, store) in stores.enumerated() {
                    group.addTask { try await pay(60, on: channel, by: store, named: "\(number)") }
                }
                try await group.waitForAll()
            }
            let state = try #require(try await stores[0].channel(channel.id)).state
            #expect((state.payments, state.spent.units, state.version) == (120, 120 * 90, 120))
            #expect(state.paywords == [channel.claim(0, 120)])
            #expect(try database.run("SELECT count(*) FROM toll_charges") == [["60"]])
        }
    }

    @Test func twoInstancesThatPurgeAtOnceCountEachChannelOnce() async throws {
        try await TestDatabase.with(.merchant, .byChannel(2)) { database in
            let stores = [try await database.channels(), try await database.channels()]
            let channels = try (1...40).map { try PayingChannel.sample($0) }
            for channel in channels {
                try await channel.open(in: stores[0])
                let state = try #require(try await stores[0].channel(channel.id)).state
                _ = try await stores[0].advance([try channel.advance(1, from: state)])
            }
            let rule = PurgeRule(
                olderThan: .day, at: channels[0].commitment.payload.redeemBy.adding(2 * .day))
            let ids = channels.map(\.id)
            let gone = try await withThrowingTaskGroup(of: Int.self) { group in
                for store in stores {
                    for half in [Array(ids[..<30]), Array(ids[10...].reversed())] {
                        group.addTask { try await store.purge(half, by: rule).count }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(gone == 40)
            let asset = channels[0].commitment.payload.asset
            let balance = try await stores[1].balance(of: asset)
            #expect((balance.purgedChannels, balance.channels, balance.payments) == (40, 40, 40))
            #expect(balance.spent.units == 40 * 90)
            #expect(try database.run("SELECT count(*) FROM toll_nonces") == [["40"]])
        }
    }

    @Test func oneAdvanceByTwoInstancesIsAppliedOnce() async throws {
        try await TestDatabase.with(.merchant, .byChannel(2)) { database in
            let stores = [try await database.channels(), try await database.channels()]
            let channels = try (1...8).map { try PayingChannel.sample($0) }
            for channel in channels { try await channel.open(in: stores[0]) }
            for index: UInt32 in 1...10 {
                var advances: [ChannelAdvance] = []
                for channel in channels {
                    let state = try #require(try await stores[0].channel(channel.id)).state
                    advances.append(
                        try channel.advance(index, from: state, reference: [UInt8(index)]))
                }
                // In opposite orders, which must not make them wait for each other in a circle.
                let (forwards, backwards) = (advances, Array(advances.reversed()))
                async let first = stores[0].advance(forwards)
                async let second = stores[1].advance(backwards)
                var applied = 0
                for outcome in try await first + second {
                    if case .applied = outcome { applied += 1 }
                }
                #expect(applied == channels.count)
            }
            for channel in channels {
                let state = try #require(try await stores[1].channel(channel.id)).state
                #expect(state.spent.units == 900)
            }
        }
    }

    @Test func aChannelOpenedByTwoInstancesAtOnceIsOne() async throws {
        try await TestDatabase.with(.merchant) { database in
            let stores = [try await database.channels(), try await database.channels()]
            for nonce: UInt64 in 1...20 {
                let channel = try PayingChannel.sample(nonce)
                try await withThrowingTaskGroup { group in
                    for store in stores { group.addTask { try await channel.open(in: store) } }
                    try await group.waitForAll()
                }
            }
            #expect(try await stores[0].channels(after: nil, limit: 100).count == 20)
        }
    }

    @Test func threat12OpeningsAtOnceDoNotSlipUnderALimit() async throws {
        try await TestDatabase.with(.merchant) { database in
            let stores = [try await database.channels(), try await database.channels()]
            // Each channel is worth 100,050; three fit.
            let limits = ExposureLimits(
                perPayer: try Amount(units: 350_000), perBroker: try Amount(units: 400_000))
            let opened = Counter()
            await withTaskGroup { group in
                for nonce: UInt64 in 1...12 {
                    group.addTask {
                        guard let channel = try? PayingChannel.sample(nonce),
                            let record = try? ChannelRecord(
                                opening: channel.commitment, funding: .credit, at: TestTime.start)
                        else { return }
                        do throws(Refusal) {
                            _ = try await stores[Int(nonce % 2)].open(
                                record, limits: limits, at: TestTime.start)
                            opened.next()
                        } catch {
                            #expect(error.reason == .limitExceeded)
                        }
                    }
                }
            }
            #expect(opened.value == 3)
        }
    }

    @Test func merchantsInOneDatabaseDoNotSeeEachOther() async throws {
        try await TestDatabase.with(.merchant, .byMerchant(4)) { database in
            let channel = try PayingChannel.sample(1)
            let other = channel.commitment.payload.merchant
            let stores = [try await database.channels(), try await database.channels(other)]
            try await channel.open(in: stores[0])
            #expect(try await stores[1].channel(channel.id) == nil)
            try await channel.open(in: stores[1])
            let state = try #require(try await stores[0].channel(channel.id)).state
            _ = try await stores[0].advance([try channel.advance(1, from: state)])
            #expect(try await stores[1].channel(channel.id)?.state == state)
        }
    }
}
