/// What a channel is used for: what its chains are worth, and what its payments look like.
package enum ChannelKind: Sendable, CaseIterable {
    /// Idle for the whole run; it was opened, and may pay one day.
    case idle
    /// One unit at a time, as for a stream that is metered.
    case stream
    /// Small calls of different price.
    case calls
    /// Purchases, small and large, each with a reference.
    case shop

    /// The kind of an active channel by its place: five streams, three of calls, two of purchases.
    package static func active(_ place: Int) -> ChannelKind {
        [.stream, .calls, .stream, .shop, .stream, .calls, .stream, .calls, .shop, .stream][
            place % 10]
    }

    /// What one payword of each chain is worth: a digit to the base 16 each.
    package var denominations: [UInt64] {
        switch self {
        case .idle, .stream: [1]
        case .calls: [1, 16]
        case .shop: [1, 16, 256, 4096]
        }
    }

    /// Whether its payments bear a reference.
    package var hasReferences: Bool { self == .shop }

    /// What a payment spends.
    package func amount(using random: inout some RandomNumberGenerator) -> UInt64 {
        switch self {
        case .idle, .stream: 1
        case .calls: HeavyTail.amount(bits: 8, using: &random)
        case .shop: HeavyTail.amount(bits: 16, using: &random)
        }
    }

    /// How long its chains must be for so many payments, with a third to spare. A digit to the base
    /// 16 of an amount with a heavy tail is 3.0 on average for the first chain, and a sixteenth of
    /// that for each that follows.
    package func lengths(payments: UInt64) -> [UInt32] {
        switch self {
        case .idle: [256]
        case .stream: [UInt32(clamping: 64 + payments + payments / 8)]
        case .calls, .shop:
            denominations.map { UInt32(clamping: 256 + (4 * payments + $0 - 1) / $0) }
        }
    }
}

/// Amounts of which few are most of the money: half as many reach each doubling of the amount
/// (Pareto's law with the exponent 1), in whole numbers alone.
package enum HeavyTail {
    /// An amount from 1 to 2^bits − 1.
    package static func amount(
        bits: Int, using random: inout some RandomNumberGenerator
    ) -> UInt64 {
        let octave = min(random.next().trailingZeroBitCount, bits - 1)
        let least: UInt64 = 1 << UInt64(octave)
        return least + random.next() & (least - 1)
    }
}
