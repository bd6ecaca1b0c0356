import CPowerDisk
import Foundation

/// The disk and the clock of one party, as the preloaded shim gives them to its processes.
final class Disk: Sendable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let folder: String
    private let side: String
    private let library: String
    private nonisolated(unsafe) let control: UnsafeMutablePointer<pd_control>

    /// A disk for what is below `folder`, whose images are kept in `side`.
    init(folder: String, side: String, library: String) throws {
        for path in [folder, side] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        guard let control = pd_control_open("\(side)/control") else {
            throw Failure(description: "no control file in \(side)")
        }
        self.control = control
        (self.folder, self.side, self.library) = (folder, side, library)
    }

    /// What a process needs to have this disk.
    var environment: [String: String] {
        [
            "LD_PRELOAD": library, "TOLL_SHIM_FOLDER": folder, "TOLL_SHIM_SIDE": side,
            "TOLL_SHIM_CONTROL": "\(side)/control", "SWIFT_BACKTRACE": "enable=no",
        ]
    }

    // MARK: What fails

    func setFull(_ isFull: Bool) { control.pointee.write_error = isFull ? ENOSPC : 0 }
    func setFlushesFailing(_ isFailing: Bool) { control.pointee.sync_error = isFailing ? EIO : 0 }
    func setFlushesLying(_ isLying: Bool) { control.pointee.sync_lie = isLying ? 1 : 0 }
    func setFlushDelay(microseconds: Int32) { control.pointee.sync_delay_us = microseconds }
    func setClock(offset: Duration) {
        control.pointee.clock_offset_ms = offset.components.seconds * 1000
    }

    /// How often a write or a flush failed.
    var failures: (writes: UInt64, flushes: UInt64) {
        (control.pointee.failed_writes, control.pointee.failed_syncs)
    }

    /// Everything works, and the time is right.
    func heal() {
        setFull(false)
        setFlushesFailing(false)
        setFlushDelay(microseconds: 0)
        setClock(offset: .zero)
    }

    // MARK: Loss of power

    /// Leaves in the folder what was flushed, and of the rest what the seed keeps. No process may use
    /// it.
    /// - Returns: how many blocks were lost.
    func losePower(seed: UInt64) throws -> Int64 {
        let lost = try restore(to: folder, seed: seed)
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        // Shared memory is memory.
        for name in files where name.hasSuffix("-shm") {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        return lost
    }

    /// Takes what is in the folder for durable, as somebody put it there who flushed it.
    func adopt() throws {
        guard let disk = pd_open(folder, side) else {
            throw Failure(description: "no disk in \(side)")
        }
        defer { pd_close(disk) }
        pd_adopt(disk)
    }

    /// Writes to another folder what a loss of power would leave now.
    func writeDurable(to other: String, seed: UInt64 = 0) throws {
        _ = try restore(to: other, seed: seed)
    }

    private func restore(to place: String, seed: UInt64) throws -> Int64 {
        guard let disk = pd_open(folder, side) else {
            throw Failure(description: "no disk in \(side)")
        }
        defer { pd_close(disk) }
        let lost = pd_restore(disk, place, seed)
        guard lost >= 0 else { throw Failure(description: "\(folder) cannot be restored") }
        return lost
    }
}
