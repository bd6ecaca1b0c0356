/// The kinds of signed object. The content type in the protected header tells them apart, so that
/// no signature of one can pass for another.
public enum ObjectKind: String, Sendable, CaseIterable, Hashable {
    case commitment
    case certificate
    case reservationRequest = "reservation-request"
    case reservation
    case offer
    case receipt
    case closeRequest = "close-request"
    case close
    case redemption
    case settlement
    case enrolment
    case certificateRequest = "certificate-request"
    case statementRequest = "statement-request"
    case withdrawal
    case faucetRequest = "faucet-request"

    /// The content type: `application/tollchain.commitment+cbor`, and likewise.
    public var contentType: String { "application/tollchain.\(rawValue)+cbor" }

    /// The kind of a content type; nil if it is none of the protocol's.
    public init?(contentType: some StringProtocol) {
        let prefix = "application/tollchain."
        let suffix = "+cbor"
        guard contentType.hasPrefix(prefix), contentType.hasSuffix(suffix) else { return nil }
        self.init(rawValue: String(contentType.dropFirst(prefix.count).dropLast(suffix.count)))
    }
}
