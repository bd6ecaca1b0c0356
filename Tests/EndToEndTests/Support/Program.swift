import Foundation
import TollCLI

/// The programs of this package, as the build put them beside the tests.
enum Program: String {
    case toll
    case tollMerchant = "toll-merchant"
    case tollWallet = "toll-wallet"

    private static let folder: URL = {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link ?? CommandLine.arguments[0]).deletingLastPathComponent()
    }()

    /// The program's file.
    var file: URL { Self.folder.appendingPathComponent(rawValue) }

    /// Starts the program.
    func start(
        _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = []
    ) throws -> ChildProcess {
        let quiet = ["SWIFT_BACKTRACE": "enable=no"]
        return try ChildProcess(
            file, arguments,
            environment: quiet.merging(environment) { $1 }, input: input)
    }

    /// Runs the program to its end; another exit status than `expected` is an error.
    func run(
        _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
        expecting expected: Int32? = 0
    ) async throws -> ChildProcess.Outcome {
        let process = try start(arguments, environment: environment, input: input)
        let outcome = await process.outcome()
        if let expected, outcome.status != expected {
            throw ChildProcess.Ended(
                name: process.name, status: outcome.status, errors: outcome.errors)
        }
        return outcome
    }
}
