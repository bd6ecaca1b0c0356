import FixtureKit
import Testing

@testable import PayWord

@Test func manyCursorsAreThoseThatWouldBeMadeAlone() {
    var random = SeededRandom(seed: 54)
    for count in [0, 1, 2, 17, 40] {
        let starts = (0..<count).map { _ in
            let length = UInt32.random(in: 1...300, using: &random)
            return ChainCursor.Start(
                key: .random(using: &random),
                tip: ChainPosition(
                    index: ChainIndex(length), payword: .random(using: &random)),
                revealed: ChainIndex(UInt32.random(in: 0...length + 1, using: &random)))
        }
        var cursors = ChainCursor.many(starts)
        #expect(cursors.count == count)
        for (number, start) in starts.enumerated() {
            let alone = ChainCursor(key: start.key, tip: start.tip, revealed: start.revealed)
            #expect(cursors[number].stored.isEqual(to: alone.stored))
            #expect(cursors[number].advance(to: start.tip.index) == start.tip.payword)
        }
    }
}

@Test func aWalkStoresWhatStandsAtItsStops() {
    var random = SeededRandom(seed: 55)
    for length: UInt32 in [0, 1, 2, 40] {
        let chain = WholeChain(length: length, random: &random)
        // A stop may be the start itself, and may come twice.
        let stops = [length, length, length / 2, length / 3, 0]
        let paywords = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 32 * stops.count, alignment: 16)
        defer { paywords.deallocate() }
        chain.tip.payword.withBytes { paywords.copyMemory(from: $0) }
        guard let start = paywords.baseAddress else { continue }
        let walk = StoringWalk(key: chain.key, index: length, stops: stops, paywords: start)
        StoringWalk.run([walk])
        for (number, index) in stops.enumerated() {
            let found = Payword(paywords[32 * number..<32 * number + 32])
            #expect(found == chain.paywords[Int(index)], "length \(length), stop \(number)")
        }
    }
}

@Test func aWalletsCursorsAreThoseOfItsChainsOneByOne() throws {
    var random = SeededRandom(seed: 56)
    let secret = WalletSecret.generate(using: &random)
    var places: [CommittedPlace] = []
    for _ in 0..<3 {
        let context = ChainContext.random(using: &random)
        for ordinal in Ordinal.all(count: 3) {
            let length = ChainIndex(UInt32.random(in: 1...99, using: &random))
            places.append(
                CommittedPlace(
                    context: context, ordinal: ordinal, length: length,
                    revealed: ChainIndex(length.value / 2)))
        }
    }
    let cursors = secret.cursors(places)
    #expect(cursors.count == places.count)
    for (cursor, place) in zip(cursors, places) {
        let alone = secret.cursor(
            context: place.context, ordinal: place.ordinal, length: place.length,
            revealed: place.revealed)
        #expect(cursor.stored.isEqual(to: alone.stored))
    }
}
