public import PayWord

/// The payments of one channel that go into one transaction.
public struct ChannelAdvance: Sendable {
    /// The channel, by its commitment's 16-byte id.
    public let id: CommitmentID
    /// The accepted indexes that the first payment was judged against.
    public let base: [ChainIndex]
    /// The payments, in the order in which they came.
    public let payments: [JudgedPayment]

    /// An advance; `base` has one index for each chain, by ordinal.
    public init(id: CommitmentID, base: [ChainIndex], payments: [JudgedPayment]) {
        self.id = id
        self.base = base
        self.payments = payments
    }
}

/// What the store made of an advance.
public enum AdvanceOutcome: Sendable {
    /// Each payment was counted, found counted, or refused; the channel stands at `state`.
    case applied([Result<PaymentOutcome, Refusal>], state: ChannelState)
    /// The channel stands elsewhere than it was judged at, and nothing was changed: judge again.
    case moved(ChannelState)
    /// There is no such channel.
    case unknown
}

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

extension ChannelAdvance {
    /// Counts the payments on `state`, which the caller has locked: the one place where an advance
    /// is decided, called by every engine.
    ///
    /// - Parameters:
    ///   - state: the channel as it stands on disk.
    ///   - find: looks a charge up by its reference, among those on disk.
    ///   - add: writes a charge, which `find` finds from then on.
    /// - Returns: what to answer, and the state to write if it was applied.
    /// - Throws: what `find` and `add` throw; the caller then rolls back.
    public func apply(
        to state: ChannelState, find: (_ reference: [UInt8]) throws -> Charge?,
        add: (Charge) throws -> Void
    ) rethrows -> AdvanceOutcome {
        guard state.indexes == base else { return .moved(state) }
        var state = state
        var results: [Result<PaymentOutcome, Refusal>] = []
        results.reserveCapacity(payments.count)
        for payment in payments {
            if let reference = payment.reference, let charge = try find(reference) {
                results.append(charge.answer(payment, state))
                continue
            }
            do throws(Refusal) {
                let wasCounted = try state.count(payment)
                results.append(
                    .success(PaymentOutcome(status: state.status, wasCounted: wasCounted)))
            } catch {
                results.append(.failure(error))
                continue
            }
            if let reference = payment.reference, results.last?.isCounted == true {
                try add(Charge(kind: .charge, reference: reference, amount: payment.amount))
            }
        }
        return .applied(results, state: state)
    }
}

extension Charge {
    /// What a payment with a used reference gets: the charge stands, and nothing changes, whichever
    /// paywords it carries.
    fileprivate func answer(
        _ payment: JudgedPayment, _ state: ChannelState
    ) -> Result<PaymentOutcome, Refusal> {
        do throws(Refusal) {
            try checkSame(payment.amount)
            return .success(PaymentOutcome(status: state.status, wasCounted: false))
        } catch {
            return .failure(error)
        }
    }
}

extension Result<PaymentOutcome, Refusal> {
    fileprivate var isCounted: Bool { (try? get())?.wasCounted ?? false }
}
