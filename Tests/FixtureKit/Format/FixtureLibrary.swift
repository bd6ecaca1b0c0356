internal import Foundation

/// All fixtures, made anew.
public struct FixtureLibrary: Sendable {
    public let files: [FixtureFile]

    /// Makes every file. The same code makes the same bytes.
    public init() throws {
        let samples = try Samples()
        files =
            [try cborFixtures()] + (try chainFixtures(samples)) + (try objectFixtures(samples))
            + (try frameFixtures(samples)) + (try sessionFixtures(samples))
            + (try amountFixtures()) + (try settlementFixtures(samples))
            + (try keyFixtures(samples)) + merkleFixtures() + (try redemptionFixtures(samples))
            + (try walletFixtures(samples)) + [try payerFixtures(samples)]
    }

    /// Writes the files under `folder`, and removes JSON files there that no generator makes.
    public func write(to folder: String) throws {
        let root = URL(filePath: folder)
        for file in files {
            let place = root.appending(path: file.path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.json.utf8).write(to: place)
        }
        for path in Self.jsonFiles(in: folder) where !files.contains(where: { $0.path == path }) {
            try FileManager.default.removeItem(at: root.appending(path: path))
        }
    }

    /// The paths of files under `folder` that are not what the generator makes: changed, missing,
    /// or made by nobody.
    public func drift(in folder: String) -> [String] {
        let root = URL(filePath: folder)
        let changed = files.filter { file in
            let there = try? Data(contentsOf: root.appending(path: file.path))
            return there != Data(file.json.utf8)
        }
        let extra = Self.jsonFiles(in: folder).filter { path in
            !files.contains { $0.path == path }
        }
        return (changed.map(\.path) + extra).sorted()
    }

    /// The paths of all JSON files in the subjects' folders; what lies above them, such as the
    /// schema, is written by hand.
    public static func jsonFiles(in folder: String) -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return paths.filter { $0.hasSuffix(".json") && $0.contains("/") }.sorted()
    }
}
