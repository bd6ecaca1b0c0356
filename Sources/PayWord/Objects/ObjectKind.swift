/// The kinds of signed object. The content type in the protected header tells them apart, so that
/// no signature of one can pass for another.
public enum ObjectKind: String, Sendable, CaseIterable, Hashable {
    /// A payer's promise to a merchant: ``Commitment``.
    case commitment
    /// A broker's statement about a key: ``Certificate``.
    case certificate
    /// An account's request to fund a commitment: ``ReservationRequest``.
    case reservationRequest = "reservation-request"
    /// A broker's statement that a commitment is funded: ``Reservation``.
    case reservation
    /// A merchant's price: ``Offer``.
    case offer
    /// A merchant's statement of what a channel has paid: ``Receipt``.
    case receipt
    /// A payer's wish to end a channel: ``CloseRequest``.
    case closeRequest = "close-request"
    /// A merchant's promise to redeem no further: ``Close``.
    case close
    /// A merchant's batch of claims: ``Redemption``.
    case redemption
    /// A broker's answer to a batch: ``Settlement``.
    case settlement
    /// A party's request for an account, or to be enrolled as a merchant: ``Enrolment``.
    case enrolment
    /// An account's request for a credit certificate: ``CertificateRequest``.
    case certificateRequest = "certificate-request"
    /// An account's request for its balances: ``StatementRequest``.
    case statementRequest = "statement-request"
    /// An account's request to be paid out: ``Withdrawal``.
    case withdrawal
    /// An account's request for play money: ``FaucetRequest``.
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
