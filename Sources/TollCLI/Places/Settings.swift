internal import Configuration
internal import Foundation
public import PayWord

/// What a person has set, in the order that people expect: a flag wins over an environment variable,
/// that over the configuration file, that over the default.
///
/// The key `merchant.listen` is `TOLL_MERCHANT_LISTEN` in the environment and
/// `{"merchant": {"listen": "…"}}` in the file.
public struct Settings: Sendable {
    /// What may be set, and whether it is a switch; all else is text.
    private static let known: [String: Bool] = [
        "allowInsecureTransport": true, "broker.listen": false, "log.level": false,
        "merchant.broker": false, "merchant.listen": false, "tls.certificate": false,
        "tls.key": false, "trust": false, "wallet.broker": false,
    ]

    private let reader: ConfigReader

    /// Settings from an environment and a JSON file, which need not exist.
    /// - Throws: `malformed` if the file is there and is no JSON, sets what is no setting, or sets one
    ///   to a value of another type.
    public init(environment: [String: String], file: String) async throws(Refusal) {
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
            .prefixKeys(with: "toll")
        let place = InMemoryProvider(values: [
            "filePath": ConfigValue(.string(file), isSecret: false),
            "allowMissing": ConfigValue(.bool(true), isSecret: false),
        ])
        do {
            let values = try await FileProvider<JSONSnapshot>(config: ConfigReader(provider: place))
            reader = ConfigReader(providers: [variables, values])
        } catch {
            throw Refusal(.malformed, "the configuration file ‘\(file)’ cannot be read as JSON")
        }
        try Self.check(file)
    }

    /// A misspelt setting that was passed over would be found out when it matters.
    private static func check(_ file: String) throws(Refusal) {
        guard let data = FileManager.default.contents(atPath: file),
            let values = try? JSONDecoder().decode(FileValue.self, from: data)
        else { return }
        try check(values, "", file)
    }

    private static func check(
        _ value: FileValue, _ key: String, _ file: String
    ) throws(Refusal) {
        switch (value, known[key]) {
        case (.text, false), (.isOn, true): return
        case (_, let isSwitch?):
            throw Refusal(
                .malformed,
                "‘\(key)’ in ‘\(file)’ is to be " + (isSwitch ? "true or false" : "text"))
        case (.section(let values), nil)
        where key.isEmpty || known.keys.contains { $0.hasPrefix(key + ".") }:
            for (name, inner) in values.sorted(by: { $0.key < $1.key }) {
                try check(inner, key.isEmpty ? name : "\(key).\(name)", file)
            }
        default:
            throw Refusal(
                .malformed,
                "‘\(key)’ in ‘\(file)’ is no setting; there are "
                    + known.keys.sorted().joined(separator: ", "))
        }
    }

    /// The value of a flag, or else of `key`.
    public func string(_ key: String, flag: String? = nil) -> String? {
        flag ?? reader.string(forKey: ConfigKey(key))
    }

    /// The value of a flag, or else of `key`, or else the default.
    public func string(_ key: String, flag: String? = nil, default value: String) -> String {
        string(key, flag: flag) ?? value
    }

    /// Whether a switch is on, by flag or by `key`.
    public func isOn(_ key: String, flag: Bool = false) -> Bool {
        flag || reader.bool(forKey: ConfigKey(key), default: false)
    }

    /// The number of a flag, or else of `key`, or else the default.
    public func number(_ key: String, flag: Int? = nil, default value: Int) -> Int {
        flag ?? reader.int(forKey: ConfigKey(key), default: value)
    }
}

/// A value in the configuration file, as far as it matters whether it is a setting.
private enum FileValue: Decodable {
    case section([String: FileValue])
    case text
    case isOn
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let values = try? container.decode([String: FileValue].self) {
            self = .section(values)
        } else if (try? container.decode(String.self)) != nil {
            self = .text
        } else if (try? container.decode(Bool.self)) != nil {
            self = .isOn
        } else {
            self = .other
        }
    }
}
