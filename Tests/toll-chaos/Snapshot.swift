import Foundation

/// All databases as they stand at one instant, twice: as the files are, which is what SIGKILL would
/// leave, and as a loss of power would leave them.
struct Snapshot {
    let merchant, durableMerchant: MerchantBooks
    let broker, durableBroker: BrokerBooks
    let wallets, durableWallets: [WalletBooks]
    /// What was acknowledged before that instant, and what of it is new.
    let acknowledged: [String: Journal.Channel]
    let fresh: [Acknowledgement]

    /// Stops everyone, copies, and lets them go on.
    init(_ scene: Scene) async throws {
        let folder = "\(scene.folder)/audit"
        try? FileManager.default.removeItem(atPath: folder)
        // Before the copies: what is known to be acknowledged must be in them.
        (acknowledged, fresh) = scene.journal.since()
        for party in scene.everyone { await party.freeze() }
        // What a server has committed is what it has; whether it keeps that, its own crashes show.
        let committed: MerchantBooks?
        do {
            committed = try scene.cluster.map {
                try MerchantBooks(PostgresReader(books: $0.address))
            }
            for party in scene.everyone where !party.name.hasPrefix("merchant-") {
                try Self.copy(party.disk.folder, to: "\(folder)/live/\(party.name)")
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/durable/\(party.name)", withIntermediateDirectories: true)
                try party.disk.writeDurable(to: "\(folder)/durable/\(party.name)")
            }
        } catch {
            for party in scene.everyone { await party.thaw() }
            throw error
        }
        for party in scene.everyone { await party.thaw() }
        merchant = try committed ?? MerchantBooks(folder: "\(folder)/live/merchant")
        durableMerchant = try committed ?? MerchantBooks(folder: "\(folder)/durable/merchant")
        broker = try BrokerBooks(folder: "\(folder)/live/broker")
        durableBroker = try BrokerBooks(folder: "\(folder)/durable/broker")
        wallets = try scene.payers.map { try WalletBooks(folder: "\(folder)/live/\($0.name)") }
        durableWallets = try scene.payers.map {
            try WalletBooks(folder: "\(folder)/durable/\($0.name)")
        }
    }

    /// Shared memory is no part of what a restart finds.
    private static func copy(_ folder: String, to other: String) throws {
        let manager = FileManager.default
        for name in try manager.subpathsOfDirectory(atPath: folder).sorted() {
            let (from, to) = ("\(folder)/\(name)", "\(other)/\(name)")
            var isFolder: ObjCBool = false
            guard manager.fileExists(atPath: from, isDirectory: &isFolder),
                !name.hasSuffix("-shm")
            else { continue }
            if isFolder.boolValue {
                try manager.createDirectory(atPath: to, withIntermediateDirectories: true)
            } else {
                try manager.copyItem(atPath: from, toPath: to)
            }
        }
    }
}
