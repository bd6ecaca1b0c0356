internal import Foundation
public import PayWord

/// An error answer of the broker's API: a problem of RFC 9457, `application/problem+json`, that
/// carries the protocol's reason.
///
/// ```json
/// {"type": "urn:tollchain:reason:batch-conflict", "title": "the batch id was used for other content",
///  "status": 409, "detail": "…", "reason": "batch-conflict", "number": 32, "retryable": false,
///  "hint": "draw a new batch id for other content"}
/// ```
public struct Problem: Codable, Sendable, Equatable {
    /// The media type of a problem.
    public static let contentType = "application/problem+json"
    /// What the `type` of every problem begins with; the reason's code follows.
    public static let typePrefix = "urn:tollchain:reason:"

    /// The reason as a URI.
    public let type: String
    /// The reason's summary, the same for every problem of this type.
    public let title: String
    /// The HTTP status.
    public let status: Int
    /// What in particular is wrong.
    public let detail: String
    /// The reason's text code.
    public let reason: String
    /// The reason's number.
    public let number: UInt16
    /// Whether the same request, sent again later, may be accepted.
    public let retryable: Bool
    /// What to do next.
    public let hint: String

    /// The problem of a refusal.
    ///
    /// - Parameters:
    ///   - refusal: what was refused and why.
    ///   - status: the HTTP status, if it is not the reason's own.
    ///   - hint: what to do next, if it is not the reason's own.
    public init(_ refusal: Refusal, status: Int? = nil, hint: String? = nil) {
        let reason = refusal.reason
        type = Self.typePrefix + reason.code
        title = reason.summary
        self.status = status ?? reason.httpStatus
        detail = refusal.detail + (refusal.offset.map { " (at byte \($0))" } ?? "")
        self.reason = reason.code
        number = reason.rawValue
        retryable = reason.isRetryable
        self.hint = hint ?? reason.hint
    }

    /// Reads a problem.
    /// - Throws: `malformed` if it is not JSON with these members.
    public init(decoding bytes: [UInt8]) throws(Refusal) {
        do { self = try JSONDecoder().decode(Problem.self, from: Data(bytes)) } catch {
            throw Refusal(.malformed, "not a problem of the broker's API")
        }
    }

    /// The problem as JSON, its members in order of name.
    public var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings, numbers and booleans cannot fail; an empty object says no more than that.
        return (try? Array(encoder.encode(self))) ?? Array("{}".utf8)
    }

    /// The refusal that the problem reports. The broker's own words are escaped and cut, and a
    /// reason that this version does not know becomes `internal`.
    public var refusal: Refusal {
        let words = PrintableText.escape(detail, scalarsMaximum: 400)
        guard let known = Reason(code: reason) else {
            let code = PrintableText.escape(reason, scalarsMaximum: 64)
            return Refusal(.internal, "the broker gave an unknown reason, \(code): \(words)")
        }
        return Refusal(known, words)
    }
}
