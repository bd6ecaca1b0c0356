import Foundation
import Logging
import TollCLI

/// Writes one JSON object a line to standard error, for a collector of logs. A stranger's text stays
/// a value: it can end no line and forge no field.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .notice

    private static let sink = TextSink.standardError(environment: [:])

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        var members: [JSONText.Member] = [
            .init("time", .text(Date().formatted(.iso8601))),
            .init("level", .text(event.level.rawValue)), .init("source", .text(event.source)),
            .init("message", .text("\(event.message)")),
        ]
        // What a caller names like one of ours stands beside it, under another name.
        let taken = Set(members.map(\.name))
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            members.append(.init(taken.contains(name) ? "meta_\(name)" : name, .text("\(value)")))
        }
        Self.sink.writeLine(JSONText.object(members).text)
    }
}
