import Foundation
import PayWord
import Testing
import TollCLI

/// `toll inspect` over the project's own fixtures.
struct InspectTests {
    @Test("Each object of the fixtures is explained, and each refused one's fault is named")
    func everyObjectOfTheFixturesIsExplained() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".json") }
        #expect(!files.isEmpty)
        var count = 0
        for file in files {
            let data = try Data(contentsOf: Self.folder.appendingPathComponent(file))
            let fixture = try JSONDecoder().decode(ObjectFixture.self, from: data)
            for entry in fixture.cases {
                guard let hex = entry.bytes else { continue }
                count += 1
                let found = Inspector.inspect(try InspectionInput.decode(hex))
                if entry.expect == "accept" {
                    // With every number as large as it may be, the sums are more than an amount:
                    // whoever is handed the object refuses it for that, though it can be read.
                    let isBeyond = file == "limits.json" && found.fault?.reason == .amountOverflow
                    #expect(found.fault == nil || isBeyond, "\(entry.id)")
                    #expect(found.parts.count > (entry.isObject ? 3 : 0), "\(entry.id)")
                } else {
                    #expect(!found.title.isEmpty)
                }
            }
        }
        #expect(count > 30)
    }

    @Test("A payload without its signature, and an object without its tag, are named as such")
    func whatWasTakenOutOfItsWrappingIsNamed() throws {
        var kinds: Set<String> = []
        for (kind, bytes) in try acceptedObjects() {
            kinds.insert(kind)
            let envelope = try SignedEnvelope(
                decoding: bytes[...], bytesMaximum: Redemption.encodedBytesMaximum)
            let payload = Inspector.inspect(envelope.payloadBytes)
            #expect(payload.kind == "unsigned-payload")
            #expect(payload.title.contains(kind), "\(payload.title)")
            #expect(payload.fault?.detail == "unsigned payload, not a signed object")
            #expect(payload.parts.count > 3)

            let untagged = Inspector.inspect(Array(bytes.dropFirst()))
            #expect(untagged.title.hasPrefix("\(kind) without its tag"))
            #expect(untagged.fault?.reason == .malformed)
        }
        #expect(kinds == Set(ObjectKind.allCases.map(\.rawValue)))
        #expect(Inspector.inspect([0xa1, 0x01, 0x02]).fault == nil, "any other map is just CBOR")
    }

    @Test("A case is judged as what the fixtures have it read", arguments: judged)
    func aCaseIsJudgedAsWhatItSaysItIs(name: String) throws {
        let url = Self.folder.deletingLastPathComponent().appendingPathComponent(name)
        let data = try Data(contentsOf: url)
        let file = try #require(FixtureFile(Array(data)))
        for entry in try JSONDecoder().decode(ObjectFixture.self, from: data).cases {
            guard let bytes = file.bytes(of: entry.id), let reading = file.reading(of: entry.id)
            else { continue }
            let found = Inspector.inspect(bytes, as: reading)
            #expect((found.fault == nil) == (entry.expect == "accept"), "\(entry.id)")
            // A frame's length is judged by whoever reads the stream.
            if let reason = entry.reason, !name.hasPrefix("frames") {
                #expect(found.fault?.reason.code == reason, "\(entry.id)")
            }
        }
    }

    /// Files whose verdicts need nothing but the bytes.
    private static let judged = [
        "objects/answers.json", "objects/limits.json", "cbor/items.json", "frames/messages.json",
    ]

    @Test func aSecretIsNotShown() async throws {
        let folder = try TestFolder()
        _ = try await Program.toll.run(["wallet", "init", "--home", folder.path])
        let path = "\(folder.path)/wallet/wallet.key"
        let secret = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for json in [[], ["--json"]] {
            let found = try await Program.toll.run(["inspect", path] + json)
            #expect(found.output.contains("secret key file"))
            for text in [Hex.encode(secret), Base64URL.encode(secret)] {
                #expect(!(found.output + found.errors).contains(text))
            }
        }
        let payword = "\(folder.path)/payword"
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: payword))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: payword)
        #expect(try await Program.toll.run(["inspect", payword]).output.contains("a payword"))
    }

    @Test func aFixtureIsInspectedByItsCase() async throws {
        let file = Self.folder.appendingPathComponent("commitment.json").path
        let found = try await Program.toll.run(["inspect", file, "--case", "object-commitment"])
        #expect(found.output.contains("the signature holds"))
        let none = try await Program.toll.run(["inspect", file], expecting: 2)
        #expect(none.errors.contains("hint: name one with --case: object-commitment"))
        let other = try await Program.toll.run(
            ["inspect", file, "--case", "nonesuch"], expecting: 4)
        #expect(other.errors.contains("hint: "))
        let bare = try #require(try acceptedObjects().first)
        let payload = try SignedEnvelope(
            decoding: bare.bytes[...], bytesMaximum: Redemption.encodedBytesMaximum
        ).payloadBytes
        let unsigned = try await Program.toll.run(
            ["inspect", Hex.encode(payload)], expecting: 8)
        #expect(unsigned.errors.contains("not a signed object"))
    }

    @Test func theReadmeShowsWhatInspectionFinds() throws {
        let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(
            contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let data = try Data(
            contentsOf: root.appendingPathComponent("fixtures/frames/messages.json"))
        let file = try #require(FixtureFile(Array(data)))
        let found = Inspector.inspect(try #require(file.bytes(of: "frame-small-pay")))
        #expect(
            readme.contains("toll inspect fixtures/frames/messages.json --case frame-small-pay"))
        #expect(readme.contains(found.title))
        for part in found.parts {
            let line = readme.split(separator: "\n").first { line in
                line.trimmingCharacters(in: .whitespaces).hasPrefix(part.name)
                    && (part.text.isEmpty || line.contains(part.text))
            }
            #expect(line != nil, "\(part.name) \(part.text)")
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("fixtures/objects")

    private func acceptedObjects() throws -> [(kind: String, bytes: [UInt8])] {
        var found: [(kind: String, bytes: [UInt8])] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        where file.hasSuffix(".json") {
            let data = try Data(contentsOf: Self.folder.appendingPathComponent(file))
            let fixture = try JSONDecoder().decode(ObjectFixture.self, from: data)
            for entry in fixture.cases where entry.expect == "accept" {
                guard entry.isObject, let hex = entry.bytes, let kind = entry.kind else { continue }
                found.append((kind, try InspectionInput.decode(hex)))
            }
        }
        return found
    }

    private struct ObjectFixture: Decodable {
        struct Case: Decodable {
            var id: String
            var op: String
            var kind: String?
            var bytes: String?
            var expect: String
            var reason: String?

            var isObject: Bool { op == "object.verify" }
        }
        var cases: [Case]
    }
}
