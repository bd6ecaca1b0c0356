import Foundation
import PayWord

/// The fixtures as they lie in the repository, read as any implementer would read them.
struct FixtureFolder {
    /// `fixtures/`, found from where this source file is.
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures").path

    struct File {
        let path: String
        let subject: String
        let description: String
        let cases: [Case]
    }

    let files: [File]

    init() throws {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.path)
        files = try paths.filter { $0.hasSuffix(".json") }.sorted().map { path in
            let data = try Data(contentsOf: URL(filePath: Self.path).appending(path: path))
            let file = try Object(JSONSerialization.jsonObject(with: data))
            return File(
                path: path, subject: try file.text("subject"),
                description: try file.text("description"),
                cases: try file.objects("cases").map(Case.init))
        }
    }
}

/// One case.
struct Case {
    let id: String
    let description: String
    let fields: Object
    /// The reason's code of a refusal; nil where the case is accepted.
    let reason: String?
    let base: String?

    init(_ fields: Object) throws {
        self.fields = fields
        id = try fields.text("id")
        description = try fields.text("description")
        switch try fields.text("expect") {
        case "accept":
            reason = nil
            base = nil
        case "refuse":
            reason = try fields.text("reason")
            base = try fields.text("base")
        case let other: throw FixtureError("\(id): expects \(other)")
        }
    }
}

struct FixtureError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A JSON object with typed access; what is absent or of another type is an error.
struct Object {
    let values: [String: Any]

    init(_ value: Any) throws {
        guard let values = value as? [String: Any] else { throw FixtureError("no object") }
        self.values = values
    }

    func has(_ key: String) -> Bool { values[key] != nil && !(values[key] is NSNull) }

    private func value<Value>(_ key: String, _ type: Value.Type = Value.self) throws -> Value {
        guard let value = values[key] as? Value else { throw FixtureError("no \(key)") }
        return value
    }

    func text(_ key: String) throws -> String { try value(key) }
    func bool(_ key: String) throws -> Bool { try value(key) }
    func object(_ key: String) throws -> Object { try Object(try value(key, Any.self)) }
    func objects(_ key: String) throws -> [Object] {
        try value(key, [Any].self).map { try Object($0) }
    }
    func texts(_ key: String) throws -> [String] { try value(key) }
    func list(_ key: String) throws -> [Any] { try value(key) }

    /// A number, or decimal text.
    func integer(_ key: String) throws -> UInt64 { try Self.integer(values[key] as Any) }

    func integers(_ key: String) throws -> [UInt64] {
        try list(key).map { try Self.integer($0) }
    }

    static func integer(_ value: Any) throws -> UInt64 {
        if let text = value as? String, let number = UInt64(text) { return number }
        if let number = value as? NSNumber { return number.uint64Value }
        throw FixtureError("no integer: \(value)")
    }

    func bytes(_ key: String) throws -> [UInt8] { try Self.bytes(try text(key)) }

    func byteStrings(_ key: String) throws -> [[UInt8]] { try texts(key).map(Self.bytes) }

    private static func bytes(_ text: String) throws -> [UInt8] {
        guard let bytes = Hex.decode(text) else { throw FixtureError("no hex: \(text)") }
        return bytes
    }

    func fixed<Value: FixedBytes>(_ key: String) throws -> Value {
        guard let value = Value(try bytes(key)) else {
            throw FixtureError("\(key) is no \(Value.self)")
        }
        return value
    }

    func position(_ key: String) throws -> ChainPosition {
        let object = try object(key)
        return ChainPosition(
            index: try object.index("index"), payword: try object.fixed("payword"))
    }

    func index(_ key: String) throws -> ChainIndex {
        guard let value = UInt32(exactly: try integer(key)) else {
            throw FixtureError("\(key) is no index")
        }
        return ChainIndex(value)
    }

    func amount(_ key: String) throws -> Amount { try Amount(units: try integer(key)) }
}
