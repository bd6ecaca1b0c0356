import Foundation
import TollCLI

extension LoadReport {
    /// Writes the report for a script, for a person and as pictures into a folder.
    package func write(to folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let files = [
            ("report.json", json.prettyText + "\n"),
            ("report.txt", lines().joined(separator: "\n") + "\n"),
            ("latency.svg", latencyChart.svg), ("run.svg", runChart.svg),
        ]
        for (name, text) in files {
            try Data(text.utf8).write(
                to: URL(fileURLWithPath: folder).appendingPathComponent(name))
        }
    }
}
