internal import Foundation

/// The test vectors of a folder, read as any implementer would read them.
///
/// ```swift
/// for file in try FixtureFolder(at: "fixtures").files { print(file.path, file.cases.count) }
/// ```
public struct FixtureFolder: Sendable {
    /// One file.
    public struct File: Sendable {
        /// The path within the folder.
        public let path: String
        /// The folder that it is in.
        public let subject: String
        /// What its cases share.
        public let description: String
        /// Its cases, in their order.
        public let cases: [Fixture]
        /// The whole file, as it was read.
        public let value: JSONValue
    }

    /// All files, in order of path.
    public let files: [File]

    /// Reads every `SUBJECT/NAME.json` below `folder`.
    /// - Throws: ``FixtureFault`` if there is none, or one is no file of fixtures.
    public init(at folder: String) throws(FixtureFault) {
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        // What lies at the top, such as the schema, describes fixtures and is none.
        let paths = found.filter { $0.hasSuffix(".json") && $0.contains("/") }.sorted()
        guard !paths.isEmpty else { throw FixtureFault("no fixtures are in \(folder)") }
        var files: [File] = []
        for path in paths {
            files.append(try Self.read(path, in: folder))
        }
        self.files = files
    }

    /// All cases.
    public var cases: [Fixture] { files.flatMap(\.cases) }

    private static func read(_ path: String, in folder: String) throws(FixtureFault) -> File {
        guard let data = try? Data(contentsOf: URL(filePath: folder).appending(path: path)) else {
            throw FixtureFault("\(path) cannot be read")
        }
        let value: JSONValue
        do { value = try JSONValue(parsing: Array(data)) } catch {
            throw FixtureFault("\(path), byte \(error.offset): \(error)")
        }
        guard let subject = value["subject"]?.asText,
            let description = value["description"]?.asText, let list = value["cases"]?.asList
        else { throw FixtureFault("\(path) is no file of fixtures") }
        var cases: [Fixture] = []
        for item in list {
            do { cases.append(try Fixture(item, subject: subject)) } catch {
                throw FixtureFault("\(path): \(error)")
            }
        }
        return File(
            path: path, subject: subject, description: description, cases: cases, value: value)
    }
}
