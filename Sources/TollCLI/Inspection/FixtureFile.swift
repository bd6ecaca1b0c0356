internal import Foundation
internal import PayWord

/// A file of the project's fixtures, as far as inspection needs it: cases by id, each with its bytes.
///
/// ```swift
/// if let file = FixtureFile(bytes) { print(file.ids) }
/// ```
public struct FixtureFile: Sendable {
    /// The cases' ids, in order.
    public let ids: [String]
    private let bytesByID: [String: [UInt8]]
    private let readings: [String: InspectionReading]

    /// Reads JSON with a list of cases that have ids; nil for anything else.
    public init?(_ bytes: [UInt8]) {
        guard bytes.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) == UInt8(ascii: "{"),
            let file = try? JSONDecoder().decode(Content.self, from: Data(bytes))
        else { return nil }
        ids = file.cases.map(\.id)
        bytesByID = file.cases.reduce(into: [:]) { found, entry in
            let hex =
                entry.object ?? entry.frame ?? entry.bytes ?? entry.answer ?? entry.payword
            found[entry.id] = hex.flatMap { Hex.decode($0) }
        }
        readings = file.cases.reduce(into: [:]) { found, entry in
            found[entry.id] = InspectionReading(
                operation: entry.op, kind: entry.kind, tag: entry.tag)
        }
    }

    /// The object, frame, item or payword of a case; nil if there is no such case, or it has none.
    public func bytes(of id: String) -> [UInt8]? { bytesByID[id] }

    /// As what the file has a case's bytes read; nil if there is no such case.
    public func reading(of id: String) -> InspectionReading? { readings[id] }

    private struct Content: Decodable {
        var cases: [Case]
    }

    private struct Case: Decodable {
        var id: String
        var op: String?
        var kind: String?
        var tag: String?
        var object: String?
        var frame: String?
        var bytes: String?
        var answer: String?
        var payword: String?
    }
}
