import FixtureKit
import PayWord
import Testing

@Test func secretsPrintAsSecretHoweverTheyArePrinted() throws {
    let marker = [UInt8](repeating: 0xab, count: 32)
    let secret = SecretBytes(marker)
    let key = try SigningKey(seed: secret)
    let wallet = try WalletSecret(secret)
    var dumped = ""
    dump((secret, key, wallet), to: &dumped)
    for text in [
        "\(secret)", "\(wallet)", String(reflecting: secret), String(reflecting: wallet),
        String(describing: [secret]), String(reflecting: [wallet]), "\(key)",
        String(reflecting: key), dumped,
    ] {
        #expect(text.contains("secret"), "\(text)")
        #expect(!text.contains("abab"), "\(text)")
        #expect(!text.contains("171"), "\(text)")
    }
    #expect("\(secret)" == "<secret>")
    #expect(Mirror(reflecting: secret).children.isEmpty)
}

@Test func threat42SecretsAreComparedInConstantTime() throws {
    // What can be tested is that the comparison is right wherever the difference lies; that it
    // takes the same time is CRYPTO_memcmp's promise, and that nothing else compares is a rule.
    let bytes = [UInt8](0..<32)
    let secret = SecretBytes(bytes)
    #expect(secret.isEqual(to: SecretBytes(bytes)))
    #expect(!secret.isEqual(to: SecretBytes(bytes.dropLast())))
    #expect(!secret.isEqual(to: SecretBytes([UInt8]())))
    for index in bytes.indices {
        var other = bytes
        other[index] ^= 1
        #expect(!secret.isEqual(to: SecretBytes(other)))
        let (left, right) = (try #require(Payword(bytes)), try #require(Payword(other)))
        #expect(!ConstantTime.areEqual(left, right))
        #expect(ConstantTime.areEqual(left, left))
    }
}

@Test func secretsOfNoBytesAreAllowed() {
    let empty = SecretBytes([UInt8]())
    #expect(empty.count == 0)
    #expect(empty.isEqual(to: SecretBytes([UInt8]())))
}

private struct Failure: Error {}

@Test func fillingThatFailsLeavesNothing() {
    #expect(throws: Failure.self) { try SecretBytes(count: 32) { _ in throw Failure() } }
    #expect(SecretBytes(count: 4) { _ in }.withBytes { Array($0) } == [0, 0, 0, 0])
}

@Test func notesOpenUnderTheirOwnKeyAndAssociatedDataAlone() throws {
    var random = SeededRandom(seed: 1)
    let key = SecretBytes(count: 32, using: &random)
    for length in [0, 1, 16, 484] {
        let plain = random.bytes(length)
        let sealed = try SealedNote.seal(plain, associated: [7], key: key, using: &random)
        #expect(sealed.count == length + SealedNote.overhead)
        #expect(try SealedNote.open(sealed, associated: [7], key: key) == plain)
        let other = SecretBytes(count: 32, using: &random)
        #expect(throws: Refusal(.malformed)) {
            try SealedNote.open(sealed, associated: [7], key: other)
        }
        #expect(throws: Refusal(.malformed)) {
            try SealedNote.open(sealed, associated: [8], key: key)
        }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: Refusal(.malformed)) {
                try SealedNote.open(altered, associated: [7], key: key)
            }
        }
        for count in [0, 12, 27, sealed.count - 1] where count < sealed.count {
            #expect(throws: Refusal(.malformed)) {
                try SealedNote.open(Array(sealed[..<count]), associated: [7], key: key)
            }
        }
    }
}

@Test func sealingTwiceDoesNotGiveTheSame() throws {
    var random = SeededRandom(seed: 2)
    let key = SecretBytes(count: 32, using: &random)
    let first = try SealedNote.seal([1], associated: [], key: key, using: &random)
    #expect(try SealedNote.seal([1], associated: [], key: key, using: &random) != first)
}

@Test func aNoteKeyOfAnotherLengthSealsNothing() {
    var random = SeededRandom(seed: 3)
    for count in [0, 16, 31] {
        let key = SecretBytes(count: count, using: &random)
        #expect(throws: Refusal.self) {
            try SealedNote.seal([1], associated: [], key: key, using: &random)
        }
        #expect(throws: Refusal.self) {
            try SealedNote.open([UInt8](repeating: 0, count: 40), associated: [], key: key)
        }
    }
}
