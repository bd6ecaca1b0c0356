import PayWord
import TollConformance

/// A line to `toll conformance stub`: whatever it is, one line answers it, in JSON, with a reason of
/// the registry where it is refused, and the same again when it is asked again.
enum ConformanceLine {
    /// Low, so that lines beyond it are tried.
    private static let lineBytesMaximum = 7000

    static func run(_ line: [UInt8]) throws {
        var cutter = LineCutter(bytesMaximum: Self.lineBytesMaximum)
        var lines = cutter.append(line)
        if let last = cutter.finish() { lines.append(last) }
        try promise(lines == reference(line), "cut into other lines")
        for line in lines.prefix(4).compactMap(\.self) {
            try OneThread.run { try await answer(line) }
        }
    }

    private static func reference(_ text: [UInt8]) -> [LineCutter.Line] {
        text.split(separator: 0x0a).compactMap { line in
            guard line.count <= lineBytesMaximum else { return .some(nil) }
            let content = line.last == 0x0d ? line.dropLast() : line
            return content.isEmpty ? nil : .some(Array(content))
        }
    }

    private static func answer(_ line: [UInt8]) async throws {
        let stub = ConformanceStub()
        let answer = await stub.answer(line)
        try promise(!answer.utf8.contains(0x0a), "more than one line")
        let read: JSONValue
        do {
            read = try JSONValue(parsing: Array(answer.utf8))
        } catch {
            throw BrokenPromise("an answer that is no JSON: \(error)")
        }
        guard case .bool(let isRight)? = read["ok"], read["id"] != nil else {
            throw BrokenPromise("an answer without id or ok: \(answer)")
        }
        if !isRight {
            guard case .text(let code)? = read["reason"], Reason(code: code) != nil else {
                throw BrokenPromise("refused without a reason: \(answer)")
            }
        }
        let again = await stub.answer(line)
        try promise(again == answer, "answered otherwise when asked again")
    }
}
