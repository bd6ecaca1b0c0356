import FixtureKit
import PayWord
import Testing

@Test func hexadecimalGoesBothWays() {
    #expect(Hex.encode([0x00, 0x0f, 0xf0, 0xff]) == "000ff0ff")
    #expect(Hex.decode("000FF0ff") == [0x00, 0x0f, 0xf0, 0xff])
    #expect(Hex.decode("") == [])
}

@Test(arguments: ["0", "0g", "0x", " 00", "00 ", "+1", "é0", "００"])
func whatIsNotHexadecimalIsNil(_ text: String) { #expect(Hex.decode(text) == nil) }

@Test func base64URLFollowsTheVectorsOfRFC4648() {
    let vectors = [
        "": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "fooba": "Zm9vYmE",
        "foobar": "Zm9vYmFy",
    ]
    for (plain, text) in vectors {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }
    #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
}

@Test(arguments: ["A", "Zg==", "Zm9+", "Zm9/", "Zm 9", "Zh", "Zm9", "é"])
func whatIsNotBase64URLIsNil(_ text: String) { #expect(Base64URL.decode(text) == nil) }

@Test func base64URLIsTheInverseOfItself() {
    let seed = TestSeed.choose(for: "base64URLIsTheInverseOfItself")
    var random = SeededRandom(seed: seed)
    for length in 0..<200 {
        let bytes = random.bytes(length)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes, "seed \(seed)")
        #expect(Hex.decode(Hex.encode(bytes)) == bytes, "seed \(seed)")
    }
}

@Test func identifiersHaveExactlyTheirLength() {
    #expect(PublicKey([UInt8](repeating: 1, count: 31)) == nil)
    #expect(PublicKey([UInt8](repeating: 1, count: 33)) == nil)
    #expect(PublicKey([UInt8](repeating: 1, count: 32)) != nil)
    #expect(Nonce([UInt8](repeating: 1, count: 32)) == nil)
    #expect(Signature([UInt8](repeating: 1, count: 63)) == nil)
    #expect(Digest(hex: "00") == nil)
    #expect(PublicKey(text: "AA") == nil)
}

@Test func identifiersAreOrderedAsTheirBytesAre() {
    let seed = TestSeed.choose(for: "identifiersAreOrderedAsTheirBytesAre")
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
        let (a, b) = (Signature.random(using: &random), Signature.random(using: &random))
        #expect((a < b) == a.bytes.lexicographicallyPrecedes(b.bytes), "seed \(seed)")
        let (c, d) = (BatchID.random(using: &random), BatchID.random(using: &random))
        #expect((c < d) == c.bytes.lexicographicallyPrecedes(d.bytes), "seed \(seed)")
    }
    let low = Digest([UInt8](repeating: 0, count: 31) + [1])
    let high = Digest([1] + [UInt8](repeating: 0, count: 31))
    #expect((low ?? .zero) < (high ?? .zero))
}

@Test func partiesPrintAsBase64URLAndPaywordsNotAtAll() throws {
    let key = try #require(PublicKey([UInt8](repeating: 0xff, count: 32)))
    #expect(key.description == "__________________________________________8")
    #expect(PublicKey(text: key.description) == key)
    let payword = try #require(Payword([UInt8](repeating: 7, count: 32)))
    #expect("\(payword)" == "<payword>")
    #expect(
        "\(PaywordClaim(ordinal: Ordinal.all(count: 1)[0], index: .zero, payword: payword))"
            .contains("<payword>"))
}
