import Foundation
import PayWord
import TollCLI

/// Three parties under load, and the blows that a test deals them.
actor Storm {
    nonisolated let parties: ThreeParties
    private nonisolated let plan: [String]
    private var wallet: ChildProcess
    private var linesSeen = 0
    private var acknowledged = 0

    init(folder: String, seed: UInt64) async throws {
        let asset = try Asset(code: "EUR", scale: 6)
        parties = ThreeParties(
            folder: folder, executable: Program.toll.file, asset: asset, walletCount: 1)
        plan = [
            "--payments", "250000", "--channels", "24", "--wallets", "1", "--seed", "\(seed)",
        ]
        try await parties.startBroker(environment: Self.quiet)
        try await parties.startMerchant(environment: Self.quiet)
        try await parties.makeWallets(load: try Amount(units: 10_000_000))
        wallet = try await parties.startPaying(0, plan + Self.pace, environment: Self.quiet)
    }

    /// About two hundred payments a second, so that the load outlasts all the blows even on a
    /// machine that is busy with other things, and an audit has not too much to read.
    private static let pace = ["--batch", "4", "--pause-milliseconds", "500"]

    private static let quiet = ["SWIFT_BACKTRACE": "enable=no"]

    private static func armed(_ point: String, _ count: Int) -> [String: String] {
        quiet.merging(["TOLLCHAIN_FAILPOINT": "\(point):\(count)"]) { $1 }
    }

    /// Deals one blow and brings everyone back to life.
    func strike(_ blow: KillTests.Blow, after payments: Int, count: Int) async throws {
        switch blow {
        case .random(.wallet):
            try await follow(payments)
            await wallet.kill()
            try await startWallet()
        case .random(.merchant):
            try await follow(payments)
            await parties.kill(.merchant)
            try await parties.startMerchant(environment: Self.quiet)
        case .random(.broker):
            let redemption = Task { [parties] in try await parties.redeem() }
            try await follow(payments / 4)
            await parties.kill(.broker)
            try await parties.startBroker(environment: Self.quiet)
            try await complete(redemption)
        case .failpoint(.wallet, let point):
            await wallet.kill()
            try await startWallet(environment: Self.armed(point, count))
            guard await wallet.ended() != 0 else { break }
            try await startWallet()
        case .failpoint(.merchant, let point):
            await parties.kill(.merchant)
            try await parties.startMerchant(environment: Self.armed(point, count))
            try await untilDeath(of: await parties.server(.merchant))
            try await parties.startMerchant(environment: Self.quiet)
        case .failpoint(.broker, let point):
            try await follow(payments)
            await parties.kill(.broker)
            try await parties.startBroker(environment: Self.armed(point, 1))
            try await redeemUntilDeath(of: await parties.server(.broker))
        case .redeemer(let point):
            try await follow(payments)
            let process = try parties.start(
                ["merchant", "redeem", "--home", parties.merchantHome, "--json"],
                environment: Self.armed(point, 1))
            _ = await process.ended()
            _ = try await parties.redeem()
        }
    }

    /// Waits until a process with a failpoint has met it; a wallet that gives up is an error, and one
    /// that has no more to pay meets nothing.
    private func untilDeath(of process: ChildProcess?) async throws {
        guard let process else { return }
        let wallet = wallet
        let (ends, continuation) = AsyncStream.makeStream(of: Int32?.self)
        Task {
            _ = await process.ended()
            continuation.yield(nil)
        }
        Task { continuation.yield(await wallet.ended()) }
        var end = ends.makeAsyncIterator()
        let walletStatus = await end.next() ?? nil
        if walletStatus != nil { await process.kill() }
        if let walletStatus, walletStatus != 0 {
            throw ChildProcess.Ended(
                name: wallet.name, status: walletStatus, errors: wallet.errors)
        }
    }

    /// Redeems until a broker with a failpoint has met it, and brings the broker back. A redemption
    /// that finds nothing due is followed by another, after more payments; one that settled went past
    /// the failpoint, which is an error.
    private func redeemUntilDeath(of broker: ChildProcess?) async throws {
        guard let broker else { return }
        while broker.isRunning {
            let redemption = Task { [parties] in try await parties.redeem() }
            let (ends, continuation) = AsyncStream.makeStream(
                of: Result<String, any Error>?.self)
            Task {
                _ = await broker.ended()
                continuation.yield(nil)
            }
            Task { continuation.yield(await redemption.result) }
            var end = ends.makeAsyncIterator()
            guard let result = await end.next() ?? nil else {
                try await parties.startBroker(environment: Self.quiet)
                return try await complete(redemption)
            }
            let answer = try result.get()
            guard try JSONDecoder().decode(Redeemed.self, from: Data(answer.utf8)).isNothing,
                wallet.isRunning
            else { throw Refusal(.internal, "the broker met no failpoint in \(answer)") }
            try await follow(1)
        }
        try await parties.startBroker(environment: Self.quiet)
    }

    /// Waits for a redemption whose broker was away for a while. It asks again for some seconds, in
    /// which a broker may not come back on a machine that is busy; then it is run again.
    private func complete(_ redemption: Task<String, any Error>) async throws {
        do {
            _ = try await redemption.value
        } catch let ended as ChildProcess.Ended where ended.status == ExitCode.unreachable.rawValue
        {
            _ = try await parties.redeem()
        }
    }

    /// Of a redemption's answer, whether anything was due.
    private struct Redeemed: Decodable {
        struct Settlement: Decodable {}
        var settlements: [Settlement]
        var isNothing: Bool { settlements.isEmpty }
    }

    private func startWallet(environment: [String: String] = quiet) async throws {
        wallet = try await parties.startPaying(0, plan + Self.pace, environment: environment)
        linesSeen = 0
    }

    /// Waits until so many more payments are acknowledged than were when it began.
    ///
    /// - Throws: `ChildProcess.Ended` if the wallet gave up; one that has paid its whole plan did not.
    private func follow(_ payments: Int) async throws {
        // What it wrote during an audit is not what is waited for.
        for line in wallet.lines.dropFirst(linesSeen) { try see(line) }
        let target = acknowledged + payments
        while acknowledged < target {
            guard let line = await wallet.line(linesSeen) else {
                let status = await wallet.ended()
                guard status == 0 else {
                    throw ChildProcess.Ended(
                        name: wallet.name, status: status, errors: wallet.errors)
                }
                return
            }
            try see(line)
        }
    }

    private func see(_ line: String) throws {
        linesSeen += 1
        acknowledged = max(acknowledged, try ProcessMessage(line).number("acknowledged"))
    }

    /// Ends everyone, the wallet included.
    func stop() async {
        await wallet.kill()
        await parties.stop()
    }

    nonisolated func audit(_ mode: [String]) async throws -> AuditFinding {
        let answer = try await parties.run(
            ["demo-audit", "--folder", parties.folder] + plan + mode,
            environment: Self.quiet)
        return try JSONDecoder().decode(AuditFinding.self, from: Data(answer.utf8))
    }

    /// Has the wallet find out what became of all it sent, redeems the rest, and audits everything.
    func finish() async throws -> AuditFinding {
        await wallet.kill()
        wallet = try await parties.startPaying(
            0, plan + ["--resume-only"], environment: Self.quiet)
        let status = await wallet.ended()
        guard status == 0 else {
            throw ChildProcess.Ended(name: wallet.name, status: status, errors: wallet.errors)
        }
        _ = try await parties.redeem()
        _ = try await parties.run(["broker", "ledger", "check", "--home", parties.brokerHome])
        return try await audit(["--partial"])
    }
}
