internal import Foundation
public import PayWord

/// Small files of settings that a role writes at `init` and reads ever after: JSON, written whole or
/// not at all, for their owner alone. They hold no secret.
public enum JSONFile {
    /// Writes `value` to `path`: first beside it, then in its place.
    /// - Throws: `storage-failed` if it cannot be written.
    public static func write(_ value: some Encodable, to path: String) throws(Refusal) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(value).write(to: URL(fileURLWithPath: path), options: .atomic)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw Refusal(.storageFailed, "‘\(path)’ cannot be written: \(error)")
        }
    }

    /// Reads what ``write(_:to:)`` wrote, or a person edited.
    /// - Throws: `malformed`, naming the file and what is wrong with it; `storage-failed` if it
    ///   cannot be read.
    public static func read<Value: Decodable>(
        _ type: Value.Type, from path: String
    ) throws(CommandError) -> Value {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw CommandError(
                Refusal(.malformed, "‘\(path)’: \(text(error))"),
                hint: "mend the file by hand, or bring back a copy of it")
        } catch {
            throw CommandError(
                Refusal(.storageFailed, "‘\(path)’ cannot be read"),
                hint: "look who owns the file and who may read it: ls -l '\(path)'")
        }
    }

    private static func text(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "‘\(key.stringValue)’ is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
                + context.debugDescription
        @unknown default: "not what it should be"
        }
    }
}
