/// One key of a configuration file: its name, what it may be, and what it is for. From a list of
/// these the file is read, its mistakes are named, and its JSON Schema is written, so that the three
/// cannot differ.
public struct ConfigurationKey: Sendable {
    /// The name as it stands in its object.
    public let name: String
    /// What values it takes.
    public let shape: ConfigurationShape
    /// What it is for, in a sentence or two.
    public let summary: String
    /// Whether it must be there.
    public let isRequired: Bool
    /// What holds where nobody set it.
    public let standard: ConfigurationScalar?
    /// The environment variable that wins over the file.
    public let variable: String?
    /// The key of the settings that all programs share, which the file wins over.
    public let shared: String?
    /// The flag that wins over all.
    public let flag: String?

    init(
        _ name: String, _ shape: ConfigurationShape, _ summary: String, isRequired: Bool = false,
        standard: ConfigurationScalar? = nil, variable: String? = nil, shared: String? = nil,
        flag: String? = nil
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.isRequired = isRequired
        self.standard = standard
        self.variable = variable
        self.shared = shared
        self.flag = flag
    }
}

/// What values a key takes.
public indirect enum ConfigurationShape: Sendable {
    /// A text that a rule allows.
    case text(TextRule)
    /// A whole number in a range.
    case whole(ClosedRange<UInt64>)
    /// `true` or `false`.
    case flag
    /// One of these texts.
    case choice([String])
    /// Some of one shape, at most so many.
    case list(ConfigurationShape, maximum: Int)
    /// An object with these keys and no others.
    case section([ConfigurationKey])
    /// An object whose names are the writer's own, at most so many.
    case named(TextRule, ConfigurationShape, maximum: Int)
}

/// Which texts a key takes. The pattern is read alike by Swift and by a JSON Schema validator: it
/// holds plain classes and counts only, and is anchored at both ends.
public struct TextRule: Sendable {
    /// The regular expression, anchored.
    public let pattern: String
    /// What it stands for, for a person: "an amount is …".
    public let wanted: String
    /// Whether a wrong value may be repeated; one that may hold a password is not.
    public let isShown: Bool

    init(_ pattern: String, _ wanted: String, isShown: Bool = true) {
        self.pattern = pattern
        self.wanted = wanted
        self.isShown = isShown
    }

    /// Whether the whole text matches. A pattern that cannot be read matches nothing.
    public func allows(_ text: String) -> Bool {
        guard let expression = try? Regex(pattern).matchingSemantics(.unicodeScalar) else {
            return false
        }
        return (try? expression.wholeMatch(in: text)) != nil
    }
}

/// A value that stands alone.
public enum ConfigurationScalar: Sendable, Equatable {
    /// A text.
    case text(String)
    /// A whole number.
    case whole(UInt64)
    /// Yes or no.
    case flag(Bool)

    /// As JSON.
    public var json: JSONText {
        switch self {
        case .text(let text): .text(text)
        case .whole(let number): .unsigned(number)
        case .flag(let isOn): .bool(isOn)
        }
    }

    /// As a person reads it.
    public var text: String {
        switch self {
        case .text(let text): text
        case .whole(let number): "\(number)"
        case .flag(let isOn): isOn ? "true" : "false"
        }
    }
}
