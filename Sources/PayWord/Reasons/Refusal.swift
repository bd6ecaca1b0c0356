public import DeterministicCBOR

/// The error of every part of Tollchain: a reason of the registry, what in particular is wrong, and
/// where.
///
/// Equality looks at the reason alone, so that a test or a caller can match on what is stable. The
/// detail never carries a secret: no key, no wallet secret, no payword.
///
/// ```swift
/// do { _ = try Amount(units: .max) } catch { print(error.reason.code) }  // amount-overflow
/// ```
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable reason.
    public let reason: Reason
    /// What in particular is wrong, for a person.
    public let detail: String
    /// The offset of the byte at fault, where the input was bytes.
    public let offset: Int?

    /// A refusal for `reason`; the detail defaults to the registry's summary.
    public init(_ reason: Reason, _ detail: String? = nil, at offset: Int? = nil) {
        self.reason = reason
        self.detail = detail ?? reason.summary
        self.offset = offset
    }

    /// A CBOR fault as the protocol names it.
    /// `not-canonical` for well-formed CBOR outside the profile, `malformed` for everything else;
    /// `what` stands before the detail.
    public init(_ fault: CBORFault, in what: String? = nil) {
        let place = what.map { "\($0): " } ?? ""
        self.init(
            fault.isNotCanonical ? .notCanonical : .malformed, place + fault.code.explanation,
            at: fault.offset)
    }

    /// Whether both have the same reason; detail and offset are not compared.
    public static func == (left: Refusal, right: Refusal) -> Bool { left.reason == right.reason }

    /// The code, the detail and the offset if there is one: `malformed: … (at byte 12)`.
    public var description: String {
        let place = offset.map { " (at byte \($0))" } ?? ""
        return "\(reason.code): \(detail)\(place)"
    }
}

/// Runs CBOR reading and turns its faults into refusals.
/// - Throws: `not-canonical` for well-formed CBOR outside the profile, `malformed` for everything
///   else; `what` stands before the detail.
@inlinable
public func refusing<Value>(
    _ what: String? = nil, _ body: () throws(CBORFault) -> Value
) throws(Refusal) -> Value {
    do { return try body() } catch { throw Refusal(error, in: what) }
}
