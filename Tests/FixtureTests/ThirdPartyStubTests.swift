import FixtureKit
import Foundation
import Testing
import TollConformance

/// Vectors of other projects through the stub's door.
@Suite(.enabled(if: ThirdPartyVectors.arePresent, Comment(rawValue: ThirdPartyVectors.skipped)))
struct ThirdPartyStubTests {
    private func read(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: try ThirdPartyVectors.read(name))
    }

    private func ask(_ operation: String, _ inputs: [(String, JSONValue)]) async throws
        -> JSONValue
    {
        let members =
            [("id", JSONValue.integer(1)), ("op", .text(operation))] + inputs
        let request = JSONValue.object(members.map { .init($0.0, $0.1) })
        let answer = await ConformanceStub().answer(Array(request.line.utf8))
        return try JSONValue(parsing: Array(answer.utf8))
    }

    private func isAccepted(_ answer: JSONValue) -> Bool { answer["ok"] == .bool(true) }

    @Test func wycheproof() async throws {
        var count = 0
        for group in try read("ed25519/wycheproof_ed25519_test.json")["testGroups"]?.asList ?? [] {
            let key = group["publicKey"]?["pk"] ?? .null
            for test in group["tests"]?.asList ?? [] {
                count += 1
                let answer = try await ask(
                    "ed25519.verify",
                    [
                        ("public", key), ("message", test["msg"] ?? .null),
                        ("signature", test["sig"] ?? .null),
                    ])
                #expect(isAccepted(answer) == (test["result"] == "valid"), "\(test.line)")
            }
        }
        #expect(count == 151)
    }

    @Test func speccheck() async throws {
        let cases = try read("ed25519/speccheck_cases.json").asList ?? []
        #expect(cases.count == 12)
        for (number, test) in cases.enumerated() {
            let answer = try await ask(
                "ed25519.verify",
                [
                    ("public", test["pub_key"] ?? .null), ("message", test["message"] ?? .null),
                    ("signature", test["signature"] ?? .null),
                ])
            #expect(isAccepted(answer) == (number == 3), "case \(number): \(answer.line)")
        }
    }

    @Test(arguments: [
        ("cbor/cborwg_bad.json", 47), ("cbor/rfc8949_appendix_f1_not_well_formed.json", 94),
    ])
    func cborThatIsNotWellFormed(file: String, count: Int) async throws {
        let inputs = try read(file).hexTexts
        #expect(inputs.count == count)
        for input in inputs {
            let answer = try await ask("cbor.decode", [("bytes", .text(input))])
            #expect(!isAccepted(answer), "\(input)")
        }
    }

    @Test func cborThatIsWellFormed() async throws {
        let vectors = try read("cbor/cborwg_good.json").asList ?? []
        #expect(vectors.count == 88)
        var accepted = 0
        for vector in vectors {
            let answer = try await ask("cbor.decode", [("bytes", vector["hex"] ?? .null)])
            guard isAccepted(answer) else { continue }
            accepted += 1
            #expect(answer["result"]?["bytes"] == vector["hex"])
            #expect(vector["roundtrip"] != .bool(false), "\(vector.line)")
        }
        #expect(accepted == 12)
    }

    @Test func coseSignatures() async throws {
        let right = try read("cose/eddsa-sig-01.json")
        let toBeSigned = right.first("ToBeSign_hex") ?? .null
        let seed = right.first("d_hex") ?? .null
        let answer = try await ask(
            "ed25519.sign", [("seed", seed), ("message", toBeSigned)])
        let signature = try #require(answer["result"]?["signature"]?.asText)
        let whole = try #require(right["output"]?["cbor"]?.asText)
        #expect(whole.lowercased().hasSuffix(signature))
        let verified = try await ask(
            "ed25519.verify",
            [
                ("public", answer["result"]?["public"] ?? .null), ("message", toBeSigned),
                ("signature", .text(signature)),
            ])
        #expect(isAccepted(verified))
        for name in [
            "eddsa-01", "eddsa-sig-01", "signed1-01", "sign-fail-01", "sign-fail-03",
            "sign-fail-04",
        ] {
            let bytes = try read("cose/\(name).json")["output"]?["cbor"] ?? .null
            let answer = try await ask(
                "object.verify", [("kind", "offer"), ("bytes", bytes)])
            #expect(!isAccepted(answer), "\(name)")
        }
    }

    @Test func merkleRoots() async throws {
        let constants = try read("merkle/rfc6962_constants.json")
        let leaves = constants["leafInputs"]?.asList ?? []
        let roots = constants["rootHashesBySize"]?.asList ?? []
        #expect(roots.count == 9)
        for (size, root) in roots.enumerated() {
            let answer = try await ask(
                "merkle.root", [("leaves", .list(Array(leaves.prefix(size))))])
            #expect(answer["result"]?["root"] == root, "\(size) leaves")
        }
    }

    /// Of 196 proofs, 12 are right by their files. One of those has roots of 12 bytes, which are no
    /// hashes: this project refuses it, as the vectors' README says that it should.
    @Test func merkleProofsAreToldApart() async throws {
        var accepted = 0
        var wrong = 0
        var withShortRoots: [String] = []
        for (file, operation) in [
            ("merkle/inclusion.json", "merkle.inclusion"),
            ("merkle/consistency.json", "merkle.consistency"),
        ] {
            for test in try read(file).asList ?? [] {
                let answer = try await ask(operation, test.merkleInputs)
                if test["wantErr"] == .bool(true) {
                    wrong += 1
                    #expect(!isAccepted(answer), "\(test.line)")
                } else if isAccepted(answer) {
                    accepted += 1
                } else {
                    withShortRoots.append(test["desc"]?.asText ?? "")
                    #expect(answer["reason"] == "malformed")
                    #expect(answer["detail"]?.asText?.contains("has not 32 bytes") == true)
                    #expect(test.merkleInputs.first { $0.0 == "root1" }?.1.asText?.count == 24)
                }
            }
        }
        #expect(accepted == 11)
        #expect(withShortRoots == ["sizes are equal (one) and proof is empty"])
        #expect(wrong == 184)
    }
}

