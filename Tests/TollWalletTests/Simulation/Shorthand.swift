import PayWord
import TollWallet

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
