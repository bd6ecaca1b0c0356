import ArgumentParser
import Foundation
import LoadKit
import TollCLI
import UnixSignals

/// `toll-load`: pays a real merchant as many payers would, and tells how long they waited.
@main
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toll-load",
        abstract: "Measure a merchant under load, from the time at which each payment was due.",
        discussion: """
            Starts toll merchant serve as a process on SQLite or PostgreSQL, opens channels, and pays \
            on some of them at random times that do not depend on how fast it answers. Then it \
            compares the merchant's books with what was acknowledged.

            EXAMPLES
              toll-load --rate 5000 --seconds 60
              toll-load --store postgres --find-rate --output figures
              toll-load --channels 50 --active 20 --rate 200 --seconds 3 --json
            """, version: CommandLineProgram.version)

    @Option(help: "sqlite, postgres for one that is started for the run, or postgres://….")
    var store = "sqlite"

    @Option(help: "How many channels are open.")
    var channels = 10_000

    @Option(help: "How many of them pay; all others are idle. A tenth, unless given.")
    var active: Int?

    @Option(help: "How many connections they share. As many as there are channels, or may be.")
    var connections: Int?

    @Option(help: "How many payments are due each second, on average.")
    var rate: UInt64 = 2_000

    @Option(help: "For how many seconds they are due.")
    var seconds: UInt64 = 60

    @Option(help: "How many seconds go before, without counting for the latency.")
    var warmUp: UInt64 = 2

    @Flag(help: "After the run, look for the highest rate that is held.")
    var findRate = false

    @Option(help: "How long the search tries each rate, in seconds.")
    var stepSeconds: UInt64 = 5

    @Option(help: "The most that the 99th percentile may be at a rate held, in milliseconds.")
    var p99Milliseconds: UInt64 = 100

    @Option(help: "The highest rate that the search tries.")
    var rateMaximum: UInt64 = 100_000

    @Option(help: "How many threads pay.")
    var lanes = 1

    @Option(help: "What all that is random follows from.")
    var seed: UInt64 = 1

    @Option(
        help: "Leave report.txt, report.json, latency.svg and run.svg here.", completion: .directory
    )
    var output: String?

    @Option(help: "The program toll; the one beside this program, unless given.")
    var toll: String?

    @Flag(help: "Print JSON, as is the default when standard output is no terminal.")
    var json = false

    static func main() async { await CommandLineProgram.run(Self.self) }

    func validate() throws {
        guard (1...100_000).contains(channels) else {
            throw ValidationError("--channels is 1 to 100000")
        }
        guard (0...channels).contains(active ?? 0) else {
            throw ValidationError("--active is at most --channels")
        }
        guard (1...channels).contains(connections ?? 1) else {
            throw ValidationError("--connections is 1 to --channels")
        }
        guard (1...64).contains(lanes) else { throw ValidationError("--lanes is 1 to 64") }
        guard (1...1_000_000).contains(rate), (1...1_000_000).contains(rateMaximum) else {
            throw ValidationError("a rate is 1 to 1000000")
        }
        guard (1...86_400).contains(seconds), (1...3_600).contains(stepSeconds), warmUp <= 3_600
        else { throw ValidationError("--seconds is 1 to 86400, the others are up to 3600") }
    }

    func run() async throws {
        let output = Output.standard(
            json: json, environment: ProcessInfo.processInfo.environment)
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-load-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let load = LoadRun(try plan(), toll: try program(), folder: folder) { output.say($0) }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watch = Task {
            for await signal in signals {
                await load.abandon()
                try? FileManager.default.removeItem(atPath: folder)
                Foundation.exit(128 + signal.rawValue)
            }
        }
        defer { watch.cancel() }
        let report = try await load.run()
        if let place = self.output { try report.write(to: place) }
        output.show(report.json, report.lines(style: output.data.style))
        guard report.faults.isEmpty else {
            throw CommandError.checkFailed(
                report.faults.joined(separator: "; "),
                hint: "the figures say nothing; run it again with the same --seed \(seed)")
        }
    }

    private func plan() throws -> LoadPlan {
        let room = FileLimit.raise()
        var plan = LoadPlan()
        plan.store = try chosenStore()
        plan.channels = channels
        plan.active = active ?? max(1, channels / 10)
        plan.connections = min(connections ?? channels, room)
        if let connections, connections > room {
            throw CommandError.usage(
                "\(connections) connections are more than the \(room) that this machine allows",
                hint: "raise the limit of open files, or give fewer --connections")
        }
        // A merchant bears 1,024 channels on each.
        guard plan.connections * 1024 >= channels else {
            throw CommandError.usage(
                "a connection holds 1024 channels", hint: "give more --connections")
        }
        plan.lanes = min(lanes, plan.connections)
        plan.rate = rate
        plan.seconds = seconds
        plan.warmUpSeconds = warmUp
        plan.seed = seed
        if findRate {
            plan.search = LoadPlan.Search(
                seconds: stepSeconds, p99Maximum: p99Milliseconds * 1_000_000,
                rateMaximum: max(rate, rateMaximum))
        }
        return plan
    }

    private func chosenStore() throws -> LoadPlan.Store {
        switch store {
        case "sqlite": return .sqlite
        case "postgres": return .privatePostgres
        case let address where DatabaseAddress(address) != nil: return .postgres(address)
        default:
            throw CommandError.usage(
                "no such store", hint: "give sqlite, postgres, or postgres://USER@HOST/DATABASE")
        }
    }

    private func program() throws -> URL {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let file =
            toll.map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: link ?? CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("toll")
        guard FileManager.default.isExecutableFile(atPath: file.path) else {
            throw CommandError.usage(
                "‘\(file.path)’ is no program", hint: "build it, or give --toll FILE")
        }
        return file
    }
}
