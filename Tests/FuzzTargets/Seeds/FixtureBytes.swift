import Foundation
import PayWord

/// The byte strings of the fixtures, found by what they begin with or how their folder is named, so
/// that a case of any shape is of use.
struct FixtureBytes {
    private(set) var items: [(bytes: [UInt8], isTagged: Bool)] = []
    private(set) var objects: [(kind: ObjectKind, bytes: [UInt8])] = []
    private(set) var frames: [[UInt8]] = []
    /// What one side receives in a session, one after another.
    private(set) var transcripts: [[UInt8]] = []
    private(set) var redemptions: [[UInt8]] = []
    private(set) var answers: [[UInt8]] = []
    /// Each case as a request to the conformance stub, in a line.
    private(set) var requests: [[UInt8]] = []

    init(folder: String) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        where path.hasSuffix(".json") {
            let data = try Data(contentsOf: URL(filePath: folder).appending(path: path))
            guard let file = try JSONSerialization.jsonObject(with: data) as? [String: Any],
                let cases = file["cases"] as? [[String: Any]]
            else { continue }
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            for fields in cases { try add(fields, path: path, name: name) }
        }
    }

    /// What of a case is no input.
    private static let outcome: Set = [
        "description", "expect", "reason", "base", "result", "fault", "offset",
    ]

    private mutating func add(_ fields: [String: Any], path: String, name: String) throws {
        let request = fields.filter { !Self.outcome.contains($0.key) }
        requests.append(
            Array(try JSONSerialization.data(withJSONObject: request, options: .sortedKeys)))
        func bytes(_ key: String) -> [UInt8]? { (fields[key] as? String).flatMap(Hex.decode) }
        if path.hasPrefix("cbor/"), let item = bytes("bytes") {
            items.append((item, fields["tag"] as? String != "none"))
        }
        if path.hasPrefix("objects/"), let kind = ObjectKind(rawValue: name),
            let object = bytes("bytes") ?? bytes("object")
        {
            objects.append((kind, object))
            if kind == .redemption { redemptions.append(object) }
        }
        if let frame = bytes("frame") { frames.append(frame) }
        if let redemption = bytes("redemption") { redemptions.append(redemption) }
        if let answer = bytes("answer") { answers.append(answer) }
        if let steps = fields["steps"] as? [[String: Any]] {
            transcripts.append(
                steps.flatMap { step in
                    (step["receive"] as? String).flatMap(Hex.decode) ?? []
                })
        }
    }
}
