internal import PayWord

/// What the log lines of one piece of work share, on both sides of a connection: W3C Trace Context,
/// section 3.2 (<https://www.w3.org/TR/trace-context/>), whose two ids OpenTelemetry's collectors know
/// as `trace_id` and `span_id`. It says nothing of who asks, and decides nothing.
struct TraceParent: Equatable {
    /// 16 bytes in lower-case hexadecimal, not all zero.
    let traceID: String
    /// 8 bytes in lower-case hexadecimal, not all zero: the request within the trace.
    let spanID: String

    /// A trace of its own, or a request in one that is known by `id`: of a redemption, its batch, so
    /// that a batch is found in both parties' logs by one search.
    init(of id: BatchID? = nil) {
        var random = SystemRandomNumberGenerator()
        traceID = (id ?? BatchID.random(using: &random)).hex
        spanID = String(BatchID.random(using: &random).hex.prefix(Self.spanDigits))
    }

    /// Reads a header of version 00; nil for anything else.
    init?(header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00", Self.isID(parts[1], Self.traceDigits),
            Self.isID(parts[2], Self.spanDigits), Self.isHex(parts[3], 2)
        else { return nil }
        traceID = String(parts[1])
        spanID = String(parts[2])
    }

    /// The header's name, in lower case.
    static let headerName = "traceparent"

    /// The header's value: not sampled, since nobody here records spans.
    var header: String { "00-\(traceID)-\(spanID)-00" }

    private static let traceDigits = 32
    private static let spanDigits = 16

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isID(_ text: Substring, _ count: Int) -> Bool {
        isHex(text, count) && text.utf8.contains { $0 != 0x30 }
    }
}
