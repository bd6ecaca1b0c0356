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
    registerGeneration("generate 256 chains at once", length: 256)
    registerGeneration("generate 256 chains of 4,096 at once", length: 4096)
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

/// Many chains in lanes. What a chain costs whatever its length (its key, its tip, a cursor's memory)
/// is about 1.5 µs, which shows in short ones.
private func registerGeneration(_ name: String, length: UInt32) {
    row(name) {
        var generator = SeededGenerator(seed: 2)
        let secret = WalletSecret.generate(using: &generator)
        let length = ChainIndex(length)
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
        let units = 256 * Int(length.value)
        return Sides(
            ours: .init(units: units) { blackHole(secret.cursors(places)) },
            limit: .init(units: units) { blackHole(ChainDescent.walk(descents)) })
    }
}
