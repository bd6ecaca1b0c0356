import Foundation
import Testing
import TollCLI

/// A short run of the program itself. What it measures is of no interest here.
struct SmokeTests {
    private static let programs: URL = {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link ?? CommandLine.arguments[0]).deletingLastPathComponent()
    }()

    private func load(_ arguments: [String], to folder: URL) async throws -> Figures {
        let process = try ChildProcess(
            Self.programs.appendingPathComponent("toll-load"),
            arguments + ["--output", folder.path, "--json"],
            environment: ["SWIFT_BACKTRACE": "enable=no"])
        let outcome = await process.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Figures.self, from: Data(outcome.output.utf8))
    }

    @Test(arguments: [["--store", "sqlite"], ["--store", "postgres", "--lanes", "2"]])
    func everythingAcknowledgedIsInTheBalanceAndInTheHistogram(store: [String]) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-load-test-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let figures = try await load(
            store + [
                "--channels", "50", "--active", "20", "--connections", "10", "--rate", "150",
                "--seconds", "2", "--warm-up", "1", "--find-rate", "--rate-maximum", "300",
                "--step-seconds", "1", "--p99-milliseconds", "3600000", "--seed", "\(seed)",
            ], to: folder)

        #expect(figures.faults.isEmpty, "\(figures.faults)")
        #expect(figures.due > 0)
        #expect(figures.acknowledged == figures.due)
        #expect(figures.latency_ns.count == figures.acknowledged)
        #expect(figures.seconds.reduce(0) { $0 + $1.acknowledged } == figures.acknowledged)
        #expect(figures.refused.isEmpty && figures.unsent.isEmpty && figures.unanswered == 0)
        #expect(figures.search.held == 300)
        let searched = figures.search.steps.reduce(0) { $0 + $1.acknowledged }
        #expect(figures.books.channels == 50)
        #expect(figures.books.payments == figures.books.acknowledged_payments)
        #expect(figures.books.spent_units == figures.books.acknowledged_units)
        #expect(figures.books.accepted_units == figures.books.spent_units)
        #expect(figures.books.payments > figures.acknowledged + searched)

        for name in ["latency.svg", "run.svg"] {
            let picture = try String(
                contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n"))
            #expect(!picture.contains("nan") && !picture.contains("inf"), "\(picture)")
        }
        let text = try String(
            contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
        #expect(text.contains("equal what was acknowledged"), "\(text)")
    }

    @Test func aMerchantThatDoesNotStartIsSaidSo() async throws {
        let process = try ChildProcess(
            Self.programs.appendingPathComponent("toll-load"),
            ["--channels", "1", "--toll", "/bin/false", "--json"])
        let outcome = await process.outcome()
        #expect(outcome.status != 0)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("ended with"), "\(outcome.errors)")
    }
}

/// What the test reads of a report, by the names in its JSON.
private struct Figures: Decodable {
    struct Latency: Decodable { let count: Int }
    struct Second: Decodable { let acknowledged: Int }
    struct Search: Decodable {
        struct Step: Decodable { let acknowledged: Int }
        let held: Int?
        let steps: [Step]
    }
    struct Books: Decodable {
        let channels: Int
        let payments: Int
        let accepted_units: Int
        let spent_units: Int
        let acknowledged_payments: Int
        let acknowledged_units: Int
    }

    let due: Int
    let acknowledged: Int
    let refused: [String: Int]
    let unsent: [String: Int]
    let unanswered: Int
    let latency_ns: Latency
    let seconds: [Second]
    let search: Search
    let books: Books
    let faults: [String]
}
