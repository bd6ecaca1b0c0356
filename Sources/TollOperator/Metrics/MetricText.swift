/// What a name stands for.
enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// Labels with their values, in the order of their names.
struct MetricLabels: Hashable, Comparable, Sendable {
    private let pairs: [String]

    init(_ labels: [(String, String)]) {
        pairs = labels.map { MetricText.name($0) + "=\"" + MetricText.value($1) + "\"" }.sorted()
    }

    private init(pairs: [String]) { self.pairs = pairs }

    /// The same labels, each with the value `other`.
    var folded: MetricLabels {
        MetricLabels(
            pairs: pairs.map { pair in
                pair.prefix { $0 != "=" } + "=\"other\""
            })
    }

    func adding(_ name: String, _ value: String) -> MetricLabels {
        MetricLabels(pairs: pairs + ["\(name)=\"\(MetricText.value(value))\""])
    }

    var text: String { pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}" }

    static func < (left: MetricLabels, right: MetricLabels) -> Bool {
        left.pairs.lexicographicallyPrecedes(right.pairs)
    }
}

/// The text format of Prometheus.
enum MetricText {
    /// A name with nothing in it but letters, digits and underscores, and with the ending that tells
    /// its kind.
    static func name(_ text: String, _ kind: MetricKind? = nil) -> String {
        var name = String(
            text.unicodeScalars.map { scalar in
                let isPlain =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic
                        || scalar.properties.numericType != nil)
                return isPlain ? Character(scalar) : "_"
            })
        if name.first?.isNumber ?? true { name = "_" + name }
        return kind == .counter && !name.hasSuffix("_total") ? name + "_total" : name
    }

    /// A label's value, in which nothing can end the quotes or the line.
    static func value(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default:
                if scalar.value >= 0x20, scalar.value != 0x7f {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    /// A description, on one line.
    static func help(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    static func line(_ name: String, _ labels: MetricLabels, _ value: Double) -> String {
        line(name, labels, number(value))
    }

    static func line(_ name: String, _ labels: MetricLabels, _ value: String) -> String {
        name + labels.text + " " + value
    }

    /// A number; a whole one without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
