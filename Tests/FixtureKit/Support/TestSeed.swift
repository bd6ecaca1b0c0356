internal import Foundation

/// The seed of one randomised test: drawn anew in each run, printed, and repeated on demand.
public enum TestSeed {
    /// The environment variable that repeats a run.
    public static let variable = "TOLLCHAIN_TEST_SEED"

    /// The seed for `test`, printed with how to repeat it.
    public static func choose(for test: String) -> UInt64 {
        let given = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("\(test): seed \(seed) (repeat with \(variable)=\(seed))")
        return seed
    }
}
