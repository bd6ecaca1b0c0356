import FixtureKit
import PayWord
import Testing

/// A signature for which the equation holds and R is the point of order 1: whoever has the private
/// key makes one with S = k · a, without a nonce. OpenSSL alone accepts it.
@Test func threat10APointOfSmallOrderIsBadSignatureThoughTheEquationHolds() throws {
    let key = try #require(
        PublicKey(hex: "cd38e739ce38ad3c718839bfc4afad729a1b628d79ab7714d9b8cecf9e0eb84c"))
    let signature = try #require(
        Signature(
            hex: "0100000000000000000000000000000000000000000000000000000000000000"
                + "9e27211c12ce711c246c922d9c45cc10ca771a1bfe592045280f111144319a0d"))
    #expect(!key.isWeak)
    #expect(throws: Refusal(.badSignature)) {
        try Ed25519.verify(signature, over: Array("tollchain".utf8), by: key)
    }
}
