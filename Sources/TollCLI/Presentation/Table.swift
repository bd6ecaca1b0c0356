/// Rows under titled columns: lined up for a person, an array of objects for a script.
///
/// ```swift
/// var table = Table(["account", "available"])
/// table.add([.text("alice"), .amount(available, asset)])
/// output.show(table)
/// ```
public struct Table: Sendable {
    /// The columns' titles. In JSON a space in them becomes an underscore.
    public let titles: [String]
    /// The rows; each has a cell for each title.
    public private(set) var rows: [[Cell]] = []
    /// A last row under a line, such as the sums; not part of the JSON.
    public private(set) var footer: [Cell]?
    /// What to say when there is no row.
    public var emptyText = "nothing yet"

    /// A table without rows.
    public init(_ titles: [String]) { self.titles = titles }

    /// Adds a row. Cells beyond the last title are left out, and missing ones are empty.
    public mutating func add(_ cells: [Cell]) { rows.append(fit(cells)) }

    /// Sets the last row.
    public mutating func setFooter(_ cells: [Cell]) { footer = fit(cells) }

    private func fit(_ cells: [Cell]) -> [Cell] {
        let missing = max(0, titles.count - cells.count)
        return Array(cells.prefix(titles.count))
            + Array(repeating: Cell.shown("", .null), count: missing)
    }

    /// The rows as objects, by title.
    public var json: JSONText {
        let names = titles.map { $0.split(separator: " ").joined(separator: "_").lowercased() }
        return .array(
            rows.map { row in
                .object(zip(names, row).map { JSONText.Member($0, $1.json) })
            })
    }

    /// The lines for a person.
    public func lines(style: TextStyle = .plain) -> [String] {
        guard !rows.isEmpty else { return [style.faint(emptyText)] }
        let all = rows + (footer.map { [$0] } ?? [])
        let widths = titles.indices.map { column in
            all.map { TextWidth.of($0[column].text) }.reduce(TextWidth.of(titles[column]), max)
        }
        let isRight = titles.indices.map { column in rows.allSatisfy { $0[column].isNumber } }
        func line(_ texts: [String]) -> String {
            let padded = texts.indices.map { column in
                TextWidth.pad(texts[column], to: widths[column], right: isRight[column])
            }
            return TextWidth.trimmingEnd(padded.joined(separator: "  "))
        }
        var result = [style.bold(line(titles.map { $0.uppercased() }))]
        result += rows.map { line($0.map(\.text)) }
        if let footer {
            let rule = widths.reduce(0, +) + 2 * (widths.count - 1)
            result.append(style.faint(String(repeating: "─", count: rule)))
            result.append(style.bold(line(footer.map(\.text))))
        }
        return result
    }
}
