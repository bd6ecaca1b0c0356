/// Lines in panels, one below the other over one axis, as SVG. It looks like the growth curves that
/// `scripts/lib/bench` draws.
package struct Chart {
    /// A value's place on an axis: 0 at its start, 1 at its end.
    package struct Axis {
        let ticks: [(place: Double, label: String)]
        let place: (Double) -> Double

        /// From 0 in equal steps.
        static func linear(to most: Double, label: (Double) -> String) -> Axis {
            let top = Self.round(most)
            return Axis(
                ticks: (0...4).map { (Double($0) / 4, label(top * Double($0) / 4)) },
                place: { $0 / top })
        }

        /// By powers of ten, from one that is not above `least` to one that is not below `most`.
        static func powers(from least: Double, to most: Double, label: (Double) -> String) -> Axis {
            var low = 1.0
            while low * 10 <= least { low *= 10 }
            var powers = [low]
            while let last = powers.last, last < most || powers.count < 2 {
                powers.append(last * 10)
            }
            let count = Double(powers.count - 1)
            let base = low
            return Axis(
                ticks: powers.enumerated().map { (Double($0) / count, label($1)) },
                place: { Chart.logarithm(max($0, base) / base) / count })
        }

        /// The next number that is round, and so are its quarters.
        private static func round(_ value: Double) -> Double {
            var unit = 10.0
            while unit * 12 < value { unit *= 10 }
            return [0.4, 0.8, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 12].map { $0 * unit }
                .first { $0 >= value } ?? value
        }
    }

    package struct Series {
        let name: String
        let points: [(x: Double, y: Double)]
    }

    package struct Panel {
        let up: Axis
        let series: [Series]
    }

    private static let width = 640.0
    private static let (left, right, top, bottom) = (76.0, 24.0, 52.0, 52.0)
    private static let gap = 36.0
    private static let colours = ["#0b6e4f", "#c8553d", "#2b59c3", "#8f6593"]
    private static let style = """
        text { font: 12px system-ui, sans-serif; fill: #333 }
        .title { font-size: 15px; font-weight: 600 }
        .grid { stroke: #ddd }
        .line { fill: none; stroke-width: 2 }
        """

    let title: String
    let note: String
    let across: Axis
    let panels: [Panel]

    /// The whole picture.
    package var svg: String {
        let each = panels.count == 1 ? 256.0 : 128.0
        let bodies = Double(panels.count) * each + Double(panels.count - 1) * Self.gap
        let height = Self.top + bodies + Self.bottom
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(Self.width)) \
            \(Self.text(height))" role="img">
            """,
            "<title>\(Self.escape(title))</title>", "<style>\n\(Self.style)\n</style>",
            """
            <rect width="\(Self.text(Self.width))" height="\(Self.text(height))" rx="6" \
            fill="#fff"/>
            """,
            Self.label(title, Self.left, 22, "class=\"title\""),
            Self.label(note, Self.left, height - 10),
        ]
        for (number, panel) in panels.enumerated() {
            let top = Self.top + Double(number) * (each + Self.gap)
            parts += draw(panel, from: top, to: top + each, isLast: number == panels.count - 1)
        }
        return (parts + ["</svg>", ""]).joined(separator: "\n")
    }

    private func draw(
        _ panel: Panel, from top: Double, to bottom: Double, isLast: Bool
    ) -> [String] {
        var parts: [String] = []
        let end = Self.width - Self.right
        for tick in across.ticks {
            let x = Self.left + tick.place * (end - Self.left)
            parts.append(Self.line(x, top, x, bottom))
            if isLast {
                let anchor = tick.place < 1 ? "middle" : "end"
                parts.append(
                    Self.label(
                        tick.label, x, bottom + 18, "text-anchor=\"\(anchor)\""))
            }
        }
        for tick in panel.up.ticks {
            let y = bottom + tick.place * (top - bottom)
            parts.append(Self.line(Self.left, y, end, y))
            parts.append(Self.label(tick.label, Self.left - 8, y + 4, "text-anchor=\"end\""))
        }
        for (number, series) in panel.series.enumerated() {
            let colour = Self.colours[number % Self.colours.count]
            let places = series.points.map { point in
                let x = Self.left + across.place(point.x) * (end - Self.left)
                let y = bottom + panel.up.place(point.y) * (top - bottom)
                return "\(Self.text(x)),\(Self.text(y))"
            }
            parts.append(
                """
                <polyline class="line" stroke="\(colour)" \
                points="\(places.joined(separator: " "))"/>
                """)
            let x = Self.left + 150 * Double(number)
            parts.append(
                """
                <circle cx="\(Self.text(x + 4))" cy="\(Self.text(top - 14))" r="4" \
                fill="\(colour)"/>
                """)
            parts.append(Self.label(series.name, x + 14, top - 10))
        }
        return parts
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        """
        <line class="grid" x1="\(text(x1))" y1="\(text(y1))" x2="\(text(x2))" y2="\(text(y2))"/>
        """
    }

    private static func label(
        _ label: String, _ x: Double, _ y: Double, _ more: String = ""
    ) -> String {
        "<text \(more.isEmpty ? "" : more + " ")x=\"\(text(x))\" y=\"\(text(y))\">"
            + "\(escape(label))</text>"
    }

    /// A place to a tenth of a pixel.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
