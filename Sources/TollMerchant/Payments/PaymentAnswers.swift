public import PayWord
internal import PeerProtocol

/// What became of each payment of a batch, in the order of the batch.
///
/// Nearly all payments are right, so what they made of their channels stands in flat memory, and
/// refusals stand apart.
///
/// ```swift
/// let answers = await merchant.pay([first, second])
/// let credit = try answers[1].get().credit
/// ```
public struct PaymentAnswers: RandomAccessCollection, Sendable {
    private var outcomes: [PaymentOutcome]
    /// By place; the outcome at the place of a refusal means nothing.
    private var refusals: [Int: Refusal] = [:]

    /// Answers to so many payments, each to be set.
    init(count: Int) {
        let none = PaymentOutcome(
            amounts: ChannelAmounts(accepted: .zero, spent: .zero), payments: 0,
            wasCounted: false)
        outcomes = Array(repeating: none, count: count)
    }

    /// The place of the first payment, 0.
    public var startIndex: Int { 0 }
    /// The place behind the last payment.
    public var endIndex: Int { outcomes.count }

    /// What became of the payment at a place, or why it was refused and changed nothing.
    public subscript(place: Int) -> Result<PaymentOutcome, Refusal> {
        if !refusals.isEmpty, let refusal = refusals[place] { return .failure(refusal) }
        return .success(outcomes[place])
    }

    mutating func set(_ outcome: PaymentOutcome, at place: Int) {
        outcomes[place] = outcome
        if !refusals.isEmpty { refusals[place] = nil }
    }

    mutating func refuse(_ refusal: Refusal, at place: Int) { refusals[place] = refusal }
}
