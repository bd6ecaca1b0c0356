import Foundation
import FuzzTargets
import Testing

/// Every input that fuzzing kept, and every crash that it found, once more without the fuzzer.
@Test(arguments: FuzzTarget.allCases)
func everyInputOfTheCorpusKeepsThePromises(target: FuzzTarget) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz/corpus/\(target.rawValue)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(!names.isEmpty)
    for name in names {
        let input = Array(try Data(contentsOf: folder.appending(path: name)))
        #expect(throws: Never.self, "\(target.rawValue)/\(name)") { try target.run(input) }
    }
}

/// The fixtures themselves, in the form that each target reads: a new fixture is tried at once.
@Test(arguments: FuzzTarget.allCases)
func theFixturesKeepThePromises(target: FuzzTarget) throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")
    for (number, seed) in try target.seeds(fixtures: fixtures.path).enumerated() {
        #expect(throws: Never.self, "\(target.rawValue): seed \(number)") { try target.run(seed) }
    }
}
