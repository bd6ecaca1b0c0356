/// Holds a file against the keys that it may have, and puts together what is in effect. It goes on
/// after a mistake, so that a person sees all of them at once.
struct ConfigurationReader {
    private let fileName: String
    private let sources: ConfigurationSources
    private(set) var values = ConfigurationValues()
    private(set) var faults: [ConfigurationFault] = []

    init(fileName: String, sources: ConfigurationSources) {
        self.fileName = fileName
        self.sources = sources
    }

    /// Reads the whole file.
    mutating func read(_ root: PositionedJSON, _ keys: [ConfigurationKey]) {
        read(root, "", .section(keys))
    }

    private mutating func read(_ node: PositionedJSON, _ path: String, _ shape: ConfigurationShape)
    {
        switch (shape, node.content) {
        case (.section(let keys), .object(let members)):
            readSection(members, path, keys, line: node.line)
        case (.named(let rule, let element, let maximum), .object(let members)):
            readNamed(members, path, rule, element, maximum, line: node.line)
        case (.list(let element, let maximum), .list(let nodes)):
            readList(nodes, path, element, maximum, line: node.line)
        default:
            if let value = scalar(node, path, shape) { values.add(path, value, origin(node.line)) }
        }
    }

    private func origin(_ line: Int) -> ConfigurationOrigin { .file(fileName, line: line) }

    private mutating func complain(_ line: Int, _ key: String, _ problem: String, _ fix: String) {
        faults.append(ConfigurationFault(origin(line), key, problem, fix: fix))
    }

    // MARK: Objects and lists

    private mutating func readSection(
        _ members: [PositionedJSON.Member], _ path: String, _ keys: [ConfigurationKey], line: Int
    ) {
        values.note(path, at: origin(line))
        let unique = withoutRepeats(members, path)
        let known = Dictionary(keys.map { ($0.name, $0) }) { first, _ in first }
        for member in unique where known[member.name] == nil {
            complain(
                member.line, join(path, member.name), "there is no such key",
                Spelling.advice(member.name, among: keys.map(\.name)))
        }
        let present = Dictionary(unique.map { ($0.name, $0) }) { first, _ in first }
        for key in keys {
            readKey(key, present[key.name], join(path, key.name), sectionLine: line)
        }
    }

    private mutating func readKey(
        _ key: ConfigurationKey, _ member: PositionedJSON.Member?, _ path: String,
        sectionLine: Int
    ) {
        let node = member?.value
        if let (text, origin) = outside(key, path) {
            // The file's own value does not count now, but a mistake in it would count later.
            if let node { _ = scalar(node, path, key.shape) }
            if let value = typed(text, origin, path, key.shape) { values.add(path, value, origin) }
        } else if let node {
            read(node, path, key.shape)
        } else if let shared = key.shared, let text = sources.shared(shared), !text.isEmpty {
            let origin = ConfigurationOrigin.shared(shared)
            if let value = typed(text, origin, path, key.shape) { values.add(path, value, origin) }
        } else if case .section(let keys) = key.shape {
            // Its keys have flags, variables and defaults of their own.
            readSection([], path, keys, line: sectionLine)
        } else if let standard = key.standard {
            values.add(path, standard, .standard)
        } else if key.isRequired {
            complain(sectionLine, path, "it is missing", "add it: \(Self.wanted(key.shape))")
        }
    }

    private mutating func readNamed(
        _ members: [PositionedJSON.Member], _ path: String, _ rule: TextRule,
        _ element: ConfigurationShape, _ maximum: Int, line: Int
    ) {
        values.note(path, at: origin(line))
        let unique = withoutRepeats(members, path)
        if unique.count > maximum {
            complain(line, path, "\(unique.count) are too many", "keep at most \(maximum)")
        }
        values.note(path, names: unique.map(\.name))
        for member in unique.prefix(maximum) {
            let place = ConfigurationValues.path(path, member.name)
            if !rule.allows(member.name) {
                complain(member.line, place, "its name is not what is wanted", rule.wanted)
            }
            read(member.value, place, element)
        }
    }

    private mutating func readList(
        _ nodes: [PositionedJSON], _ path: String, _ element: ConfigurationShape, _ maximum: Int,
        line: Int
    ) {
        values.note(path, at: origin(line))
        if nodes.count > maximum {
            complain(line, path, "\(nodes.count) are too many", "keep at most \(maximum)")
        }
        values.note(path, count: min(nodes.count, maximum))
        for (position, node) in nodes.prefix(maximum).enumerated() {
            read(node, "\(path)[\(position)]", element)
        }
    }

    private mutating func withoutRepeats(
        _ members: [PositionedJSON.Member], _ path: String
    ) -> [PositionedJSON.Member] {
        var lines: [String: Int] = [:]
        return members.filter { member in
            guard let first = lines.updateValue(member.line, forKey: member.name) else {
                return true
            }
            complain(
                member.line, join(path, member.name), "it stands here a second time",
                "keep this one or the one on line \(first)")
            return false
        }
    }

    private func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    // MARK: Single values

    private mutating func scalar(
        _ node: PositionedJSON, _ path: String, _ shape: ConfigurationShape
    ) -> ConfigurationScalar? {
        let value: ConfigurationScalar? =
            switch node.content {
            case .text(let text): .text(text)
            case .whole(let number): .whole(number)
            case .flag(let isOn): .flag(isOn)
            default: nil
            }
        guard let value, Self.allows(shape, value) else {
            complain(
                node.line, path, Self.problem(node.content, shape), Self.wanted(shape))
            return nil
        }
        return value
    }

    /// What a flag or a variable says for a key; the flag first.
    private func outside(
        _ key: ConfigurationKey, _ path: String
    ) -> (String, ConfigurationOrigin)? {
        if let flag = key.flag, let text = sources.flags[path] { return (text, .flag(flag)) }
        // An empty variable is one that is not set.
        if let variable = key.variable, let text = sources.environment[variable], !text.isEmpty {
            return (text, .variable(variable))
        }
        return nil
    }

    /// The value of a text from outside the file, where everything is text.
    private mutating func typed(
        _ text: String, _ origin: ConfigurationOrigin, _ path: String, _ shape: ConfigurationShape
    ) -> ConfigurationScalar? {
        let value: ConfigurationScalar? =
            switch shape {
            case .whole: UInt64(text).map { .whole($0) }
            case .flag:
                switch text.lowercased() {
                case "true", "yes", "1": .flag(true)
                case "false", "no", "0": .flag(false)
                default: nil
                }
            default: .text(text)
            }
        guard let value, Self.allows(shape, value) else {
            faults.append(
                ConfigurationFault(
                    origin, path, Self.problem(.text(text), shape), fix: Self.wanted(shape)))
            return nil
        }
        return value
    }

    private static func allows(_ shape: ConfigurationShape, _ value: ConfigurationScalar) -> Bool {
        switch (shape, value) {
        case (.text(let rule), .text(let text)): rule.allows(text)
        case (.whole(let range), .whole(let number)): range.contains(number)
        case (.flag, .flag): true
        case (.choice(let words), .text(let text)): words.contains(text)
        default: false
        }
    }
}
