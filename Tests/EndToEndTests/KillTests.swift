import FixtureKit
import Foundation
import PayWord
import Testing
import TollCLI

/// Processes killed at random moments and at chosen places, under load. `TOLLCHAIN_SEED` repeats a
/// run's choices; which instruction a signal meets, no seed can repeat, so each run is another test.
@Suite(.serialized)
struct KillTests {
    /// What one round does to whom.
    enum Blow: Equatable, Sendable {
        /// SIGKILL after some more payments.
        case random(ThreeParties.Role)
        /// The process ends itself at a failpoint.
        case failpoint(ThreeParties.Role, String)
        /// The command that redeems ends itself at a failpoint.
        case redeemer(String)

        var role: ThreeParties.Role {
            switch self {
            case .random(let role), .failpoint(let role, _): role
            case .redeemer: .merchant
            }
        }
    }

    static let blows: [Blow] =
        ThreeParties.Role.allCases.flatMap { Array(repeating: Blow.random($0), count: 11) }
        + [
            ("merchant-before-commit", 6, ThreeParties.Role.merchant),
            ("merchant-after-commit", 6, .merchant), ("wallet-before-reveal", 3, .wallet),
            ("wallet-after-reveal", 4, .wallet), ("wallet-before-write-ahead", 2, .wallet),
            ("broker-before-settlement", 2, .broker), ("broker-in-settlement", 3, .broker),
            ("broker-after-settlement", 3, .broker),
        ].flatMap { point, count, role in
            Array(repeating: Blow.failpoint(role, point), count: count)
        } + [.redeemer("merchant-before-redeem"), .redeemer("merchant-after-redeem")]

    @Test("At least 60 kills under load, 10 of each role: nothing is lost, nothing doubled")
    func nothingIsLostWhenProcessesAreKilled() async throws {
        let seed =
            ProcessInfo.processInfo.environment["TOLLCHAIN_SEED"].flatMap(UInt64.init)
            ?? UInt64.random(in: 1...UInt64(UInt32.max))
        print("TOLLCHAIN_SEED=\(seed) repeats the choices of this run")
        var generator = SeededRandom(seed: seed)
        let blows = Self.blows.shuffled(using: &generator)
        #expect(blows.count >= 60)
        for role in ThreeParties.Role.allCases {
            #expect(blows.count { $0.role == role } >= 10)
        }

        let share = (blows.count + Self.towns - 1) / Self.towns
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in stride(from: 0, to: blows.count, by: share) {
                let rounds = Array(blows[first..<min(first + share, blows.count)].enumerated())
                let townSeed = UInt64.random(in: 0...UInt64.max, using: &generator)
                group.addTask {
                    try await Self.weather(
                        rounds.map { (first + $0, $1) }, seed: townSeed, run: seed)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Towns of three parties that are struck at the same time. An audit reads all that was ever paid
    /// in a town, so a few short histories cost less than one long one, and processes that wait for
    /// each other leave a processor free.
    private static let towns = 3

    /// Deals a town its blows, and audits it after each.
    private static func weather(
        _ rounds: [(number: Int, blow: Blow)], seed: UInt64, run: UInt64
    ) async throws {
        var generator = SeededRandom(seed: seed)
        let folder = try TestFolder()
        let storm = try await Storm(folder: folder.path, seed: seed)
        do {
            for (number, blow) in rounds {
                print("round \(number): \(blow)")
                try await storm.strike(
                    blow, after: Int.random(in: 20...400, using: &generator),
                    count: Int.random(in: 1...10, using: &generator))
                let finding = try await storm.audit(["--live"])
                try #require(
                    finding.lostPayments == 0 && finding.doublePayments == 0
                        && finding.findings.isEmpty,
                    "round \(number), \(blow), seed \(run): \(finding)")
            }
            let last = try await storm.finish()
            #expect(last.lostPayments == 0)
            #expect(last.doublePayments == 0)
            #expect(last.isLedgerSumZero)
            #expect(last.findings.isEmpty, "seed \(run)")
            await storm.stop()
        } catch {
            await storm.stop()
            throw error
        }
    }
}

/// What the audit says, as far as these tests look at it.
struct AuditFinding: Decodable, Sendable {
    var payments: Int
    var settlements: Int
    var lostPayments: Int
    var doublePayments: Int
    var isLedgerSumZero: Bool
    var findings: [String]
}
