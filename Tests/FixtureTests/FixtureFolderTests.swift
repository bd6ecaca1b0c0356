import FixtureKit
import Foundation
import PayWord
import Testing
import TollConformance

/// `fixtures/`, found from where this source file is.
private let folderPath = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures").path

extension FixtureFolder {
    /// The fixtures as they lie in the repository, read once for all tests.
    static var ofRepository: FixtureFolder {
        get throws { try read.get() }
    }

    private static let read = Result { try FixtureFolder(at: folderPath) }
}

@Test func fixturesAreWhatTheGeneratorMakes() throws {
    let drift = try FixtureLibrary().drift(in: folderPath)
    #expect(drift.isEmpty, "these differ from what `make fixtures` writes: \(drift)")
}

@Test func generatingTwiceGivesTheSameBytes() throws {
    #expect(try FixtureLibrary().files.map(\.json) == FixtureLibrary().files.map(\.json))
}

@Test func everySubjectIsThere() throws {
    let subjects = Set(try FixtureFolder.ofRepository.files.map(\.subject))
    #expect(
        subjects == [
            "amounts", "cbor", "chains", "frames", "keys", "merkle", "objects", "sessions",
            "settlements", "wallet",
        ])
    for file in try FixtureFolder.ofRepository.files {
        #expect(file.path.hasPrefix(file.subject + "/"))
        #expect(!file.description.isEmpty)
        #expect(!file.cases.isEmpty)
    }
}

@Test func everyCaseHasAnIDOfItsOwnAndADescription() throws {
    let cases = try FixtureFolder.ofRepository.files.flatMap(\.cases)
    #expect(Set(cases.map(\.id)).count == cases.count)
    for item in cases {
        #expect(item.id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(item.id)")
        #expect(!item.description.isEmpty, "\(item.id)")
    }
}

@Test func atLeastHalfOfAllCasesAreRefusals() throws {
    let cases = try FixtureFolder.ofRepository.files.flatMap(\.cases)
    let refusals = cases.filter { $0.reason != nil }
    #expect(cases.count >= 1_500)
    #expect(refusals.count * 2 >= cases.count)
}

@Test func everyRefusalIsMadeFromACaseThatIsAccepted() throws {
    for file in try FixtureFolder.ofRepository.files {
        let accepted = Set(file.cases.filter { $0.reason == nil }.map(\.id))
        for item in file.cases {
            guard let reason = item.reason else { continue }
            #expect(Reason(code: reason) != nil, "\(item.id): \(reason)")
            #expect(accepted.contains(item.base ?? ""), "\(item.id): base \(item.base ?? "")")
        }
    }
}

/// Inputs that are one value together.
private let pairs: [Set<String>] = [
    ["index", "payword"], ["accepted_index", "accepted"], ["public", "signature"],
]

@Test func everyRefusalDiffersFromItsBaseInOneInput() throws {
    for file in try FixtureFolder.ofRepository.files {
        let byID = Dictionary(uniqueKeysWithValues: file.cases.map { ($0.id, $0) })
        for item in file.cases where item.reason != nil {
            let base = try #require(byID[item.base ?? ""])
            let names = Set((item.inputs + base.inputs).map(\.name))
            let changed = names.filter { name in
                item.request[name] != base.request[name]
            }
            #expect(
                changed.count == 1 || pairs.contains(changed),
                "\(item.id) differs from \(base.id) in \(changed.sorted())")
        }
    }
}

@Test func driftNamesTheFilesThatDiffer() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
        path: "tollchain-fixtures-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let library = try FixtureLibrary()
    #expect(library.drift(in: folder.path).count == library.files.count)
    try library.write(to: folder.path)
    #expect(library.drift(in: folder.path).isEmpty)
    let changed = folder.appending(path: "cbor/items.json")
    try Data("{}".utf8).write(to: changed)
    try Data("{}".utf8).write(to: folder.appending(path: "cbor/nobodys.json"))
    #expect(library.drift(in: folder.path) == ["cbor/items.json", "cbor/nobodys.json"])
    try library.write(to: folder.path)
    #expect(library.drift(in: folder.path).isEmpty)
}
