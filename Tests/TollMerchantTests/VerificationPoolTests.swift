import PayWord
import StoreConformance
import Synchronization
import Testing

@testable import TollMerchant

/// How many run now, and how many ran at once.
private final class Running: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func begin() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    func end() { counts.withLock { $0.now -= 1 } }
}

@Suite(.timeLimit(.minutes(1))) struct VerificationPoolTests {
    @Test func noMoreRunAtOnceThanThereAreThreads() async throws {
        let pool = VerificationPool(threads: 2)
        let running = Running()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await pool.run {
                        running.begin()
                        // Long enough for others to come in between.
                        _ = (0..<2_000).reduce(0) { $0 ^ $1 &* number }
                        running.end()
                        return number
                    }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(results == Set(0..<200))
        #expect((1...2).contains(running.most))
    }

    @Test func aRefusalComesBackAsItself() async {
        await expectRefusal(.badSignature) {
            try await VerificationPool().run { () throws(Refusal) in
                throw Refusal(.badSignature)
            }
        }
    }

    /// Many openings at once, right and forged: each gets its own answer.
    @Test func openingsAtOnceAreEachJudged() async throws {
        let bench = try MerchantBench()
        let channels = try (1...40).map { try bench.channel(nonce: UInt64($0)) }
        let outcomes = await withTaskGroup(of: (Int, Reason?).self) { group in
            for (place, channel) in channels.enumerated() {
                group.addTask {
                    do {
                        // Every third has the reservation of another one.
                        let funded = place % 3 == 0 ? channels[(place + 1) % 40] : channel
                        _ = try await bench.merchant.open(
                            channel.commitment.object,
                            funding: try bench.broker.reserve(funded.commitment.object), salt: nil)
                        return (place, nil)
                    } catch {
                        return (place, (error as? Refusal)?.reason)
                    }
                }
            }
            return await group.reduce(into: [Int: Reason?]()) { $0[$1.0] = $1.1 }
        }
        for place in 0..<40 {
            #expect(outcomes[place] == .some(place % 3 == 0 ? .reservationMismatch : nil))
        }
    }
}
