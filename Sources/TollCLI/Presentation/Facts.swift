/// Named values of one thing: a line each for a person, one object for a script.
///
/// ```swift
/// var facts = Facts()
/// facts.add("available", .amount(statement.available, asset))
/// facts.add("asset", .text(asset.code))
/// output.show(facts)
/// ```
public struct Facts: Sendable {
    private var items: [(title: String, cell: Cell)] = []

    /// No facts yet.
    public init() {}

    /// Adds one. In JSON a space in the title becomes an underscore.
    public mutating func add(_ title: String, _ cell: Cell) { items.append((title, cell)) }

    /// All of them as one object.
    public var json: JSONText {
        .object(
            items.map { item in
                let name = item.title.split(separator: " ").joined(separator: "_").lowercased()
                return JSONText.Member(name, item.cell.json)
            })
    }

    /// The lines for a person.
    public func lines(style: TextStyle = .plain) -> [String] {
        let width = items.map { TextWidth.of($0.title) }.max() ?? 0
        return items.map { item in
            style.faint(TextWidth.pad(item.title, to: width, right: false)) + "  " + item.cell.text
        }
    }
}
