import Foundation

/// Why a benchmark cannot go on.
package struct Failure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

package func check(_ isTrue: Bool, _ what: @autoclosure () -> String) throws {
    guard isTrue else { throw Failure(what()) }
}

package func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

/// A folder for databases, removed when the process ends.
///
/// It lies where the system keeps temporary files, or where `TMPDIR` says: what is durable is
/// measured on that disk.
package func temporaryFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "toll-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    TemporaryFolders.remember(folder.path)
    return folder.path
}

private enum TemporaryFolders {
    nonisolated(unsafe) private static var paths: [String] = []

    static func remember(_ path: String) {
        if paths.isEmpty {
            atexit { TemporaryFolders.removeAll() }
        }
        paths.append(path)
    }

    static func removeAll() {
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
    }
}
