import PayWord
import TollConformance

/// A line to `toll conformance stub`: whatever it is, one line answers it, in JSON, with a reason of
/// the registry where it is refused, and the same again when it is asked again.
enum ConformanceLine {
    static func run(_ line: [UInt8]) throws {
        let pieces = Array(
            line.split(separator: 0x0a, maxSplits: 4, omittingEmptySubsequences: true))
        var cutter = LineCutter(bytesMaximum: 8192)
        var lines = cutter.append(line)
        if let last = cutter.finish() { lines.append(last) }
        try promise(lines.count >= min(pieces.count, 1) || line.contains(0x0d), "a line is lost")
        for line in lines.prefix(4).compactMap(\.self) {
            try OneThread.run { try await answer(line) }
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
            guard case .text(let code)? = read["reason"], let reason = Reason(code: code) else {
                throw BrokenPromise("refused without a reason: \(answer)")
            }
            try promise(reason != .internal || line.contains(0x22), "\(answer)")
        }
        let again = await stub.answer(line)
        try promise(again == answer, "answered otherwise when asked again")
    }
}
