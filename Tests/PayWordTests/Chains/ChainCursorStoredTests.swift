import FixtureKit
import Testing

@testable import PayWord

private func bytes(_ secret: SecretBytes) -> [UInt8] { secret.withBytes { Array($0) } }

@Test func aStateIsReadBackAtEveryIndex() throws {
    var random = SeededRandom(seed: 51)
    for length: UInt32 in Array(1...40) + [64, 100, 128] {
        let chain = WholeChain(length: length, random: &random)
        var cursor = ChainCursor(key: chain.key, tip: chain.tip)
        for index in 0...length {
            #expect(cursor.advance(to: ChainIndex(index)) == chain.paywords[Int(index)])
            let stored = cursor.stored
            #expect(stored.count == 41 + 32 * (cursor.heldCount + 1))
            var read = try ChainCursor(key: chain.key, stored: stored)
            #expect(read.length == cursor.length)
            #expect(read.revealed == cursor.revealed)
            #expect(bytes(read.stored) == bytes(stored))
            // It goes on as the cursor would: by one unit, then to the end.
            for next in Set([min(index + 1, length), length]).sorted() {
                #expect(read.advance(to: ChainIndex(next)) == chain.paywords[Int(next)])
            }
        }
    }
}

@Test func theStateHasTheFormThatIsDocumented() throws {
    let key = ChainKey.zero
    let tip = ChainPosition(index: ChainIndex(4), payword: .zero)
    let cursor = ChainCursor(key: key, tip: tip, revealed: ChainIndex(1))
    let at = { (index: UInt32) in
        key.payword(at: ChainIndex(index), from: tip)?.bytes ?? []
    }
    let body = [1, 0, 0, 0, 4, 0, 0, 0, 1] + at(4) + at(2) + at(1)
    let tag = HMACSHA256(key: SecretBytes(body)).derive("tollchain/1 cursor", key.bytes)
    #expect(bytes(cursor.stored) == body + bytes(tag))
}

@Test func aDamagedStateIsRefused() throws {
    var random = SeededRandom(seed: 52)
    let chain = WholeChain(length: 12, random: &random)
    let cursor = ChainCursor(key: chain.key, tip: chain.tip, revealed: ChainIndex(3))
    let whole = bytes(cursor.stored)
    for place in whole.indices {
        for bit in [0, 3, 7] {
            var damaged = whole
            damaged[place] ^= 1 << bit
            #expect(throws: Refusal(.malformed)) {
                try ChainCursor(key: chain.key, stored: SecretBytes(damaged))
            }
        }
    }
    for count in 0..<whole.count {
        #expect(throws: Refusal(.malformed)) {
            try ChainCursor(key: chain.key, stored: SecretBytes(whole[..<count]))
        }
    }
    for extra in [1, 32] {
        #expect(throws: Refusal(.malformed)) {
            try ChainCursor(
                key: chain.key,
                stored: SecretBytes(whole + [UInt8](repeating: 0, count: extra)))
        }
    }
    #expect(throws: Refusal(.malformed)) {
        try ChainCursor(key: .random(using: &random), stored: cursor.stored)
    }
}

@Test func anyBytesAreAStateOrRefused() {
    var random = SeededRandom(seed: 53)
    for _ in 0..<2_000 {
        var noise = random.bytes(Int.random(in: 0...300, using: &random))
        // Mostly past the first check.
        if !noise.isEmpty { noise[0] = 1 }
        if noise.count > 8 { noise.replaceSubrange(1..<4, with: [0, 0, 0]) }
        #expect(throws: Refusal(.malformed)) {
            try ChainCursor(key: .zero, stored: SecretBytes(noise))
        }
    }
}
