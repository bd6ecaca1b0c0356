import Foundation
import TollCLI

/// The parties, their folders, and the proxies between them.
struct Scene: Sendable {
    let folder: String
    let toll: URL
    let broker: Party
    /// One or several instances of the same merchant.
    let merchants: [Party]
    let payers: [Party]
    /// Between payers and merchant, and between everyone and the broker.
    let merchantProxy: Proxy
    let brokerProxy: Proxy
    let journal: Journal
    /// Where the merchant's books are, if they are in PostgreSQL.
    let cluster: Cluster?

    var merchant: Party { merchants[0] }
    var everyone: [Party] { [broker] + merchants + payers }
    var disks: [Disk] { everyone.map(\.disk) }
    var brokerHome: String { "\(folder)/broker" }
    var merchantHome: String { "\(folder)/merchant" }
    func payerHome(_ number: Int) -> String { "\(folder)/payer-\(number)" }

    /// How the scene is set.
    struct Plan: Sendable {
        var folder: String
        var toll: URL
        var chaos: URL
        var library: String
        var seed: UInt64
        var payers = 2
        var channels = 4
        var lies = false
        var store = Store.sqlite
        var instances = 1
        var hasStandby = false
    }

    /// Makes all parties and starts them.
    static func set(_ plan: Plan) async throws -> Scene {
        let folder = plan.folder
        func disk(_ name: String) throws -> Disk {
            let disk = try Disk(
                folder: "\(folder)/\(name)", side: "\(folder)/side/\(name)", library: plan.library)
            disk.setFlushesLying(plan.lies)
            return disk
        }
        let journal = Journal()

        let brokerDisk = try disk("broker")
        try await run(
            plan.toll,
            ["broker", "init", "--home", brokerDisk.folder, "--asset", "EUR/6", "--faucet"])
        let brokerPort = try freePort()
        let broker = Party(
            role: .broker, name: "broker", disk: brokerDisk, executable: plan.toll,
            arguments: [
                "broker", "serve", "--home", brokerDisk.folder, "--listen",
                "127.0.0.1:\(brokerPort)",
            ], mark: "\"url\"")
        try await broker.start()
        let brokerProxy = try Proxy(to: [brokerPort])
        let url = "http://127.0.0.1:\(brokerProxy.port)"

        let merchantDisk = try disk("merchant")
        let cluster: Cluster? =
            plan.store == .postgres
            ? try Cluster(folder: folder, hasStandby: plan.hasStandby) : nil
        try await run(
            plan.toll,
            ["merchant", "init", "--home", merchantDisk.folder, "--broker", url]
                + (cluster.map { ["--store", $0.address] } ?? []))
        let ports = try (0..<plan.instances).map { _ in try freePort() }
        let merchants = ports.enumerated().map { number, port in
            Party(
                role: .merchant, name: number == 0 ? "merchant" : "merchant-\(number + 1)",
                disk: merchantDisk, executable: plan.toll,
                arguments: [
                    "merchant", "serve", "--home", merchantDisk.folder, "--listen",
                    "127.0.0.1:\(port)", "--redeem-every", "1",
                ], mark: "\"address\"")
        }
        var address = ""
        for merchant in merchants {
            address = try ProcessMessage(try await merchant.start()).text("address")
        }
        let merchantProxy = try Proxy(to: ports)
        // The same merchant, by way of the proxy.
        let place = address.replacing(
            ":\(ports.last ?? 0)", with: ":\(merchantProxy.port)")

        var payers: [Party] = []
        for number in 0..<plan.payers {
            let name = "payer-\(number)"
            let payerDisk = try disk(name)
            try await run(
                plan.toll, ["wallet", "init", "--home", payerDisk.folder, "--broker", url])
            try await run(plan.toll, ["wallet", "load", "1000", "--home", payerDisk.folder])
            payers.append(
                Party(
                    role: .payer, name: name, disk: payerDisk, executable: plan.chaos,
                    arguments: [
                        "payer", "--home", payerDisk.folder, "--merchant", place,
                        "--broker", url, "--seed", "\(plan.seed &+ UInt64(number))", "--channels",
                        "\(plan.channels)",
                    ], mark: "ready", onLine: { journal.take($0) }))
        }
        for payer in payers { try await payer.start() }
        return Scene(
            folder: folder, toll: plan.toll, broker: broker, merchants: merchants, payers: payers,
            merchantProxy: merchantProxy, brokerProxy: brokerProxy, journal: journal,
            cluster: cluster)
    }

    /// Runs a program to its end.
    @discardableResult
    static func run(
        _ program: URL, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> ChildProcess.Outcome {
        let process = try ChildProcess(
            program, arguments + ["--json"],
            environment: ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 })
        let outcome = await process.outcome()
        guard outcome.status == 0 else {
            throw ChildProcess.Ended(
                name: process.name, status: outcome.status, errors: outcome.errors)
        }
        return outcome
    }

    /// A port that nobody listens on at the moment.
    private static func freePort() throws -> Int {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, count) == 0 && getsockname(listener, $0, &count) == 0
            }
        }
        guard isBound else { throw Party.Died(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Ends everyone.
    func end() async {
        for party in everyone { await party.kill() }
        cluster?.end()
    }
}
