internal import ArgumentParser

/// What the parser does not say of a command line that it refuses.
enum UsageAdvice {
    /// ` Did you mean ‘pay’?`, if a word stands where a command's name does and is nearly one.
    static func suggestion(_ arguments: [String], _ root: any ParsableCommand.Type) -> String {
        var command = root
        for word in arguments where !word.hasPrefix("-") {
            let known = command.configuration.subcommands.filter {
                $0.configuration.shouldDisplay
            }
            if let next = known.first(where: { $0.configuration.commandName == word }) {
                command = next
                continue
            }
            let near = known.compactMap { $0.configuration.commandName }
                .map { (name: $0, distance: distance(word, $0)) }
                .min { $0.distance < $1.distance }
            guard let near, near.distance <= 2, near.distance < near.name.count else { return "" }
            return ". Did you mean '\(near.name)'?"
        }
        return ""
    }

    /// What to say of a number below 0, which the parser takes for an option; nil if there is none.
    /// Alone it is an amount; for an option, whose value the parser then misses, it may be a count or
    /// a duration as well.
    static func negative(_ arguments: [String], _ message: String = "") -> CommandError? {
        guard let place = arguments.firstIndex(where: isNegative) else { return nil }
        let before = place > arguments.startIndex ? arguments[place - 1] : ""
        let isOfOption = before.hasPrefix("--") && message.contains("Missing value for '\(before) ")
        return CommandError.usage(
            "‘\(arguments[place].prefix(40))’ is below 0",
            hint: isOfOption
                ? "what \(before.prefix(40)) takes is not below 0: write it without the sign"
                : "an amount is above 0: write it without the sign")
    }

    /// A sign, digits with a point, and perhaps one letter for the unit of a duration.
    private static func isNegative(_ text: String) -> Bool {
        guard text.hasPrefix("-") else { return false }
        var number = text.dropFirst()
        if number.count > 1, number.last?.isLetter == true { number = number.dropLast() }
        return number.contains(where: \.isNumber)
            && number.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// How many letters to change, add, drop, or exchange with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.prefix(lettersMaximum)), Array(right))
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                var least = min(next[column], last[column + 1]) + 1
                least = min(least, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            (before, last) = (last, next)
        }
        return last[right.count]
    }

    private static let lettersMaximum = 40
}
