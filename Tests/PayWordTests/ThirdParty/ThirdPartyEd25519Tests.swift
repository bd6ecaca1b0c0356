import FixtureKit
import PayWord
import Testing

private struct Wycheproof: Decodable {
    struct Group: Decodable {
        struct Key: Decodable { let pk: String }
        let publicKey: Key
        let tests: [Vector]
    }
    struct Vector: Decodable {
        let tcId: Int
        let msg: String
        let sig: String
        let result: String
    }
    let testGroups: [Group]
}

private struct SpecCheck: Decodable {
    let message: String
    let pub_key: String
    let signature: String
}

private func accepts(_ key: String, _ message: String, _ signature: String) throws -> Bool {
    let message = try [UInt8](hex: message)
    // A key or a signature of another length cannot be written down as one.
    guard let key = PublicKey(hex: key), let signature = Signature(hex: signature) else {
        return false
    }
    do {
        try Ed25519.verify(signature, over: message, by: key)
        return true
    } catch {
        #expect(error == Refusal(.badSignature) || error == Refusal(.weakKey))
        return false
    }
}

@Suite(.enabled(if: ThirdPartyVectors.arePresent, Comment(rawValue: ThirdPartyVectors.skipped)))
struct ThirdPartyEd25519Tests {
    /// C2SP/wycheproof.
    @Test func everyResultOfWycheproofIsOurs() throws {
        let file: Wycheproof = try ThirdPartyVectors.decode("ed25519/wycheproof_ed25519_test.json")
        var count = 0
        for group in file.testGroups {
            for vector in group.tests {
                let accepted = try accepts(group.publicKey.pk, vector.msg, vector.sig)
                #expect(accepted == (vector.result == "valid"), "tcId \(vector.tcId)")
                count += 1
            }
        }
        #expect(count == 151)
    }

    /// novifinancial/ed25519-speccheck: the cases on which implementations differ.
    @Test func speccheckCase3AloneIsAccepted() throws {
        let cases: [SpecCheck] = try ThirdPartyVectors.decode("ed25519/speccheck_cases.json")
        #expect(cases.count == 12)
        for (number, vector) in cases.enumerated() {
            let accepted = try accepts(vector.pub_key, vector.message, vector.signature)
            #expect(accepted == (number == 3), "case \(number)")
        }
    }
}
