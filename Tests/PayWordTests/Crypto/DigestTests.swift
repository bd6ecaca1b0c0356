import FixtureKit
import Testing

@testable import PayWord

@Test func sha256FollowsTheVectorsOfFIPS180() {
    #expect(
        SHA256.digest([]).hex
            == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
        SHA256.digest(Array("abc".utf8)).hex
            == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
        SHA256.digest([UInt8](repeating: 0x61, count: 1_000_000)).hex
            == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
}

@Test func partsAreDigestedOneAfterAnother() {
    #expect(SHA256.digest([1], [2, 3], [], [4]) == SHA256.digest([1, 2, 3, 4]))
    #expect(SHA256.digest([[1, 2], [3]]) == SHA256.digest([1, 2, 3]))
}

@Test func hmacFollowsTheVectorsOfRFC4231() {
    func code(key: [UInt8], _ label: StaticString, _ data: [UInt8] = []) -> String {
        HMACSHA256(key: SecretBytes(key)).derive(label, data).withBytes { Array($0) }.hex
    }
    // Cases 1, 2, 6 and 7, with the label as the message or its beginning. The key of the last two
    // is longer than a block.
    #expect(
        code(key: [UInt8](repeating: 0x0b, count: 20), "Hi There")
            == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
        code(key: Array("Jefe".utf8), "what do ya want ", Array("for nothing?".utf8))
            == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let long = [UInt8](repeating: 0xaa, count: 131)
    #expect(
        code(key: long, "Test Using Larger Than Block-Size Key - Hash Key First")
            == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    #expect(
        code(
            key: long,
            """
            This is a test using a larger than block-size key and a larger than block-size data. \
            The key needs to be hashed before being used by the HMAC algorithm.
            """)
            == "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2")
}

@Test func hmacOfKeysAroundABlockIsThatOfTheDefinition() {
    for count in [0, 1, 63, 64, 65, 128] {
        let key = (0..<count).map { UInt8($0) }
        var block = count > 64 ? SHA256.digest(key).bytes : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = SHA256.digest(block.map { $0 ^ 0x36 }, Array("label".utf8), [7])
        let outer = SHA256.digest(block.map { $0 ^ 0x5c }, inner.bytes)
        let hmac = HMACSHA256(key: SecretBytes(key))
        for _ in 0..<2 {
            #expect(hmac.derive("label", [7]).withBytes { Array($0) } == outer.bytes)
        }
    }
}
