/// One case of the test vectors: a request, and what must be answered.
public struct Fixture: Sendable {
    /// The members of a case that are no inputs.
    private static let expectations: Set<String> = [
        "id", "description", "expect", "reason", "base", "result", "fault", "offset",
    ]

    /// Unique among all cases.
    public let id: String
    /// What the case shows; of a refusal, its one fault.
    public let description: String
    /// The folder that it is in.
    public let subject: String
    /// The operation.
    public let operation: String
    /// The inputs, the operation among them.
    public let inputs: [JSONValue.Member]
    /// The code of the reason of a refusal; nil where the case is accepted.
    public let reason: String?
    /// The id of the accepted case that a refused one was made from.
    public let base: String?
    /// What must come out; an answer may have more.
    public let result: [JSONValue.Member]
    /// Where the fault is, in bytes of the input, if that is told.
    public let offset: JSONValue?

    /// Reads a case of a file of `subject`.
    /// - Throws: ``FixtureFault`` if it is none.
    public init(_ value: JSONValue, subject: String) throws(FixtureFault) {
        self.subject = subject
        guard case .object(let members) = value, let id = value["id"]?.asText else {
            throw FixtureFault("a case without an id")
        }
        self.id = id
        guard let description = value["description"]?.asText else {
            throw FixtureFault("\(id): no description")
        }
        self.description = description
        guard let operation = value["op"]?.asText else { throw FixtureFault("\(id): no op") }
        self.operation = operation
        inputs = members.filter { !Self.expectations.contains($0.name) }
        switch value["expect"]?.asText {
        case "accept": (reason, base) = (nil, nil)
        case "refuse":
            guard let reason = value["reason"]?.asText, let base = value["base"]?.asText else {
                throw FixtureFault("\(id): a refusal without reason or base")
            }
            (self.reason, self.base) = (reason, base)
        default: throw FixtureFault("\(id): expects neither accept nor refuse")
        }
        switch value["result"] {
        case nil: result = []
        case .object(let members)?: result = members
        default: throw FixtureFault("\(id): a result that is no object")
        }
        offset = value["offset"]
    }

    /// The request that the case is.
    public var request: JSONValue { .object([.init("id", .text(id))] + inputs) }
}

/// Why a folder of fixtures cannot be used.
public struct FixtureFault: Error, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String

    /// A fault of a folder of fixtures.
    public init(_ description: String) { self.description = description }
}
