import TollCLI

/// A JSON Schema validator of the keywords that our schema uses; another keyword is an error, so that
/// nothing of the schema is passed over.
enum SchemaChecker {
    struct UnknownKeyword: Error { let name: String }

    /// Whether the schema allows the value.
    static func allows(_ schema: JSONText, _ value: PositionedJSON) throws -> Bool {
        guard case .object(let keywords) = schema else { throw UnknownKeyword(name: schema.text) }
        return try keywords.allSatisfy { try allows($0, value, schema) }
    }

    private static func allows(
        _ keyword: JSONText.Member, _ value: PositionedJSON, _ schema: JSONText
    ) throws -> Bool {
        switch (keyword.name, keyword.value) {
        case ("$schema", _), ("title", _), ("description", _), ("default", _): return true
        case ("type", .text(let type)): return isOf(type, value.content)
        case ("enum", .array(let words)):
            guard case .text(let text) = value.content else { return false }
            return words.contains(.text(text))
        case ("pattern", .text(let pattern)):
            guard case .text(let text) = value.content else { return true }
            let expression = try Regex(pattern).matchingSemantics(.unicodeScalar)
            return try expression.firstMatch(in: text) != nil
        case ("minimum", .unsigned(let bound)):
            return number(value).map { $0 >= bound } ?? true
        case ("maximum", .unsigned(let bound)):
            return number(value).map { $0 <= bound } ?? true
        case ("maxItems", .integer(let count)):
            guard case .list(let values) = value.content else { return true }
            return values.count <= count
        case ("items", let element):
            guard case .list(let values) = value.content else { return true }
            return try values.allSatisfy { try allows(element, $0) }
        default: return try allowsMembers(keyword, members(value), schema)
        }
    }

    private static func allowsMembers(
        _ keyword: JSONText.Member, _ members: [PositionedJSON.Member]?, _ schema: JSONText
    ) throws -> Bool {
        guard let members else { return true }
        switch (keyword.name, keyword.value) {
        case ("required", .array(let names)):
            return names.allSatisfy { name in members.contains { .text($0.name) == name } }
        case ("properties", let properties):
            return try members.allSatisfy { member in
                try properties[member.name].map { try allows($0, member.value) } ?? true
            }
        case ("additionalProperties", .bool(false)):
            return members.allSatisfy { schema["properties"]?[$0.name] != nil }
        case ("additionalProperties", let element):
            return try members.allSatisfy { try allows(element, $0.value) }
        case ("maxProperties", .integer(let count)): return members.count <= count
        case ("propertyNames", let names):
            return try members.allSatisfy { member in
                let quoted = Array(JSONText.text(member.name).text.utf8)
                return try allows(names, PositionedJSON(parsing: quoted))
            }
        default: throw UnknownKeyword(name: keyword.name)
        }
    }

    private static func members(_ value: PositionedJSON) -> [PositionedJSON.Member]? {
        if case .object(let members) = value.content { members } else { nil }
    }

    private static func number(_ value: PositionedJSON) -> UInt64? {
        if case .whole(let number) = value.content { number } else { nil }
    }

    private static func isOf(_ type: String, _ content: PositionedJSON.Content) -> Bool {
        switch (type, content) {
        case ("object", .object), ("array", .list), ("string", .text), ("integer", .whole),
            ("boolean", .flag):
            true
        default: false
        }
    }
}
