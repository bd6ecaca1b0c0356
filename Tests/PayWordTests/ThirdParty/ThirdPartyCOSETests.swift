import FixtureKit
import PayWord
import Testing

private struct Example: Decodable {
    struct Input: Decodable {
        struct Sign0: Decodable {
            struct Key: Decodable {
                let x_hex: String?
                let d_hex: String?
            }
            let key: Key
        }
        let sign0: Sign0?
    }
    struct Intermediates: Decodable { let ToBeSign_hex: String? }
    struct Output: Decodable { let cbor: String }
    let input: Input
    let intermediates: Intermediates?
    let output: Output
}

/// Examples of cose-wg/Examples.
@Suite(.enabled(if: ThirdPartyVectors.arePresent, Comment(rawValue: ThirdPartyVectors.skipped)))
struct ThirdPartyCOSETests {
    @Test func theEdDSAExampleVerifiesAndIsSignedAlike() throws {
        let example: Example = try ThirdPartyVectors.decode("cose/eddsa-sig-01.json")
        let key = try #require(example.input.sign0?.key)
        let signing = try SigningKey(
            seed: SecretBytes(try [UInt8](hex: try #require(key.d_hex))))
        #expect(signing.publicKey.hex == key.x_hex)
        let message = try [UInt8](
            hex: try #require(example.intermediates?.ToBeSign_hex))
        let encoded = try [UInt8](hex: example.output.cbor)
        let signature = try #require(Signature(encoded.suffix(64)))
        try Ed25519.verify(signature, over: message, by: signing.publicKey)
        #expect(try signing.sign(message) == signature)
    }

    /// Other algorithms, tags and headers than ours, an unsorted map, and broken objects.
    @Test(arguments: [
        "eddsa-sig-01", "eddsa-01", "signed1-01", "sign-fail-01", "sign-fail-03", "sign-fail-04",
    ])
    func noExampleIsAnObjectOfOurs(_ name: String) throws {
        let example: Example = try ThirdPartyVectors.decode("cose/\(name).json")
        let encoded = try [UInt8](hex: example.output.cbor)
        #expect(throws: Refusal.self) {
            try SignedEnvelope(decoding: encoded[...], bytesMaximum: 16 * 1024)
        }
    }
}
