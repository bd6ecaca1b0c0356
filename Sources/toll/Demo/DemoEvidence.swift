import Foundation

/// What a merchant keeps of a settlement for others to check: the redemption as it was sent, and the
/// answer as it came, two files a batch.
struct DemoEvidence {
    let redemption: [UInt8]
    let answer: [UInt8]

    /// The batches of a folder.
    static func batches(in folder: String) throws -> [DemoEvidence] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try names.filter { $0.hasSuffix(".redemption") }.map { name in
            let stem = name.dropLast(".redemption".count)
            return DemoEvidence(
                redemption: Array(
                    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))),
                answer: Array(
                    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(stem).settlement"))))
        }
    }
}
