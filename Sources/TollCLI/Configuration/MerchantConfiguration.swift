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
        guard let handle = FileHandle(forReadingAtPath: file),
            let data = try? handle.read(upToCount: PositionedJSON.bytesMaximum + 1)
        else {
            let fault = ConfigurationFault(
                .file(name, line: 1), "", "‘\(file)’ cannot be read",
                fix: "look who owns the file and who may read it: ls -l '\(file)'")
            self.init(values: ConfigurationValues(), formFaults: [fault], dangers: [])
            return
        }
        self.init(text: Array(data), fileName: name, sources: sources)
    }

    /// Reads a file's text. The folder of paths is the process's own.
    public init(
        text: [UInt8], fileName: String = "merchant.json",
        sources: ConfigurationSources = ConfigurationSources()
    ) {
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
        let rules = MerchantRules(values: reader.values)
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
