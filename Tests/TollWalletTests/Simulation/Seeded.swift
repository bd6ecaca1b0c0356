import PayWord
import TollWallet

/// A generator that a seed repeats (SplitMix64).
struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

let start = Timestamp(1_800_000_000)

func euro() throws -> Asset { try Asset(code: "EUR", scale: 6) }

func units(_ units: UInt64) throws -> Amount { try Amount(units: units) }

func key(_ byte: UInt8) throws -> SigningKey {
    try SigningKey(seed: SecretBytes([UInt8](repeating: byte, count: 32)))
}

func secret(_ byte: UInt8 = 42) throws -> WalletSecret {
    try WalletSecret(SecretBytes([UInt8](repeating: byte, count: 32)))
}

/// Chains of a denomination and a length each.
func plan(_ chains: (UInt64, UInt32)...) throws -> ChainPlan {
    try ChainPlan(
        chains: chains.map {
            ChainPlan.Chain(denomination: try units($0.0), length: ChainIndex($0.1))
        })
}
