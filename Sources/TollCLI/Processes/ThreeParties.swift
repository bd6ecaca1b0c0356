public import Foundation
public import PayWord
internal import Synchronization

/// A broker, a merchant and wallets below one folder, each a process of its own that is called as a
/// person would call it. The demo plays them, and tests kill them.
///
/// An actor, because it owns which process plays which part at the moment.
///
/// ```swift
/// let parties = ThreeParties(folder: folder, executable: toll, asset: asset, walletCount: 2)
/// try await parties.startBroker()
/// try await parties.startMerchant(isNew: true)
/// await parties.kill(.merchant)
/// await parties.stop()
/// ```
public actor ThreeParties {
    /// A part in the play. Broker and merchant are one server each; wallets are many.
    public enum Role: String, Sendable, CaseIterable {
        /// Plays the part that spec/00 describes under this name.
        case broker, merchant, wallet
    }

    /// The folder that everything is below.
    public nonisolated let folder: String
    /// What is paid in.
    public nonisolated let asset: Asset
    /// How many wallets there are.
    public nonisolated let walletCount: Int
    private let executable: URL
    private var brokerURL: String?
    private var merchantAddress: String?
    private var servers: [Role: ChildProcess] = [:]
    /// All that were started and may still run; nil once they are abandoned. Guarded for itself,
    /// since anyone may start one.
    private let started = Mutex<[ChildProcess]?>([])

    /// Parties that are not there yet.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - executable: the program `toll`.
    ///   - asset: what is paid in.
    ///   - walletCount: how many wallets there are.
    public init(folder: String, executable: URL, asset: Asset, walletCount: Int) {
        self.folder = folder
        self.executable = executable
        self.asset = asset
        self.walletCount = walletCount
    }

    /// Where the broker keeps its files.
    public nonisolated var brokerHome: String { "\(folder)/broker-home" }
    /// Where the merchant keeps its files.
    public nonisolated var merchantHome: String { "\(folder)/merchant-home" }
    /// Where the merchant leaves its redemptions and their answers.
    public nonisolated var evidence: String { "\(folder)/evidence" }
    /// Where a wallet keeps its files.
    public nonisolated func walletHome(_ number: Int) -> String {
        "\(folder)/wallet-home-\(number)"
    }

    /// Where the broker's API is.
    /// - Throws: `internal` before ``startBroker(environment:)``.
    public var brokerAddress: String {
        get throws(Refusal) {
            guard let brokerURL else { throw Refusal(.internal, "the broker was not started") }
            return brokerURL
        }
    }

    /// Starts `toll`.
    /// - Throws: `busy` after ``abandon()``, or why it cannot be started.
    public nonisolated func start(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try started.withLock { started in
            guard let running = started?.filter({ $0.isRunning }) else {
                throw Refusal(.busy, "the parties were abandoned")
            }
            let process = try ChildProcess(executable, arguments, environment: environment)
            started = running + [process]
            return process
        }
    }

    /// Runs `toll` to its end.
    /// - Returns: its standard output.
    /// - Throws: ``ChildProcess/Ended`` if it ends with another status than 0.
    public nonisolated func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> String {
        let process = try start(arguments, environment: environment)
        let outcome = await process.outcome()
        guard outcome.status == 0 else {
            throw ChildProcess.Ended(
                name: process.name, status: outcome.status, errors: outcome.errors)
        }
        return outcome.output
    }

    /// Starts the broker, for the first time or again at the same address.
    public func startBroker(environment: [String: String] = [:]) async throws {
        if brokerURL == nil {
            _ = try await run([
                "broker", "init", "--home", brokerHome, "--asset", "\(asset)", "--faucet", "--json",
            ])
        }
        let endpoint = brokerURL.map { String($0.dropFirst("http://".count)) } ?? "127.0.0.1:0"
        let process = try start(
            ["broker", "serve", "--home", brokerHome, "--listen", endpoint],
            environment: environment)
        servers[.broker] = process
        let line = try await process.line { $0.contains("\"url\"") }
        brokerURL = try ProcessMessage(line).text("url")
    }

    /// Where the merchant is reached.
    /// - Throws: `internal` before ``startMerchant(isNew:environment:)``.
    public var merchantPlace: String {
        get throws(Refusal) {
            guard let merchantAddress else {
                throw Refusal(.internal, "the merchant was not started")
            }
            return merchantAddress
        }
    }

    /// Starts the merchant, for the first time or again at the same address.
    ///
    /// - Parameters:
    ///   - isNew: whether it is to be made, where it was not started before.
    ///   - environment: variables of the process.
    /// - Throws: ``ChildProcess/Ended`` if it does not come up.
    public func startMerchant(
        isNew: Bool = true, environment: [String: String] = [:]
    ) async throws {
        if merchantAddress == nil, isNew {
            _ = try await run([
                "merchant", "init", "--home", merchantHome, "--broker", brokerAddress, "--name",
                "Demo shop", "--json",
            ])
        }
        let endpoint = merchantAddress?.split(separator: "@").last.map { String($0) }
        let process = try start(
            ["merchant", "serve", "--home", merchantHome, "--listen", endpoint ?? "127.0.0.1:0"],
            environment: environment)
        servers[.merchant] = process
        let line = try await process.line { $0.contains("\"address\"") }
        merchantAddress = try ProcessMessage(line).text("address")
    }

    /// Makes the wallets and loads each from the broker's faucet.
    public func makeWallets(load amount: Amount) async throws {
        for number in 0..<walletCount {
            let home = walletHome(number)
            _ = try await run([
                "wallet", "init", "--home", home, "--broker", brokerAddress, "--json",
            ])
            _ = try await run(["wallet", "load", asset.text(amount), "--home", home, "--json"])
        }
    }

    /// Starts a wallet that pays its part of a plan, from where its database stands.
    ///
    /// - Parameters:
    ///   - number: which wallet.
    ///   - plan: the plan, as `demo-wallet` takes it.
    ///   - environment: variables of the process.
    /// - Returns: the process, which writes a line of JSON now and then.
    /// - Throws: `internal` before the merchant was started.
    public func startPaying(
        _ number: Int, _ plan: [String], environment: [String: String] = [:]
    ) throws -> ChildProcess {
        let arguments = [
            "demo-wallet", "--home", walletHome(number), "--merchant", try merchantPlace,
            "--wallet", "\(number)",
        ]
        return try start(arguments + plan, environment: environment)
    }

    /// Redeems all that is due, and leaves the batches and their answers in ``evidence``.
    public nonisolated func redeem(environment: [String: String] = [:]) async throws -> String {
        try await run(
            [
                "merchant", "redeem", "--home", merchantHome, "--evidence", evidence, "--json",
            ], environment: environment)
    }

    /// How many payments the wallets have written ahead and not seen answered.
    public nonisolated func pendingPayments() async throws -> Int {
        var pending = 0
        for number in 0..<walletCount {
            let line = try await run(["demo-pending", "--home", walletHome(number)])
            pending += try ProcessMessage(line).number("pending")
        }
        return pending
    }

    /// The process that plays a server.
    public func server(_ role: Role) -> ChildProcess? { servers[role] }

    /// Sends a server SIGKILL and waits for its end.
    public func kill(_ role: Role) async { await servers[role]?.kill() }

    /// Kills whatever still runs. Nothing is started from then on.
    public nonisolated func abandon() async {
        let running = started.withLock { started in
            defer { started = nil }
            return started ?? []
        }
        for process in running where process.isRunning { await process.kill() }
    }

    /// Ends the servers as an operator would.
    public func stop() async {
        for role in [Role.merchant, .broker] {
            servers[role]?.terminate()
            _ = await servers[role]?.ended()
        }
    }
}
