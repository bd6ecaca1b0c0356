/// What is in effect after flags, variables, file and defaults, key by key, in the order of the
/// definition.
public struct ConfigurationValues: Sendable {
    /// One value in effect.
    public struct Entry: Sendable, Equatable {
        /// The key, such as `tls.key`, `brokers[0].url` or `prices.article.price`.
        public let key: String
        /// The value.
        public let value: ConfigurationScalar
        /// Where it came from.
        public let origin: ConfigurationOrigin
    }

    /// All of them, in the order in which they are defined.
    public private(set) var entries: [Entry] = []
    private var places: [String: Int] = [:]
    private var counts: [String: Int] = [:]
    private var names: [String: [String]] = [:]
    private var sections: [String: ConfigurationOrigin] = [:]

    init() {}

    mutating func add(_ key: String, _ value: ConfigurationScalar, _ origin: ConfigurationOrigin) {
        places[key] = entries.count
        entries.append(Entry(key: key, value: value, origin: origin))
    }

    mutating func note(_ key: String, count: Int) { counts[key] = count }
    mutating func note(_ key: String, names list: [String]) { names[key] = list }
    mutating func note(_ key: String, at origin: ConfigurationOrigin) { sections[key] = origin }

    /// The value of a key with where it came from; nil if nothing is set.
    public func entry(_ key: String) -> Entry? { places[key].map { entries[$0] } }

    /// The text of a key; nil if nothing is set.
    public func text(_ key: String) -> String? {
        if case .text(let text)? = entry(key)?.value { text } else { nil }
    }

    /// The number of a key; nil if nothing is set.
    public func whole(_ key: String) -> UInt64? {
        if case .whole(let number)? = entry(key)?.value { number } else { nil }
    }

    /// Whether a switch is on.
    public func isOn(_ key: String) -> Bool { entry(key)?.value == .flag(true) }

    /// How many elements a list has.
    public func count(_ key: String) -> Int { counts[key] ?? 0 }

    /// The writer's own names in an object, in the order of the file.
    public func names(_ key: String) -> [String] { names[key] ?? [] }

    /// Where a key, or the list or object of that name, was set.
    public func origin(_ key: String) -> ConfigurationOrigin {
        entry(key)?.origin ?? sections[key] ?? .standard
    }

    /// The path of a member with a name of the writer's own, which may hold dots.
    public static func path(_ key: String, _ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            $0 == 0x2d || $0 == 0x5f || Character(Unicode.Scalar($0)).isNumber
                || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        }
        return isPlain && !name.isEmpty ? "\(key).\(name)" : "\(key)[\"\(name)\"]"
    }
}

/// What a configuration is put together from, beside its file.
public struct ConfigurationSources: Sendable {
    /// What flags say, by key, as they were typed.
    public var flags: [String: String]
    /// The process's environment.
    public var environment: [String: String]
    /// The settings that all programs share, by their keys.
    public var shared: @Sendable (String) -> String?

    /// Sources; nothing but the file and the defaults, unless given.
    public init(
        flags: [String: String] = [:], environment: [String: String] = [:],
        shared: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.flags = flags
        self.environment = environment
        self.shared = shared
    }
}
