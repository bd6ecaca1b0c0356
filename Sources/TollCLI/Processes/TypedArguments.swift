/// What a person typed, as the parser is to read it.
enum TypedArguments {
    /// The shortest text that is taken for data: no cluster of one-letter options is as long.
    private static let dataCountMinimum = 20
    /// How many characters a key has.
    private static let keyCount = 43

    /// The arguments after the program's name. One key in 64 begins with a hyphen, and the parser
    /// would take it for options: a payout to such a key would print the help and pay nothing. A
    /// space before it makes it a value, and whoever reads keys and data passes over white space.
    static func parsable(_ arguments: [String]) -> [String] {
        arguments.dropFirst().map { isData($0) ? " " + $0 : $0 }
    }

    private static func isData(_ text: String) -> Bool {
        guard text.hasPrefix("-"), text.count >= dataCountMinimum,
            text.utf8.allSatisfy(isOfBase64URL)
        else { return false }
        return text.count == keyCount || !text.hasPrefix("--")
    }

    private static func isOfBase64URL(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
