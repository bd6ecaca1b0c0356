public import PayWord

/// What inspection found out about some bytes: what they are, each part of them by name, and what
/// is wrong with them, if anything is.
///
/// ```swift
/// let found = Inspector.inspect(bytes)
/// print(found.title)                       // "commitment, a signed object of 372 bytes"
/// for part in found.parts { print(part.name, part.text) }
/// ```
public struct Inspection: Sendable, Equatable {
    /// One named part.
    public struct Part: Sendable, Equatable {
        /// How deep it stands: 0 at the top.
        public let depth: Int
        /// What the specification calls it.
        public let name: String
        /// Its value, for a person.
        public let text: String
        /// What else there is to know of it.
        public let remark: String?

        /// A part; what it holds comes after it, one deeper.
        public init(depth: Int, name: String, text: String, remark: String? = nil) {
            self.depth = depth
            self.name = name
            self.text = text
            self.remark = remark
        }
    }

    /// What the bytes are.
    public var title: String
    /// A stable word for what they are: an object's kind, a message's name, `frame`, `payword`, …
    public var kind: String
    /// The parts, in order.
    public var parts: [Part]
    /// What is wrong; nil if nothing is.
    public var fault: Refusal?
    /// What to do about what is wrong, where the reason's own hint does not say it.
    public var advice: String?
    /// The bytes around the fault, where it has a place.
    public var faultContext: String?
    /// How many messages and objects these bytes stand in.
    let nesting: Int

    init(kind: String, title: String, nesting: Int = 0) {
        self.kind = kind
        self.title = title
        self.nesting = nesting
        parts = []
    }

    mutating func add(
        _ name: String, _ text: String, depth: Int = 0, remark: String? = nil
    ) {
        parts.append(Part(depth: depth, name: name, text: text, remark: remark))
    }

    mutating func fail(_ refusal: Refusal, in bytes: some Collection<UInt8>) {
        fault = refusal
        faultContext = refusal.offset.map { Self.context(of: $0, in: Array(bytes)) }
    }

    /// Up to eight bytes either side of an offset, the one at fault in brackets.
    private static func context(of offset: Int, in bytes: [UInt8]) -> String {
        let from = max(0, offset - 8)
        let to = min(bytes.count, offset + 9)
        guard from < to else { return "the input ends here" }
        var words = (from..<to).map { index in
            let hex = Hex.encode([bytes[index]])
            return index == offset ? "[\(hex)]" : hex
        }
        if offset >= bytes.count { words.append("[end]") }
        return (from > 0 ? "… " : "") + words.joined(separator: " ")
            + (to < bytes.count ? " …" : "")
    }
}
