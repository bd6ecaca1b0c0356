internal import Foundation

/// The seed of a random run: drawn anew each time, printed, and repeated on demand.
public enum LedgerTestSeed {
    /// Draws a seed, or takes the one that `TOLLCHAIN_TEST_SEED` gives, and prints it.
    public static func choose() -> UInt64 {
        let variable = "TOLLCHAIN_TEST_SEED"
        let given = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("ledger: seed \(seed) (repeat with \(variable)=\(seed))")
        return seed
    }
}
