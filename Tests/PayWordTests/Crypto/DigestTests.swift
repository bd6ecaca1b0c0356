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
    // Cases 1 and 2, with the label as the message.
    let first = HMACSHA256.derive(
        SecretBytes([UInt8](repeating: 0x0b, count: 20)), "Hi There")
    #expect(
        first.withBytes { Array($0) }.hex
            == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let second = HMACSHA256.derive(
        SecretBytes(Array("Jefe".utf8)), "what do ya want ", Array("for nothing?".utf8))
    #expect(
        second.withBytes { Array($0) }.hex
            == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
}
