import Foundation
import Testing
import TollCLI

/// `toll inspect` over the project's own fixtures.
struct InspectTests {
    @Test("Each object of the fixtures is explained, and each refused one's fault is named")
    func everyObjectOfTheFixturesIsExplained() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("fixtures/objects")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }
        #expect(!files.isEmpty)
        var count = 0
        for file in files {
            let data = try Data(contentsOf: folder.appendingPathComponent(file))
            let fixture = try JSONDecoder().decode(ObjectFixture.self, from: data)
            for entry in fixture.cases {
                guard let hex = entry.object ?? entry.bytes else { continue }
                count += 1
                let found = Inspector.inspect(try InspectionInput.decode(hex))
                if entry.expect == "accept" {
                    #expect(found.fault == nil, "\(entry.id)")
                    #expect(found.parts.count > 3, "\(entry.id)")
                } else {
                    #expect(!found.title.isEmpty)
                }
            }
        }
        #expect(count > 30)
    }

    private struct ObjectFixture: Decodable {
        struct Case: Decodable {
            var id: String
            var bytes: String?
            var object: String?
            var expect: String
        }
        var cases: [Case]
    }
}
