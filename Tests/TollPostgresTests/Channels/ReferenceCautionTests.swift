import StoreConformance
import Testing
import TollMerchant

@testable import TollPostgres

/// When used references are looked for.
@Suite struct ReferenceCautionTests {
    private static let violation = PostgresFailure(state: "23505", message: "there")

    /// What each of some statements was told about used references, where those in `using` have some.
    private func looks(
        _ caution: ReferenceCaution, _ statements: Int, using: Set<Int>
    ) throws -> [[AdvanceBatch.UsedReferences]] {
        try (0..<statements).map { number in
            var tries: [AdvanceBatch.UsedReferences] = []
            try caution.run(hasReferences: true) { used in
                tries.append(used)
                if used == .fail, using.contains(number) { throw Self.violation }
            }
            return tries
        }
    }

    @Test func aStatementIsRunAgainAndThoseAfterItLookAtOnce() throws {
        let after = ReferenceCaution.statementsAfterFailure
        let tries = try looks(ReferenceCaution(), after + 3, using: [1])
        #expect(
            tries == [[.fail], [.fail, .leftOut]]
                + Array(repeating: [.leftOut], count: after) + [[.fail]])
    }

    @Test func aPayerWhoKeepsSendingWhatWasUsedMakesFewRunTwice() throws {
        let tries = try looks(ReferenceCaution(), 1000, using: Set(0..<1000))
        #expect(tries.count { $0.count > 1 } == 16)
    }

    @Test func anotherFailureIsNotRunAgain() {
        var tries = 0
        #expect(throws: PostgresFailure.self) {
            try ReferenceCaution().run(hasReferences: true) { _ in
                tries += 1
                throw PostgresFailure(state: "53100", message: "full")
            }
        }
        #expect(tries == 1)
    }

    /// Of one statement's channels, one with a used reference among others, with a lookup for another
    /// payment's reference in the same transaction.
    @Test func aUsedReferenceLeavesTheOthersWritten() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channels = try (1...3).map { try PayingChannel.sample($0) }
            for channel in channels { try await channel.open(in: store) }
            func advances(_ names: [String], to index: UInt32) async throws -> [ChannelAdvance] {
                var advances: [ChannelAdvance] = []
                for (channel, name) in zip(channels, names) {
                    let state = try #require(try await store.channel(channel.id)).state
                    let advance = try channel.advance(
                        index, from: state, reference: Array(name.utf8))
                    advances.append(
                        ChannelAdvance(
                            base: advance.base, state: advance.state, charges: advance.charges,
                            asked: [Array("nobody's".utf8)]))
                }
                return advances
            }
            for round in UInt32(1)...3 {
                let names = ["a\(round)", "b", "c\(round)"]
                let outcomes = try await store.advance(try await advances(names, to: round))
                let written = outcomes.map { if case .applied = $0 { true } else { false } }
                #expect(written == [true, round == 1, true])
                guard round > 1 else { continue }
                guard case .used(let charges, let state) = outcomes[1] else {
                    Issue.record("\(outcomes[1])")
                    continue
                }
                #expect(charges.map(\.reference) == [Array("b".utf8)])
                #expect(state.payments == 1)
            }
            #expect(try database.run("SELECT count(*) FROM toll_charges") == [["7"]])
        }
    }
}
