internal import Foundation
internal import PayWord

/// A merchant's configuration, as far as it can be understood: what is in effect, and every mistake.
///
/// ```swift
/// let configuration = MerchantConfiguration(file: "/srv/toll/merchant/merchant.json")
/// for fault in configuration.faults { output.say(fault.text) }
/// ```
public struct MerchantConfiguration: Sendable {
    /// What is in effect, key by key.
    public let values: ConfigurationValues
    /// Mistakes of form: no JSON, unknown keys, values of another kind, keys that are missing.
    public let formFaults: [ConfigurationFault]
    /// What threatens money or service, in the order of the file.
    public let dangers: [ConfigurationFault]

    /// All mistakes: errors first, each group from the top of the file down.
    public var faults: [ConfigurationFault] {
        let all = formFaults + dangers
        return all.filter { $0.severity == .error }.sorted(by: Self.isAbove)
            + all.filter { $0.severity == .warning }.sorted(by: Self.isAbove)
    }

    /// Whether nothing may be served with it.
    public var hasErrors: Bool { faults.contains { $0.severity == .error } }

    /// Reads a file and what may win over it.
    public init(file: String, sources: ConfigurationSources = ConfigurationSources()) {
        let name = URL(fileURLWithPath: file).lastPathComponent
        guard let data = Self.contents(of: file) else {
            let isThere = FileManager.default.fileExists(atPath: file)
            let fault = ConfigurationFault(
                .file(name, line: 1), "",
                isThere ? "‘\(file)’ cannot be read" : "there is no file ‘\(file)’",
                fix: isThere
                    ? "look who owns the file and who may read it: ls -l '\(file)'"
                    : "name one that exists, or bring back a copy of it")
            self.init(values: ConfigurationValues(), formFaults: [fault], dangers: [])
            return
        }
        self.init(text: Array(data), fileName: name, sources: sources)
    }

    /// The file's bytes, one more than are read at most; nil if they cannot be read.
    private static func contents(of file: String) -> Data? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        // At the end of the file, which is at once for an empty one, there is no data.
        do { return try handle.read(upToCount: PositionedJSON.bytesMaximum + 1) ?? Data() } catch {
            return nil
        }
    }

    /// Reads a file's text. The folder of paths is the process's own.
    public init(
        text: [UInt8], fileName: String = "merchant.json",
        sources: ConfigurationSources = ConfigurationSources()
    ) {
        guard text.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
            let fault = ConfigurationFault(
                .file(fileName, line: 1), "", "the file is empty",
                fix: "bring back a copy of it; toll merchant config schema says what belongs in it")
            self.init(values: ConfigurationValues(), formFaults: [fault], dangers: [])
            return
        }
        let root: PositionedJSON
        do throws(JSONSyntaxFault) { root = try PositionedJSON(parsing: text) } catch {
            let fault = ConfigurationFault(
                .file(fileName, line: error.line), "",
                "not JSON: \(error.problem) (column \(error.column))",
                fix: "mend the file: \(error.fix)")
            self.init(values: ConfigurationValues(), formFaults: [fault], dangers: [])
            return
        }
        guard case .object = root.content else {
            let fault = ConfigurationFault(
                .file(fileName, line: root.line), "", "the file is no object",
                fix: "mend the file: put everything in one pair of braces")
            self.init(values: ConfigurationValues(), formFaults: [fault], dangers: [])
            return
        }
        var reader = ConfigurationReader(fileName: fileName, sources: sources)
        reader.read(root, MerchantKeys.all)
        let rules = MerchantRules(
            values: reader.values, unreadable: Set(reader.faults.map(\.key)))
        self.init(values: reader.values, formFaults: reader.faults, dangers: rules.dangers)
    }

    private init(
        values: ConfigurationValues, formFaults: [ConfigurationFault],
        dangers: [ConfigurationFault]
    ) {
        self.values = values
        self.formFaults = formFaults
        self.dangers = dangers
    }

    private static func isAbove(_ left: ConfigurationFault, _ right: ConfigurationFault) -> Bool {
        (left.origin.line ?? .max) < (right.origin.line ?? .max)
    }

    /// The asset of `CODE/SCALE`.
    static func asset(_ text: String) -> Asset? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let scale = UInt8(parts[1]) else { return nil }
        return try? Asset(code: String(parts[0]), scale: scale)
    }
}
