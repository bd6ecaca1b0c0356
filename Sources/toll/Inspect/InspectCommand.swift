import ArgumentParser
import Foundation
import KeyFile
import PayWord
import TollCLI

/// `toll inspect`: any object, frame, message or payword, explained.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Explain any protocol object, frame or payword, and what is wrong with it.",
        discussion: """
            Takes a file, hexadecimal or base64url, or standard input (-); of the project's \
            fixtures, one case. Shows every field by name, checks the signature, and names the byte \
            at fault if there is one. Ends with 8 if something is wrong. A secret key file is not \
            shown.

            EXAMPLES
              toll inspect commitment.bin
              toll inspect d28458…
              toll inspect fixtures/objects/commitment.json --case object-commitment
              xxd -p frame.bin | toll inspect -
            """)

    @OptionGroup var common: CommonOptions

    @Argument(
        help: "A file, hexadecimal, base64url, or - for standard input.",
        completion: .file())
    var input: String

    @Option(name: .customLong("case"), help: "Take this case out of a file of fixtures.")
    var caseID: String?

    @Flag(help: "Take the argument as text, even if there is a file of that name.")
    var text = false

    func run() async throws {
        let context = try await common.context()
        let found = try inspection()
        context.output.show(json(found), lines(found))
        if let fault = found.fault {
            throw CommandError(
                code: fault.reason.code, detail: "\(found.title): \(fault.detail)",
                hint: found.advice ?? Self.hint(fault.reason), exitCode: .checkFailed)
        }
    }

    /// The registry sends people here for what is malformed.
    private static func hint(_ reason: Reason) -> String {
        switch reason {
        case .malformed, .notCanonical:
            "the bytes around the fault are shown above; spec/01-encoding.md says what stands there"
        default: reason.hint
        }
    }

    /// No object is larger than a redemption.
    private static let bytesMaximum = Redemption.encodedBytesMaximum

    private func inspection() throws -> Inspection {
        guard let raw = try content() else {
            guard caseID == nil else { throw noFixtures }
            do { return Inspector.inspect(try InspectionInput.decode(input)) } catch {
                throw CommandError(
                    code: error.reason.code,
                    detail: "‘\(input.prefix(40))’ is no file, no hexadecimal and no base64url",
                    hint: "give a file that exists, or pipe the bytes in: toll inspect - < FILE",
                    exitCode: .usage)
            }
        }
        if let file = FixtureFile(raw) { return try inspection(of: file) }
        guard caseID == nil else { throw noFixtures }
        guard input == "-" || !isSecret(raw) else { return Inspector.secret }
        return Inspector.inspect(InspectionInput.bytes(raw))
    }

    /// Whether the file looks like a secret: as many bytes, and nobody but its owner may read it.
    private func isSecret(_ bytes: [UInt8]) -> Bool {
        let status = try? FileManager.default.attributesOfItem(atPath: input)
        let mode = (status?[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        return bytes.count == SecretFile.byteCount && (mode & 0o077 == 0 || input.hasSuffix(".key"))
    }

    /// What standard input or the file holds; nil if the argument itself is meant.
    private func content() throws -> [UInt8]? {
        if input == "-" {
            let data = try FileHandle.standardInput.read(upToCount: 2 * Self.bytesMaximum + 1)
            return Array(data ?? Data())
        }
        var isFolder: ObjCBool = false
        guard !text, FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else {
            return nil
        }
        guard !isFolder.boolValue else {
            throw CommandError.usage(
                "‘\(input)’ is a folder", hint: "give one of its files: toll inspect \(input)/FILE")
        }
        guard let handle = FileHandle(forReadingAtPath: input),
            let data = try? handle.read(upToCount: 2 * Self.bytesMaximum + 1)
        else {
            throw CommandError(
                Refusal(.storageFailed, "‘\(input)’ cannot be read"),
                hint: "look who may read it: ls -l '\(input)'")
        }
        return Array(data)
    }

    private func inspection(of file: FixtureFile) throws(CommandError) -> Inspection {
        let some = file.ids.prefix(3).joined(separator: ", ")
        guard let caseID else {
            throw .usage(
                "‘\(input)’ is a file of fixtures with \(file.ids.count) cases",
                hint: "name one with --case: \(some), …")
        }
        guard file.ids.contains(caseID) else {
            throw CommandError(
                code: "not-found", detail: "‘\(input)’ has no case ‘\(caseID)’",
                hint: "its cases are \(some), …", exitCode: .unknown)
        }
        guard let bytes = file.bytes(of: caseID), let reading = file.reading(of: caseID) else {
            throw CommandError(
                code: "not-found", detail: "the case ‘\(caseID)’ has no bytes to explain",
                hint: "objects, frames, cbor, settlements and walks in fixtures/ have",
                exitCode: .unknown)
        }
        return Inspector.inspect(bytes, as: reading)
    }

    private var noFixtures: CommandError {
        .usage(
            "‘\(input.prefix(40))’ is no file of fixtures",
            hint: "leave --case out, or name a JSON file below fixtures/")
    }

    private func lines(_ found: Inspection) -> [String] {
        let width = found.parts.map { 2 * $0.depth + $0.name.count }.max() ?? 0
        var lines = [found.title]
        for part in found.parts {
            let name = String(repeating: "  ", count: part.depth) + part.name
            let padding = String(repeating: " ", count: max(0, width - name.count))
            let remark = part.remark.map { "  (\($0))" } ?? ""
            let line = "  \(name)\(padding)  \(part.text)\(remark)"
            lines.append(
                PrintableText.escape(part.text.isEmpty ? "  \(name)\(remark)" : line))
        }
        if let fault = found.fault { lines.append("  wrong: \(fault)") }
        if let context = found.faultContext { lines.append("  bytes: \(context)") }
        return lines
    }

    private func json(_ found: Inspection) -> JSONText {
        [
            "kind": .text(found.kind), "title": .text(found.title),
            "fields": .array(
                found.parts.map {
                    [
                        "depth": .integer(Int64($0.depth)), "name": .text($0.name),
                        "value": .text($0.text), "remark": .optional($0.remark),
                    ]
                }),
            "fault": found.fault.map { fault in
                [
                    "reason": .text(fault.reason.code), "detail": .text(fault.detail),
                    "offset": fault.offset.map { .integer(Int64($0)) } ?? .null,
                    "bytes": .optional(found.faultContext),
                ]
            } ?? .null,
        ]
    }
}
