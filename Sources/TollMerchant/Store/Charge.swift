public import PayWord

/// A charge or a refund that bears a reference. A reference is unique in its channel for each kind.
public struct Charge: Sendable, Equatable {
    /// What the amount did.
    public enum Kind: UInt64, Sendable, CaseIterable {
        /// It raised spent.
        case charge = 1
        /// It lowered spent.
        case refund = 2
    }

    /// Whether the amount was charged or given back.
    public let kind: Kind
    /// The idempotency key of 1 to 64 bytes that it bears.
    public let reference: [UInt8]
    /// How many units; a repeat must name the same.
    public let amount: Amount

    /// A charge or a refund as a store keeps it.
    public init(kind: Kind, reference: [UInt8], amount: Amount) {
        self.kind = kind
        self.reference = reference
        self.amount = amount
    }

    /// Checks that another use of the reference means the same.
    /// - Throws: `reference-conflict`.
    public func checkSame(_ amount: Amount) throws(Refusal) {
        guard amount == self.amount else {
            throw Refusal(
                .referenceConflict,
                "the reference was used for \(self.amount) units, and now for \(amount)")
        }
    }
}
