/// Writes the JSON Schema (draft 2020-12) of a list of keys.
public enum ConfigurationSchema {
    /// The schema of a file that is one object with these keys.
    public static func document(
        title: String, summary: String, _ keys: [ConfigurationKey]
    ) -> JSONText {
        let head: [JSONText.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", .text(title)), .init("description", .text(summary)),
        ]
        return .object(head + section(keys))
    }

    private static func section(_ keys: [ConfigurationKey]) -> [JSONText.Member] {
        let required = keys.filter(\.isRequired).map { JSONText.text($0.name) }
        return [
            .init("type", "object"),
            .init("properties", .object(keys.map { .init($0.name, property($0)) })),
        ] + (required.isEmpty ? [] : [.init("required", .array(required))]) + [
            .init("additionalProperties", false)
        ]
    }

    private static func property(_ key: ConfigurationKey) -> JSONText {
        .object(
            [.init("description", .text(key.summary))] + shape(key.shape)
                + (key.standard.map { [.init("default", $0.json)] } ?? []))
    }

    private static func shape(_ shape: ConfigurationShape) -> [JSONText.Member] {
        switch shape {
        case .text(let rule):
            [.init("type", "string"), .init("pattern", .text(rule.pattern))]
        case .whole(let range):
            [
                .init("type", "integer"), .init("minimum", .unsigned(range.lowerBound)),
                .init("maximum", .unsigned(range.upperBound)),
            ]
        case .flag: [.init("type", "boolean")]
        case .choice(let words): [.init("enum", .array(words.map { .text($0) }))]
        case .list(let element, let maximum):
            [
                .init("type", "array"), .init("items", .object(Self.shape(element))),
                .init("maxItems", .integer(Int64(maximum))),
            ]
        case .section(let keys): section(keys)
        case .named(let rule, let element, let maximum):
            [
                .init("type", "object"),
                .init("propertyNames", ["pattern": .text(rule.pattern)]),
                .init("additionalProperties", .object(Self.shape(element))),
                .init("maxProperties", .integer(Int64(maximum))),
            ]
        }
    }
}
