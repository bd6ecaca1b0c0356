import Foundation
import PayWord
import TollCLI
import TollSQLite

/// What `backup` and `restore` of the roles share.
enum RoleCopies {
    /// Books in PostgreSQL are not copied by a program of ours.
    static func checkFile(_ role: String, _ database: String?) throws(CommandError) {
        guard database != nil else { return }
        throw CommandError(
            code: "not-enabled", detail: "this \(role)’s books are in PostgreSQL",
            hint: "back them up with the server's own pg_dump or pg_basebackup: docs/postgresql.md",
            exitCode: .refused)
    }

    static func show(
        _ copy: DatabaseCopy, at path: String, secret: String, _ context: CommandContext
    ) {
        var facts = Facts()
        facts.add("File", .text(path))
        facts.add("Bytes", .count(copy.bytes))
        if let changes = copy.changes { facts.add("Changes", .count(changes)) }
        context.output.show(facts)
        context.output.say("\(secret) is not in it: keep a copy of it where no network reaches")
    }

    /// Makes a copy in a file that is not there yet, in a folder that is.
    static func make(
        _ path: String, _ copy: () async throws(Refusal) -> DatabaseCopy
    ) async throws(CommandError) -> DatabaseCopy {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                code: "exists", detail: "‘\(path)’ is there already",
                hint: "name a file that is not there yet: a backup is never written over",
                exitCode: .refused)
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard MachineCheck.isFolder(folder) else {
            throw CommandError(
                code: "not-found", detail: "there is no folder ‘\(folder)’",
                hint: "make it, for its owner alone: mkdir -p -m 700 '\(folder)'",
                exitCode: .unknown)
        }
        do throws(Refusal) { return try await copy() } catch {
            throw CommandError(
                error, hint: "is there room in ‘\(folder)’, and may this user write there?")
        }
    }

    /// Takes up a backup, which is put into the place of a database first; without one, what lies in
    /// the place. What is in the way is not touched, and what is no copy of these books is not placed.
    static func restore(
        _ backup: String?, at path: String, place: (String) throws(Refusal) -> Void,
        adopt: (_ isKnown: Bool) async throws -> AdoptedCopy
    ) async throws -> AdoptedCopy {
        guard let backup else {
            guard FileManager.default.fileExists(atPath: path) else {
                throw CommandError(
                    code: "not-found", detail: "‘\(path)’ is missing",
                    hint: "name a backup: restore FILE", exitCode: .unknown)
            }
            do { return try await adopt(false) } catch let refusal as Refusal {
                throw hinted(refusal)
            }
        }
        try checkPlace(path, for: backup)
        do throws(Refusal) { try place(backup) } catch {
            guard error.reason == .storageFailed else {
                throw CommandError(error, hint: "name a backup of the books that belong here")
            }
            throw CommandError(
                error, hint: "name what toll … backup wrote, whole; nothing was put in place")
        }
        // What is in place stays there, whatever happens: another process may serve it by now.
        do { return try await adopt(true) } catch let refusal as Refusal { throw hinted(refusal) }
    }

    private static func hinted(_ refusal: Refusal) -> CommandError {
        switch refusal.reason {
        case .busy:
            CommandError(
                refusal, hint: "stop the service first, then run this again", exitCode: .refused)
        case .storageFailed:
            CommandError(
                refusal,
                hint: "toll doctor looks whether all is well; to put a backup in place, name it: "
                    + "restore FILE")
        default: CommandError(refusal)
        }
    }

    /// Why nothing may be written to books that are an older copy, and how they are taken up.
    static func stale(_ staleness: Refusal, _ command: String) -> CommandError {
        CommandError(
            staleness,
            hint: "look for the newest copy, with its -wal file; only if there is none, go on with "
                + "this one: \(command)")
    }

    private static func checkPlace(_ path: String, for backup: String) throws {
        for end in ["", "-wal", "-shm"]
        where FileManager.default.fileExists(atPath: path + end) {
            throw CommandError(
                code: "exists", detail: "‘\(path + end)’ is in the way",
                hint:
                    "stop the service, and move the database away with its -wal and -shm, not its "
                    + "-height: mkdir old && mv '\(path)' '\(path)'-wal '\(path)'-shm old/",
                exitCode: .refused)
        }
        guard FileManager.default.fileExists(atPath: backup) else {
            throw CommandError(
                code: "not-found", detail: "there is no file ‘\(backup)’",
                hint: "name what toll … backup wrote", exitCode: .unknown)
        }
    }

    /// What the doctor says of a copy that its owner took up.
    static func words(_ takenUp: TakenUp) -> String {
        "an older copy, taken up knowingly at \(UTCText.text(takenUp.at)): epoch \(takenUp.epoch)"
    }

    static func show(_ adopted: AdoptedCopy, at path: String, _ context: CommandContext) {
        var facts = Facts()
        facts.add("File", .text(path))
        facts.add("Copied at", .optional(adopted.copiedAt.map { UTCText.text($0) }))
        facts.add("Changes", .count(adopted.changes))
        facts.add(
            "Changes lost at least",
            adopted.changesKnown.map { .count($0 - min($0, adopted.changes)) } ?? .optional(nil))
        facts.add("Epoch", .count(adopted.epoch))
        context.output.show(facts)
    }
}
