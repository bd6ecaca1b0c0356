import Foundation
import Testing
import TollCLI

struct ConfigurationSchemaTests {
    private static let example = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("packaging/merchant.example.json")

    @Test func theExampleFitsTheSchemaAndHasNoFault() throws {
        let bytes = Array(try Data(contentsOf: Self.example))
        #expect(try SchemaChecker.allows(MerchantKeys.schema, PositionedJSON(parsing: bytes)))
        let configuration = MerchantConfiguration(text: bytes)
        #expect(configuration.faults == [], "\(configuration.faults)")
    }

    @Test func theExampleNamesEveryKeyButTheRiskyOnes() throws {
        let values = MerchantConfiguration(text: Array(try Data(contentsOf: Self.example))).values
        let left = names(MerchantKeys.all, "").filter { values.origin($0) == .standard }
        #expect(left == ["twoPartyMaximum", "store", "allowInsecureTransport", "trust"])
    }

    private func names(_ keys: [ConfigurationKey], _ path: String) -> [String] {
        keys.flatMap { key -> [String] in
            let name = path.isEmpty ? key.name : "\(path).\(key.name)"
            guard case .section(let inner) = key.shape else { return [name] }
            return names(inner, name)
        }
    }

    /// The reader and the schema come from one definition: what one refuses for its form, the other
    /// refuses too.
    @Test(arguments: [UInt64(1), 2, 3])
    func theSchemaAndTheReaderAgree(seed: UInt64) throws {
        var random = SplitMix(seed)
        let text = try String(contentsOf: Self.example, encoding: .utf8)
        let pieces = [
            "null", "true", "0", "1", "-1", "\"\"", "\"x\"", "\"EUR/6\"", "\"0.5\"", "{}", "[]",
            "\"listen\"", "\"prices\"", "\"127.0.0.1:1\"", "99999999999", "\"notice\"", "\"json\"",
        ]
        var refused = 0
        for _ in 0..<400 {
            // Whole values and names are exchanged, so that most results are JSON.
            let places = text.matches(of: #/"[^"\n]*"|[0-9]+|false|true/#)
            guard let place = places.randomElement(using: &random),
                let piece = pieces.randomElement(using: &random)
            else { continue }
            let changed = Array(text.replacingCharacters(in: place.range, with: piece).utf8)
            guard let value = try? PositionedJSON(parsing: changed) else { continue }
            let isAllowed = try SchemaChecker.allows(MerchantKeys.schema, value)
            let faults = MerchantConfiguration(text: changed).formFaults
            // JSON Schema has no word against a name that stands twice.
            guard !faults.contains(where: { $0.problem.contains("second time") }) else { continue }
            #expect(
                isAllowed == faults.isEmpty,
                "seed \(seed), \(text[place.range]) → \(piece): \(faults.map(\.text))")
            refused += isAllowed ? 0 : 1
        }
        #expect(refused > 50)
    }

    @Test func everyPatternCanBeRead() throws {
        let schema = MerchantKeys.schema.text
        let patterns = schema.matches(of: #/"pattern":"((?:[^"\\]|\\.)*)"/#)
        #expect(patterns.count > 8)
        #expect(!TextRuleProbe.isBroken(MerchantKeys.all))
    }

    private enum TextRuleProbe {
        static func isBroken(_ keys: [ConfigurationKey]) -> Bool {
            keys.contains { isBroken($0.shape) }
        }

        private static func isBroken(_ shape: ConfigurationShape) -> Bool {
            switch shape {
            case .text(let rule): (try? Regex(rule.pattern)) == nil
            case .section(let keys): isBroken(keys)
            case .list(let element, _): isBroken(element)
            case .named(let rule, let element, _):
                (try? Regex(rule.pattern)) == nil || isBroken(element)
            case .whole, .flag, .choice: false
            }
        }
    }
}

/// SplitMix64: a test's seed is the whole of its chance.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
