/// Cuts a stream of bytes into lines, and keeps no more of one than it may have.
public struct LineCutter: Sendable {
    /// A line without its end; nil for one that was too long, of which nothing was kept.
    public typealias Line = [UInt8]?

    private let bytesMaximum: Int
    private var partial: [UInt8] = []
    /// Whether the rest of the present line is passed over.
    private var isTooLong = false

    /// A cutter that was handed nothing, of lines of at most `bytesMaximum` bytes.
    public init(bytesMaximum: Int = ConformanceStub.lineBytesMaximum) {
        self.bytesMaximum = bytesMaximum
    }

    /// Takes in the next bytes.
    /// - Returns: the lines that they complete; empty ones are left out.
    public mutating func append(_ bytes: some Collection<UInt8>) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0a) {
            take(rest[..<end])
            if let line = finish() { lines.append(line) }
            rest = rest[rest.index(after: end)...]
        }
        take(rest)
        return lines
    }

    /// The last line, if it has no end.
    public mutating func finish() -> Line? {
        defer {
            partial = []
            isTooLong = false
        }
        if isTooLong { return .some(nil) }
        if partial.last == 0x0d { partial.removeLast() }
        return partial.isEmpty ? nil : .some(partial)
    }

    private mutating func take(_ bytes: some Collection<UInt8>) {
        guard !isTooLong else { return }
        guard partial.count + bytes.count <= bytesMaximum else {
            isTooLong = true
            partial = []
            return
        }
        partial.append(contentsOf: bytes)
    }
}
