internal import Configuration
public import PayWord

/// What a person has set, in the order that people expect: a flag wins over an environment variable,
/// that over the configuration file, that over the default.
///
/// The key `merchant.listen` is `TOLL_MERCHANT_LISTEN` in the environment and
/// `{"merchant": {"listen": "…"}}` in the file.
public struct Settings: Sendable {
    private let reader: ConfigReader

    /// Settings from an environment and a JSON file, which need not exist.
    /// - Throws: `malformed` if the file is there and is no JSON.
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
