import CPowerDisk
import Foundation

/// A disk on which a test does what the shim sees a process do.
final class DiskBench {
    struct Failure: Error {}

    private let root: String
    private let disk: OpaquePointer

    init() throws {
        root =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-disk-\(UUID().uuidString.prefix(8))").path
        for name in ["files", "side", "out"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(name)", withIntermediateDirectories: true)
        }
        guard let disk = pd_open("\(root)/files", "\(root)/side") else { throw Failure() }
        self.disk = disk
    }

    deinit {
        pd_close(disk)
        try? FileManager.default.removeItem(atPath: root)
    }

    func path(_ name: String) -> String { "\(root)/files/\(name)" }

    /// A file that a process has open.
    final class Open {
        private let disk: OpaquePointer
        private let descriptor: Int32
        private let record: Int32

        fileprivate init(_ disk: OpaquePointer, _ descriptor: Int32, _ record: Int32) {
            (self.disk, self.descriptor, self.record) = (disk, descriptor, record)
        }

        deinit { _ = pd_sys_close(descriptor) }

        func write(_ text: String, at offset: Int64) {
            let bytes = Array(text.utf8)
            pd_wrote(disk, record, offset, Int64(bytes.count))
            _ = pd_sys_pwrite(descriptor, bytes, bytes.count, offset)
        }

        func shrink(from: Int64, to: Int64) {
            pd_shrank(disk, record, from, to)
            _ = ftruncate(descriptor, off_t(to))
        }

        func flush() { pd_sync(disk, record, descriptor) }
        func failToFlush() { pd_sync_failed(disk, record) }
    }

    func create(_ name: String) throws -> Open { try open(name, O_CREAT | O_EXCL) }
    func open(_ name: String) throws -> Open { try open(name, 0) }

    private func open(_ name: String, _ flags: Int32) throws -> Open {
        let descriptor = pd_sys_open(path(name), O_RDWR | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else { throw Failure() }
        return Open(disk, descriptor, pd_opened(disk, name, descriptor, flags == 0 ? 0 : 1))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
        pd_unlinked(disk, name)
    }

    func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
        pd_renamed(disk, name, other)
    }

    func flushFolder() { pd_sync_folder(disk, "") }
    func losePower() { _ = pd_restore(disk, "\(root)/files", 0) }

    func now(_ name: String) throws -> String? { try text("\(root)/files/\(name)") }

    /// What would be there after a loss of power; nil if there would be no such file.
    func afterPowerLoss(_ name: String, seed: UInt64 = 0) throws -> String? {
        guard pd_restore(disk, "\(root)/out", seed) >= 0 else { throw Failure() }
        return try text("\(root)/out/\(name)")
    }

    private func text(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}
