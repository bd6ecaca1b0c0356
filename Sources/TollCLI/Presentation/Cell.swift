public import PayWord

/// One value as a person and as a script see it.
public struct Cell: Sendable, Equatable {
    /// For a person; escaped already.
    public let text: String
    /// For a script.
    public let json: JSONText
    /// Whether columns of it line up at their right.
    public let isNumber: Bool

    private init(text: String, json: JSONText, isNumber: Bool) {
        self.text = text
        self.json = json
        self.isNumber = isNumber
    }

    /// A text, of whatever origin.
    public static func text(_ value: String) -> Cell {
        Cell(text: PrintableText.escape(value), json: .text(value), isNumber: false)
    }

    /// A text, or nothing.
    public static func optional(_ value: String?) -> Cell {
        value.map { .text($0) } ?? Cell(text: "–", json: .null, isNumber: false)
    }

    /// A whole number, right-aligned for a person; for a script a JSON number, or a string below 0.
    public static func count(_ value: some BinaryInteger) -> Cell {
        let exact = UInt64(exactly: value)
        return Cell(
            text: String(value), json: exact.map { .unsigned($0) } ?? .text(String(value)),
            isNumber: true)
    }

    /// An amount, with all places of its asset.
    public static func amount(_ amount: Amount, _ asset: Asset) -> Cell {
        Cell(text: asset.text(amount), json: .amount(amount, asset), isNumber: true)
    }

    /// Yes or no.
    public static func flag(_ value: Bool) -> Cell {
        Cell(text: value ? "yes" : "no", json: .bool(value), isNumber: false)
    }

    /// Text for a person that differs from what a script sees, such as a time.
    public static func shown(_ text: String, _ json: JSONText) -> Cell {
        Cell(text: PrintableText.escape(text), json: json, isNumber: false)
    }
}
