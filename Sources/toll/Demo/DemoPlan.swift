import PayWord

/// What the demo's wallet buys: the same for the same seed, so a wallet that was killed goes on where
/// it stood, and the audit knows what should have been paid.
struct DemoPlan {
    /// What one payword of each chain is worth, in units of the asset.
    static let denominations: [UInt64] = [1, 10]

    /// The prices of each channel's payments, in order.
    let prices: [[UInt64]]

    /// A plan of `payments` over `channels`, one after another in turn.
    init(payments: Int, channels: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var prices = [[UInt64]](repeating: [], count: channels)
        for payment in 0..<payments {
            prices[payment % channels].append(Self.price(using: &generator))
        }
        self.prices = prices
    }

    /// Mostly a few units or a few tens, which one chain pays alone; one in five needs both.
    private static func price(using generator: inout SeededGenerator) -> UInt64 {
        switch UInt64.random(in: 0..<10, using: &generator) {
        case 0..<5: .random(in: 1...9, using: &generator)
        case 5..<8: 10 * .random(in: 1...9, using: &generator)
        default: .random(in: 11...99, using: &generator)
        }
    }

    /// How many paywords of each denomination the payments of a channel take together.
    func lengths(channel: Int) -> [UInt32] {
        let units = prices[channel].reduce(into: (ones: UInt32(0), tens: UInt32(0))) {
            $0.ones += UInt32($1 % 10)
            $0.tens += UInt32($1 / 10)
        }
        return [max(units.ones, 1), max(units.tens, 1)]
    }

    /// What all payments cost together.
    var total: UInt64 { prices.reduce(0) { $0 + $1.reduce(0, +) } }
}
