import Benchmark
import PayWord
import Scenes
import StoreConformance

/// Making a chain and going through it, as a payer does, by the interface that wallets call.
func registerChainRows() {
    row("generate a chain") {
        var generator = SeededGenerator(seed: 2)
        let secret = WalletSecret.generate(using: &generator)
        let context = ChainContext.random(using: &generator)
        let ordinal = Ordinal.all(count: 1)[0]
        let length = ChainIndex(1 << 14)
        let key = ChainKey(context: context, ordinal: ordinal)
        let tip = ChainPosition(
            index: length, payword: secret.tip(context: context, ordinal: ordinal))
        return Sides(
            ours: .init(units: 1 << 14) {
                let cursor = secret.cursor(context: context, ordinal: ordinal, length: length)
                blackHole(cursor)
            },
            limit: .init(units: 1 << 14) { blackHole(key.walk(from: tip, steps: length.value)) })
    }
    // Of 4,096 paywords each: what a chain costs whatever its length (its key, its tip, a cursor's
    // memory) is 1.5 µs, as much as 80 steps in lanes.
    row("generate 256 chains at once") {
        var generator = SeededGenerator(seed: 2)
        let secret = WalletSecret.generate(using: &generator)
        let length = ChainIndex(4096)
        let places = (0..<256).map { _ in
            CommittedPlace(
                context: .random(using: &generator), ordinal: Ordinal.all(count: 1)[0],
                length: length)
        }
        let descents = places.map { place in
            ChainDescent(
                key: ChainKey(context: place.context, ordinal: place.ordinal),
                from: ChainPosition(index: length, payword: .random(using: &generator)),
                steps: length.value)
        }
        return Sides(
            ours: .init(units: 256 * 4096) { blackHole(secret.cursors(places)) },
            limit: .init(units: 256 * 4096) { blackHole(ChainDescent.walk(descents)) })
    }
    countRow("paywords held to go through a chain of 2^20", maximum: 20) {
        var cursor = InProcess.cursor(length: 1 << 20)
        var held = cursor.heldCount
        for index in 1...UInt32(1 << 20) {
            _ = cursor.advance(to: ChainIndex(index))
            held = max(held, cursor.heldCount)
        }
        return Double(held)
    }
}
