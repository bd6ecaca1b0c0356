import Foundation
import KeyFile
import PayWord

/// Where a live merchant keeps its key and its channels: a folder that was named, or one that goes
/// with the process.
struct PeerFolder {
    let path: String
    private let isTemporary: Bool

    init(_ named: String?) throws(Refusal) {
        isTemporary = named == nil
        path =
            named
            ?? FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-peer-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch { throw Refusal(.storageFailed, "‘\(path)’ cannot be made") }
    }

    /// The merchant's key: that of the run before in the same folder, whose channels it keeps.
    func merchantKey() throws(Refusal) -> SigningKey {
        let file = "\(path)/merchant.key"
        if !FileManager.default.fileExists(atPath: file) {
            var random = SystemRandomNumberGenerator()
            try SecretFile.create(file, SecretBytes(count: SecretFile.byteCount, using: &random))
        }
        return try SigningKey(seed: SecretFile.read(file))
    }

    /// Removes a folder that nobody named.
    func remove() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
