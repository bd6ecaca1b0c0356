import DeterministicCBOR
import FixtureKit
import Testing

private struct Vector: Decodable {
    let hex: String
    let description: String?
    /// False where the encoding is well-formed but not the preferred one.
    let roundtrip: Bool?
}

/// Vectors of cbor-wg/cbor-test-vectors and of RFC 8949, appendix F.
@Suite(.enabled(if: ThirdPartyVectors.arePresent, Comment(rawValue: ThirdPartyVectors.skipped)))
struct ThirdPartyCBORTests {
    @Test func workingGroupsBadVectorsAreRefused() throws {
        let vectors: [Vector] = try ThirdPartyVectors.decode("cbor/cborwg_bad.json")
        #expect(vectors.count == 47)
        for vector in vectors {
            let bytes = try [UInt8](hex: vector.hex)
            #expect(throws: CBORFault.self, "\(vector.hex)") {
                try CBORValue(decoding: bytes, tag: .optional)
            }
        }
    }

    @Test func workingGroupsGoodVectorsAreWrittenBackAlikeOrRefusedByTheProfile() throws {
        let vectors: [Vector] = try ThirdPartyVectors.decode("cbor/cborwg_good.json")
        var accepted = 0
        for vector in vectors {
            let bytes = try [UInt8](hex: vector.hex)
            do {
                let value = try CBORValue(decoding: bytes, tag: .optional)
                #expect(value.encoded == bytes, "\(vector.hex)")
                #expect(vector.roundtrip != false, "\(vector.hex) is not deterministic")
                accepted += 1
            } catch {
                // All are well-formed, so only the profile can refuse them.
                #expect(
                    error.isNotCanonical || error.code == .nestedTooDeeply,
                    "\(vector.hex): \(error)")
            }
        }
        // Nine integers and three texts; the rest are floats, tags, or not deterministic.
        #expect(accepted == 12)
    }

    @Test func appendixFIsRefused() throws {
        let vectors: [Vector] = try ThirdPartyVectors.decode(
            "cbor/rfc8949_appendix_f1_not_well_formed.json")
        #expect(vectors.count == 94)
        for vector in vectors {
            let bytes = try [UInt8](hex: vector.hex)
            #expect(throws: CBORFault.self, "\(vector.hex)") {
                try CBORValue(decoding: bytes, tag: .optional)
            }
        }
    }
}
