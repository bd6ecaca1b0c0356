import ArgumentParser
import Foundation
import PayWord
import TollCLI

/// `toll inspect`: any object, frame, message or payword, explained.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Explain any protocol object, frame or payword, and what is wrong with it.",
        discussion: """
            Takes a file, hexadecimal or base64url, or standard input (-). Shows every field by \
            name, checks the signature, and names the byte at fault if there is one. Ends with 8 if \
            something is wrong.

            EXAMPLES
              toll inspect commitment.bin
              toll inspect d28458…
              xxd -p frame.bin | toll inspect -
            """)

    @OptionGroup var common: CommonOptions

    @Argument(
        help: "A file, hexadecimal, base64url, or - for standard input.",
        completion: .file())
    var input: String

    @Flag(help: "Take the argument as text, even if there is a file of that name.")
    var text = false

    func run() async throws {
        let context = try await common.context()
        let found = Inspector.inspect(try bytes())
        context.output.show(json(found), lines(found))
        if let fault = found.fault {
            throw CommandError(
                code: fault.reason.code, detail: "\(found.title): \(fault.detail)",
                hint: fault.reason.hint, exitCode: .checkFailed)
        }
    }

    /// No object is larger than a redemption.
    private static let bytesMaximum = Redemption.encodedBytesMaximum

    private func bytes() throws -> [UInt8] {
        if input == "-" {
            let data = try FileHandle.standardInput.read(upToCount: 2 * Self.bytesMaximum + 1)
            return InspectionInput.bytes(Array(data ?? Data()))
        }
        if !text, FileManager.default.fileExists(atPath: input) {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
            let data = try handle.read(upToCount: 2 * Self.bytesMaximum + 1)
            return InspectionInput.bytes(Array(data ?? Data()))
        }
        do { return try InspectionInput.decode(input) } catch {
            throw CommandError(
                code: error.reason.code,
                detail: "‘\(input.prefix(40))’ is no file, no hexadecimal and no base64url",
                hint: "give a file that exists, or pipe the bytes in: toll inspect - < FILE",
                exitCode: .usage)
        }
    }

    private func lines(_ found: Inspection) -> [String] {
        let width = found.parts.map { 2 * $0.depth + $0.name.count }.max() ?? 0
        var lines = [found.title]
        for part in found.parts {
            let name = String(repeating: "  ", count: part.depth) + part.name
            let padding = String(repeating: " ", count: max(0, width - name.count))
            let remark = part.remark.map { "  (\($0))" } ?? ""
            lines.append(
                PrintableText.escape("  \(name)\(padding)  \(part.text)\(remark)"))
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
