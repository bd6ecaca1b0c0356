public import PayWord

/// A payment that the wallet's owner, or a program on its behalf, wants to make.
///
/// ```swift
/// let intent = PaymentIntent(amount: price, memo: "weather, Tuesday", resource: "/weather")
/// ```
public struct PaymentIntent: Sendable, Equatable {
    /// The longest memo, in bytes.
    public static let memoBytesMaximum = 1024
    /// The longest reference, in bytes.
    public static let referenceBytesMaximum = 64

    /// What is charged; at least one unit.
    public var amount: Amount
    /// An idempotency key of 1 to 64 bytes: a payment that bears one is made once, however often it
    /// is asked for.
    public var reference: [UInt8]?
    /// The owner's own words, which stay in the wallet.
    public var memo: String?
    /// What is paid for.
    public var resource: String?
    /// How many units of the resource; with an offer, the amount must be their price.
    public var units: UInt64?
    /// The merchant's offer that the amount is held against. Without one, the offer that the channel
    /// was opened with, where it is for the same resource.
    public var offer: Verified<Offer>?

    /// A payment to make.
    public init(
        amount: Amount, reference: [UInt8]? = nil, memo: String? = nil,
        resource: String? = nil, units: UInt64? = nil, offer: Verified<Offer>? = nil
    ) {
        self.amount = amount
        self.reference = reference
        self.memo = memo
        self.resource = resource
        self.units = units
        self.offer = offer
    }

    func checkShape() throws(Refusal) {
        guard amount > .zero else {
            throw Refusal(.malformed, "a payment is of at least one unit")
        }
        if let reference, !(1...Self.referenceBytesMaximum).contains(reference.count) {
            throw Refusal(
                .malformed, "a reference has 1 to \(Self.referenceBytesMaximum) bytes")
        }
        for text in [memo, resource].compactMap(\.self) {
            guard text.utf8.count <= Self.memoBytesMaximum else {
                throw Refusal(.tooLarge, "a memo has at most \(Self.memoBytesMaximum) bytes")
            }
            // SQL engines end a text there.
            guard !text.utf8.contains(0) else {
                throw Refusal(.malformed, "a memo has no NUL character")
            }
        }
    }
}

/// What became of an intent.
public enum PaymentOutcome: Sendable, Equatable {
    /// The merchant has it on disk.
    case acknowledged(AcknowledgedState)
    /// The merchant refused it: nothing is charged. Its paywords are credit on the channel.
    case refused(Refusal)
    /// It was sent, and the connection was lost before its answer, or the merchant's store failed and
    /// does not know: connecting again finds out, and sends it again if need be.
    case unanswered
    /// It never left the wallet.
    case notSent(Refusal)

    /// Whether the merchant has it on disk.
    public var isAcknowledged: Bool {
        if case .acknowledged = self { true } else { false }
    }

    /// Why it was refused or not sent.
    public var refusal: Refusal? {
        switch self {
        case .refused(let refusal), .notSent(let refusal): refusal
        case .acknowledged, .unanswered: nil
        }
    }
}

/// What the wallet learned when it opened a channel on a connection.
public struct ResumeReport: Sendable, Equatable {
    /// What the merchant has accepted.
    public let accepted: Amount
    /// What of it is spent.
    public let spent: Amount
    /// How many payments were sent again.
    public let resent: Int
    /// How many payments whose answers were lost turned out to be counted.
    public let counted: Int
    /// How many payments whose answers were lost were not charged, and are credit.
    public let refused: Int
    /// Whether the merchant showed valid paywords that this wallet's record lacked.
    public let isAdopted: Bool
    /// What was charged again because the merchant had restored an older state.
    public let repaired: Amount
}
