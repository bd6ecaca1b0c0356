internal import Foundation

/// Test data of other projects, which this repository does not carry: an environment variable names
/// the folder, and the tests that need it say that they skipped when it is not there.
public enum ThirdPartyVectors {
    /// The environment variable.
    public static let variable = "TOLLCHAIN_THIRD_PARTY_VECTORS"

    /// Why a test that needs them did not run.
    public static let skipped = "TOLLCHAIN_THIRD_PARTY_VECTORS names no folder: skipped"

    private static var folder: String? {
        ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether the folder is there.
    public static var arePresent: Bool {
        folder.map { FileManager.default.fileExists(atPath: $0) } ?? false
    }

    /// The bytes of one file, named from the folder.
    /// - Throws: what reading it throws; no such file if the variable is unset.
    public static func read(_ name: String) throws -> [UInt8] {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: URL(filePath: folder).appending(path: name)))
    }

    /// One JSON file as `Value`.
    public static func decode<Value: Decodable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try read(name)))
    }
}
