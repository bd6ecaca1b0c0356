import Foundation
import TollCLI

/// Older copies of the merchant's database.
extension Storm {
    /// An older copy is not served; the newest is, once it is back.
    func restore() async throws -> String {
        let place = "\(scene.merchantHome)/merchant"
        let aside = "\(scene.folder)/aside"
        let manager = FileManager.default
        try? manager.removeItem(atPath: aside)
        for folder in ["old", "new", "read"] {
            try manager.createDirectory(
                atPath: "\(aside)/\(folder)", withIntermediateDirectories: true)
        }
        await scene.merchant.freeze()
        try copy(place, to: "\(aside)/old")
        await scene.merchant.thaw()
        try await flow(25, atMost: .seconds(5))
        await scene.merchant.kill()
        try copy(place, to: "\(aside)/new")
        try copy("\(aside)/old", to: "\(aside)/read")
        // What was acknowledged after the copy may have been counted before it.
        guard try lacksPayments("\(aside)/read") else {
            try await scene.merchant.start()
            return "nothing was paid meanwhile"
        }
        try copy("\(aside)/old", to: place)
        let words = try await refuse()
        try copy("\(aside)/new", to: place)
        try scene.merchant.disk.adopt()
        try await scene.merchant.start()
        return words
    }

    /// Whether a copy knows less of a channel than was acknowledged.
    private func lacksPayments(_ folder: String) throws -> Bool {
        var spent: [String: Int64] = [:]
        try SQLiteReader("\(folder)/channels.sqlite").rows("SELECT id, spent FROM channels") {
            spent[$0.bytes(0).map { String(format: "%02x", $0) }.joined()] = $0.integer(1)
        }
        return scene.journal.channels.contains { $0.value.spent > spent[$0.key] ?? 0 }
    }

    /// Serves the copy that is in place, which must be refused.
    private func refuse() async throws -> String {
        // Without the shim: this is done to the disk, and is no crash.
        let process = try ChildProcess(
            scene.toll,
            [
                "merchant", "serve", "--home", scene.merchantHome, "--listen", "127.0.0.1:0",
                "--json",
            ], environment: ["SWIFT_BACKTRACE": "enable=no"])
        if (try? await process.line { $0.contains("\"address\"") }) != nil {
            await process.kill()
            throw Stuck(description: "an older copy was served")
        }
        let outcome = await process.outcome()
        guard outcome.errors.contains("older copy") else {
            throw Stuck(description: "an older copy was refused with \(outcome.errors)")
        }
        return "refused with \(outcome.status)"
    }

    /// Puts a copy of the database in place of what is there.
    private func copy(_ from: String, to place: String) throws {
        let manager = FileManager.default
        for name in ["channels.sqlite", "channels.sqlite-wal"] {
            try? manager.removeItem(atPath: "\(place)/\(name)")
            guard manager.fileExists(atPath: "\(from)/\(name)") else { continue }
            try manager.copyItem(atPath: "\(from)/\(name)", toPath: "\(place)/\(name)")
        }
        try? manager.removeItem(atPath: "\(place)/channels.sqlite-shm")
    }
}
