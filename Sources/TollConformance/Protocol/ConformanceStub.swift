internal import PayWord

/// Answers requests of the conformance protocol, one JSON object a line, by this implementation's own
/// decoders, verifiers and state machines. `spec/13-conformance.md` says what goes in and comes out.
///
/// It keeps nothing from one request to the next, never traps, and bounds the work of each.
///
/// ```swift
/// let stub = ConformanceStub()
/// await stub.answer(Array(#"{"id":1,"op":"cbor.decode","bytes":"8101"}"#.utf8))
/// // {"id":1,"ok":true,"result":{"bytes":"8101","diagnostic":"[1]"}}
/// ```
public struct ConformanceStub: Sendable {
    /// The longest line, in bytes.
    public static let lineBytesMaximum = 32 * 1024 * 1024

    typealias Operation = @Sendable (Inputs) async throws(Refusal) -> Outcome

    /// All operations by name.
    private let operations: [String: Operation]

    /// A stub with every operation.
    public init() {
        operations = Self.primitives.merging(Self.protocols) { first, _ in first }
    }

    /// The names of all operations, in order.
    public var operationNames: [String] { operations.keys.sorted() }

    /// Answers one line, without its line end.
    public func answer(_ line: [UInt8]) async -> String {
        guard line.count <= Self.lineBytesMaximum else {
            return Self.answer(
                .null, Refusal(.tooLarge, "a line has at most \(Self.lineBytesMaximum) bytes"))
        }
        do throws(JSONFault) {
            return await answer(to: try JSONValue(parsing: line)).line
        } catch {
            return Self.answer(
                .null, Refusal(.malformed, "no JSON object: \(error)", at: error.offset))
        }
    }

    /// The answer to a line that is too long to be taken in.
    public static var answerToTooLongLine: String {
        answer(.null, Refusal(.tooLarge, "a line has at most \(lineBytesMaximum) bytes"))
    }

    /// Answers one request.
    public func answer(to request: JSONValue) async -> JSONValue {
        let id = request["id"] ?? .null
        do throws(Refusal) {
            return Self.answer(id, try await outcome(of: request))
        } catch { return Self.answer(id, Outcome(refusedFor: error)) }
    }

    private func outcome(of request: JSONValue) async throws(Refusal) -> Outcome {
        guard case .object = request else {
            throw Refusal(.malformed, "a request is a JSON object")
        }
        let inputs = Inputs(request)
        let name = try inputs.text("op")
        guard let operation = operations[name] else {
            throw Refusal(.malformed, "no operation \(PrintableText.escape(name))")
        }
        return try await operation(inputs)
    }

    private static func answer(_ id: JSONValue, _ outcome: Outcome) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", id), .init("ok", .bool(outcome.refusal == nil)),
        ]
        if let refusal = outcome.refusal {
            members.append(.init("reason", .reason(refusal.reason)))
            members.append(.init("detail", .text(refusal.detail)))
            if let offset = refusal.offset { members.append(.init("offset", .count(offset))) }
        }
        if let result = outcome.result { members.append(.init("result", result)) }
        return .object(members)
    }

    private static func answer(_ id: JSONValue, _ refusal: Refusal) -> String {
        answer(id, Outcome(refusedFor: refusal)).line
    }
}
