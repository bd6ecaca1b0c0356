import ArgumentParser
import Foundation

/// `toll-chaos run`: rounds of one fault each, then a settlement of all that is open.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Deal faults for so many seconds, or so many rounds.")

    @Option(help: "Repeats a run's choices. Which instruction a fault meets, no seed can repeat.")
    var seed: UInt64 = .random(in: 1...UInt64(UInt32.max))
    @Option(help: "How long faults are dealt.")
    var seconds = 60
    @Option(help: "How many faults are dealt at most.")
    var rounds = Int.max
    @Option(
        help: ArgumentHelp(
            "Which faults, with commas between.",
            discussion: "All of: " + Fault.allCases.map(\.rawValue).joined(separator: ", ")))
    var faults: String?
    @Option(help: "Where the merchant keeps its books: sqlite, or postgres.")
    var store = Store.sqlite
    @Option(help: "How many instances of the merchant serve from one database.")
    var instances = 1
    @Option(help: "How many processes pay.")
    var payers = 2
    @Option(help: "How many channels each pays on at once.")
    var channels = 4
    @Option(help: "Keep everything below this folder; without it a temporary one is removed.")
    var folder: String?
    @Option(help: "The program toll; the one beside this program unless given.")
    var toll: String?
    @Flag(help: "Have every flush lie, to show that it is found out.")
    var lie = false
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Say each fault.")
    var verbose = false

    func run() async throws {
        guard instances == 1 || store == .postgres else {
            throw ValidationError("only --store postgres serves several instances")
        }
        let named = faults ?? Fault.all(in: store).map(\.rawValue).joined(separator: ",")
        let kinds = try named.split(separator: ",").map { name in
            guard let fault = Fault(rawValue: String(name)) else {
                throw ValidationError("there is no fault ‘\(name)’")
            }
            return fault
        }
        let own = URL(
            fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")) ?? CommandLine.arguments[0])
        let beside = own.deletingLastPathComponent()
        let place =
            folder
            ?? FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-chaos-\(UInt32.random(in: 0...UInt32.max))").path
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        var report = Report(seed: seed, options: options)
        say(report.command)
        let plan = Scene.Plan(
            folder: place,
            toll: toll.map { URL(fileURLWithPath: $0) }
                ?? beside.appendingPathComponent("toll"), chaos: own,
            library: beside.appendingPathComponent("libPowerLoss.so").path, seed: seed,
            payers: payers, channels: channels, lies: lie, store: store, instances: instances,
            hasStandby: kinds.contains(.promote))
        let scene = try await Scene.set(plan)
        do {
            try await storm(scene, kinds, &report)
        } catch {
            report.findings.append("\(error)")
        }
        await scene.end()
        if folder == nil, report.findings.isEmpty {
            try? FileManager.default.removeItem(atPath: place)
        } else {
            say("what the parties left is in \(place)")
        }
        print(json ? report.json : report.text)
        if !report.findings.isEmpty { throw ExitCode(8) }
    }

    /// What a run is repeated with, beside its seed.
    private var options: [String] {
        [
            "SECONDS=\(seconds)", faults.map { "FAULTS=\($0)" },
            store == .sqlite ? nil : "STORE=\(store.rawValue)",
            instances == 1 ? nil : "INSTANCES=\(instances)", lie ? "CHAOS_ARGS=--lie" : nil,
        ].compactMap(\.self)
    }

    private func storm(_ scene: Scene, _ kinds: [Fault], _ report: inout Report) async throws {
        var storm = Storm(scene, seed: seed)
        var audit = Audit()
        defer { report.take(storm, audit, scene.journal) }
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds), storm.total < rounds {
            var times = [ContinuousClock.now]
            let (fault, words) = try await storm.strike(among: kinds)
            times.append(.now)
            let resumed = try await storm.awaitRecovery()
            times.append(.now)
            audit.expect(resumed, .paymentsResume, "not within 30 s after \(fault): \(words)")
            // A loss of power is seen in every snapshot, with or without one.
            let snapshot = try await Snapshot(scene)
            times.append(.now)
            try audit.check(snapshot)
            times.append(.now)
            if verbose {
                let took = zip(times.dropFirst(), times).map { "\(Report.milliseconds($0 - $1))" }
                say("\(storm.total) \(fault): \(words) (\(took.joined(separator: " + ")) ms)")
            }
            report.elapsed = ContinuousClock.now - start
            guard audit.findings.isEmpty, scene.journal.complaints.isEmpty else { return }
        }
        try await Settling(scene: scene).run(&audit)
    }

    private func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
