import Foundation
import KeyFile
import PayWord
import TollCLI

/// A party's own key file, read for a command.
enum HomeKey {
    /// The secret in the file; what is wrong with it ends with what to do about the file.
    static func read(_ path: String) throws(CommandError) -> SecretBytes {
        do { return try SecretFile.read(path) } catch {
            throw CommandError(error, hint: hint(path))
        }
    }

    private static func hint(_ path: String) -> String {
        guard let status = try? FileManager.default.attributesOfItem(atPath: path) else {
            return "put the copy of this key back there: no other key does"
        }
        let mode = (status[.posixPermissions] as? NSNumber)?.intValue ?? 0
        return mode & 0o077 == 0
            ? "put the copy of this key there in its place"
            : "run chmod 600 '\(path)'; if others may have read it, its money is at risk"
    }
}
