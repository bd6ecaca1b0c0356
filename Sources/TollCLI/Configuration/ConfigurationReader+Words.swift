extension ConfigurationReader {
    /// What is wanted in a place, as a person would write it.
    static func wanted(_ shape: ConfigurationShape) -> String {
        switch shape {
        case .text(let rule): rule.wanted
        case .whole(let range):
            "a whole number from \(range.lowerBound) to \(range.upperBound), without quotes"
        case .flag: "true or false, without quotes"
        case .choice(let words): "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        case .list: "a list in brackets: […]"
        case .section, .named: "an object in braces: {…}"
        }
    }

    /// What is wrong with a value; what may hold a password is not repeated.
    static func problem(_ content: PositionedJSON.Content, _ shape: ConfigurationShape) -> String {
        switch (content, shape) {
        case (.text, .text(let rule)) where !rule.isShown: "its value is not what is wanted"
        case (.text(let text), _): "‘\(text.prefix(60))’ is not what is wanted"
        case (.whole(let number), _): "\(number) is not what is wanted"
        case (.number(let text), _): "\(text.prefix(30)) is not what is wanted"
        case (.flag(let isOn), _): "\(isOn) is not what is wanted"
        case (.null, _): "null is not what is wanted"
        case (.list, _): "a list is not what is wanted"
        case (.object, _): "an object is not what is wanted"
        }
    }
}

/// What somebody meant who wrote a name that there is not.
enum Spelling {
    /// "write ‘prices’ instead", or all names that there are.
    static func advice(_ name: String, among names: [String]) -> String {
        let near = names.map { ($0, distance(name.lowercased(), $0.lowercased())) }
            .min { $0.1 < $1.1 }
        if let near, near.1 <= max(1, near.0.count / 3) {
            return "write ‘\(near.0)’, or remove it"
        }
        return "remove it; there are " + names.joined(separator: ", ")
    }

    /// How many letters to add, take away or change (Levenshtein). Long names are not compared.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        guard left.count <= 64, right.count <= 64 else { return .max }
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let above = row[j + 1]
                row[j + 1] = min(
                    above + 1, row[j] + 1, diagonal + (letter == right[j] ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
