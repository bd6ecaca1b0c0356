import PayWord
import TollCLI

/// Assets as a person types them.
enum AssetText {
    /// Where nothing else is said: millionths of a euro.
    static let standard = "EUR/6"

    /// `CODE/SCALE`, such as `EUR/6`.
    static func asset(_ text: String) throws(Refusal) -> Asset {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let scale = UInt8(parts[1]) else {
            throw Refusal(.malformed, "an asset is CODE/SCALE, such as EUR/6, not ‘\(text)’")
        }
        return try Asset(code: String(parts[0]), scale: scale)
    }

    /// The asset to enrol for: the one that was asked for, or the first of the broker's.
    static func counted(
        _ text: String?, by broker: BrokerDescription
    ) throws(CommandError) -> Asset {
        guard let text else { return broker.assets[0] }
        let asset = try typed(text)
        guard broker.assets.contains(asset) else {
            let counted = broker.assets.map { "--asset \($0)" }.joined(separator: " or ")
            throw CommandError(
                Refusal(.wrongAsset, "the broker does not count \(asset)"),
                hint: "ask for what it counts: \(counted)")
        }
        return asset
    }

    /// The asset of a flag.
    static func typed(_ text: String) throws(CommandError) -> Asset {
        do { return try asset(text) } catch {
            throw .typed(error, hint: "EUR/6 counts millionths of a euro, USD/2 cents of a dollar")
        }
    }
}

extension Asset {
    /// An amount that a person typed.
    func typed(_ text: String) throws(CommandError) -> Amount {
        do { return try amount(text) } catch {
            guard error.reason != .amountOverflow else {
                throw .typed(error, hint: "the most is \(textWithCode(.maximum))")
            }
            throw .typed(
                error,
                hint: "write a decimal with a point and at most \(scale) places, such as "
                    + (scale > 1 ? "0.25" : "2"))
        }
    }

    /// An amount that a person typed, and that may not be nothing.
    func typedAboveZero(_ text: String) throws(CommandError) -> Amount {
        // What has a sign is no decimal, and is told what is wrong with the sign.
        let amount = text.hasPrefix("-") ? .zero : try typed(text)
        guard amount > .zero else {
            throw .typed(
                Refusal(.malformed, "‘\(text.prefix(40))’ is not above 0"),
                hint: "an amount or a price is above 0: the least amount is "
                    + "\(self.text(Self.least)) \(code)")
        }
        return amount
    }

    private static let least = (try? Amount(units: 1)) ?? .zero
}
