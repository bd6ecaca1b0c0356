import ArgumentParser
import Foundation
import Logging
import PayWord
import TollBrokerAPI
import TollCLI

/// `toll demo`: the main job, end to end, with a crash of two parties in the middle.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Pay thousands of times, crash, settle once, and check the books.",
        discussion: """
            Starts a broker, a merchant and a wallet as processes of their own, with databases in a \
            temporary folder and sockets on the loopback address. The wallet pays over many \
            channels; it is killed in the middle and started again, and so is the merchant. Then one \
            redemption becomes one settlement, is sent again, and the books are checked by the \
            broker and once more by a process that reads what the three have on disk.

            EXAMPLES
              toll demo
              toll demo --payments 100000 --channels 1000 --wallets 4
              toll demo --json | jq .settlements
              toll demo --keep ./look-inside
            """)

    @OptionGroup var options: DemoOptions

    @Option(help: "Leave all files in this folder, to look into.", completion: .directory)
    var keep: String?

    @Flag(help: "Print JSON, as is the default when standard output is no terminal.")
    var json = false

    func run() async throws {
        let output = Output.standard(
            json: json, environment: ProcessInfo.processInfo.environment)
        let folder = try chosenFolder()
        let stage = ThreeParties(
            folder: folder, executable: Self.executable,
            asset: try AssetText.asset(AssetText.standard), walletCount: options.wallets)
        try await Interruption.watched(
            first: {
                await stage.abandon()
                removeUnlessKept(folder)
                let interrupted = CommandError(
                    code: "interrupted", detail: "stopped before its end", hint: "run it again",
                    exitCode: .failure)
                Foundation.exit(output.fail(interrupted).rawValue)
            }
        ) { interruption in
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
                let report = try await play(stage, output)
                await stage.stop()
                output.show(report.json, report.lines(style: output.data.style))
                try report.check()
                removeUnlessKept(folder)
            } catch {
                // A terminal interrupts the parties, too, and their end may be noticed first; then
                // the process ends above.
                repeat {
                    try? await Task.sleep(for: .milliseconds(200))
                } while interruption.isNoted
                await stage.stop()
                output.say("The files are left in \(folder).")
                throw error
            }
        }
    }

    @Sendable
    private func removeUnlessKept(_ folder: String) {
        if keep == nil { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// This program itself, which plays all the parts.
    private static var executable: URL {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link ?? CommandLine.arguments[0])
    }

    private func chosenFolder() throws -> String {
        let folder =
            keep
            ?? FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-demo-\(UUID().uuidString.prefix(8))").path
        if let present = try? FileManager.default.contentsOfDirectory(atPath: folder),
            !present.isEmpty
        {
            throw CommandError.usage(
                "‘\(folder)’ is not empty", hint: "give --keep a folder that is not there yet")
        }
        return folder
    }

    private func play(_ stage: ThreeParties, _ output: Output) async throws -> DemoReport {
        let started = ContinuousClock.now
        let plan = options.plan
        output.say("Starting a broker, a merchant and \(count(options.wallets, "wallet")) …")
        try await stage.startBroker()
        try await stage.startMerchant()
        // Chains are rounded up to a payword at least, so a little more than the plan is locked.
        let worth = try plan.prices.indices.map { channel in
            zip(plan.lengths(channel: channel), DemoPlan.denominations)
                .reduce(UInt64(0)) { $0 + UInt64($1.0) * $1.1 }
        }.map { try Amount(units: $0) }.sum()
        try await stage.makeWallets(load: worth)

        let performance = DemoPerformance(stage: stage, options: options, output: output)
        let kills = try await performance.payAll()

        output.say("Redeeming …")
        _ = try await stage.redeem()
        let isRepeatedIdentical = try await repeatRedemption(stage)
        _ = try await stage.run(["broker", "ledger", "check", "--home", stage.brokerHome, "--json"])
        let answer = try await stage.run(
            ["demo-audit", "--folder", stage.folder] + options.arguments)
        return DemoReport(
            audit: try JSONDecoder().decode(DemoAudit.self, from: Data(answer.utf8)),
            options: options, kills: kills, isRepeatedIdentical: isRepeatedIdentical,
            elapsed: ContinuousClock.now - started)
    }

    /// Sends the very bytes of the redemption again, and compares the answer with the first.
    private func repeatRedemption(_ stage: ThreeParties) async throws -> Bool {
        let batches = try DemoEvidence.batches(in: stage.evidence)
        let client = try BrokerClient(
            await stage.brokerAddress, logger: Logger(label: "toll.demo"))
        var isIdentical = !batches.isEmpty
        for batch in batches {
            let redemption = try SignedObject<Redemption>(decoding: batch.redemption).verified()
            let answer = try await client.redeem(redemption)
            isIdentical = isIdentical && answer.encoded == batch.answer
        }
        await client.shutdown()
        return isIdentical
    }

    private func count(_ number: Int, _ what: String) -> String {
        number == 1 ? "a \(what)" : "\(number) \(what)s"
    }
}