extension JSONValue {
    /// The hexadecimal of every vector of a list, whatever its member is called.
    fileprivate var hexTexts: [String] {
        (asList ?? self["cases"]?.asList ?? []).compactMap { item in
            item.asText ?? item["hex"]?.asText ?? item["encoded_hex"]?.asText
        }
    }

    /// The first member of that name at any depth.
    fileprivate func first(_ name: String) -> JSONValue? {
        switch self {
        case .object(let members):
            return self[name] ?? members.lazy.compactMap { $0.value.first(name) }.first
        case .list(let values): return values.lazy.compactMap { $0.first(name) }.first
        default: return nil
        }
    }

    /// Base64, or null for nothing, as hexadecimal.
    private var hexOfBase64: JSONValue {
        guard let text = asText, let data = Data(base64Encoded: text) else { return .text("") }
        return .text(Array(data).hex)
    }

    fileprivate var merkleInputs: [(String, JSONValue)] {
        let proof = JSONValue.list((self["proof"]?.asList ?? []).map(\.hexOfBase64))
        if self["leafIdx"] != nil {
            return [
                ("leaf_hash", (self["leafHash"] ?? .null).hexOfBase64),
                ("index", self["leafIdx"] ?? .null), ("size", self["treeSize"] ?? .null),
                ("proof", proof), ("root", (self["root"] ?? .null).hexOfBase64),
            ]
        }
        return [
            ("size1", self["size1"] ?? .null), ("size2", self["size2"] ?? .null),
            ("root1", (self["root1"] ?? .null).hexOfBase64),
            ("root2", (self["root2"] ?? .null).hexOfBase64), ("proof", proof),
        ]
    }
}
