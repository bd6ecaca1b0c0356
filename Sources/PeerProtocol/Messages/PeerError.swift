public import PayWord

/// A refusal on the wire: `[12, handle or null, sequence or null, reason number, retryable, text]`.
///
/// With a handle and a sequence it refuses one payment; with a handle alone the open, close or
/// receipt that waits there; with neither the oldest unanswered quote, or, if there is none, the
/// connection.
///
/// ```swift
/// let error = PeerError(Refusal(.staleIndex), handle: handle, sequence: 7)
/// error.reason        // .staleIndex
/// error.retryable     // true
/// ```
public struct PeerError: Hashable, Sendable {
    /// The longest text, in bytes.
    public static let textBytesMaximum = 256

    /// The channel that it is about.
    public var handle: Handle?
    /// The payment that it refuses.
    public var sequence: UInt32?
    /// The number of the reason in the registry, which a newer peer may have more of.
    public var reasonNumber: UInt64
    /// Whether the same thing may be accepted later.
    public var retryable: Bool
    /// What in particular is wrong, for a person.
    public var text: String

    /// An error; a text that is too long is cut.
    public init(
        handle: Handle? = nil, sequence: UInt32? = nil, reasonNumber: UInt64, retryable: Bool,
        text: String
    ) {
        self.handle = handle
        self.sequence = sequence
        self.reasonNumber = reasonNumber
        self.retryable = retryable
        self.text = Self.cut(text)
    }

    /// The error that tells a peer of `refusal`.
    public init(_ refusal: Refusal, handle: Handle? = nil, sequence: UInt32? = nil) {
        self.init(
            handle: handle, sequence: sequence, reasonNumber: UInt64(refusal.reason.rawValue),
            retryable: refusal.reason.isRetryable, text: refusal.detail)
    }

    /// The reason; nil for a number that this version does not know.
    public var reason: Reason? {
        UInt16(exactly: reasonNumber).flatMap(Reason.init(rawValue:))
    }

    /// What the peer refuses, as this side's error. Its text is the peer's: control characters are
    /// replaced, so that it can be shown. A number that is not known here is `internal`.
    public var refusal: Refusal {
        let shown = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.isPrintable ? $0 : "\u{fffd}" }))
        guard let reason else {
            return Refusal(.internal, "the peer gave reason number \(reasonNumber): \(shown)")
        }
        return Refusal(reason, shown.isEmpty ? nil : shown)
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > textBytesMaximum else { return text }
        var bytes = 0
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix { scalar in
                    bytes += UTF8.width(scalar)
                    return bytes <= textBytesMaximum
                }))
    }
}

extension Unicode.Scalar.Properties {
    /// Neither a control nor a character that changes how others are laid out.
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        default: true
        }
    }
}
