internal import PayWord

/// Turns amounts into frames: which chains advance to where, in how many payments.
///
/// It is a value that moves along a batch: each planned payment changes what the next one starts
/// from, as if all before it were accepted.
struct PaymentPlanner: Sendable {
    /// How many frames one payment may take before it is refused as too long a jump.
    static let framesMaximum = 1024

    /// What one frame carries. A payment's last frame carries its amount, those before it none.
    struct Frame: Sendable, Equatable {
        var marks: [ChainMark]
        var amount: Amount
    }

    let chains: [CommittedChain]
    /// The longest jump that the merchant walks.
    let jumpMaximum: UInt32
    /// What the merchant has accepted once all that was planned is accepted.
    private(set) var shown: [ChainIndex]
    /// What the wallet has revealed once all that was planned is revealed.
    private(set) var revealed: [ChainIndex]
    /// What was charged, or is under way.
    private(set) var charged: Amount

    init(
        chains: [CommittedChain], jumpMaximum: UInt32, shown: [ChainIndex],
        revealed: [ChainIndex], charged: Amount
    ) {
        self.chains = chains
        self.jumpMaximum = max(1, jumpMaximum)
        self.shown = shown
        self.revealed = revealed
        self.charged = charged
    }

    /// What is revealed and not charged.
    var credit: Amount {
        get throws(Refusal) { try worth(revealed).subtractingOrZero(charged) }
    }

    /// Plans the payment of `amount`. Chains of which the merchant has not accepted all that was
    /// revealed are shown again, so that a payword once revealed always counts.
    /// - Throws: `insufficient-funds`, `jump-too-long`, `amount-overflow`; nothing is planned then.
    mutating func plan(_ amount: Amount) throws(Refusal) -> [Frame] {
        let choice = try AdvanceChooser.choose(
            chains: zip(chains, revealed).map {
                AdvanceChooser.Chain(
                    denomination: $0.denomination, length: $0.length, revealed: $1)
            }, credit: credit, amount: amount)
        let total = try charged.adding(amount)
        let frames = try frames(to: choice.indexes, amount: amount)
        revealed = choice.indexes
        shown = choice.indexes
        charged = total
        return frames
    }

    /// Plans a payment that was revealed before: its own marks, where the merchant lacks them.
    mutating func repeating(_ marks: [ChainMark], amount: Amount) throws(Refusal) -> [Frame] {
        var target = shown
        for mark in marks where mark.ordinal.position < target.count {
            target[mark.ordinal.position] = max(target[mark.ordinal.position], mark.index)
        }
        let frames = try frames(to: target, amount: amount)
        shown = target
        return frames
    }

    private func frames(
        to target: [ChainIndex], amount: Amount
    ) throws(Refusal) -> [Frame] {
        var frames: [Frame] = []
        var at = shown
        while true {
            var marks: [ChainMark] = []
            var isLast = true
            for (ordinal, index) in zip(Ordinal.all(count: target.count), target) {
                let position = ordinal.position
                let steps = index.steps(downTo: at[position])
                guard steps > 0 else { continue }
                let taken = min(steps, jumpMaximum)
                if taken < steps { isLast = false }
                at[position] = ChainIndex(at[position].value + taken)
                marks.append(ChainMark(ordinal: ordinal, index: at[position]))
            }
            frames.append(Frame(marks: marks, amount: isLast ? amount : .zero))
            if isLast { return frames }
            guard frames.count < Self.framesMaximum else {
                throw Refusal(
                    .jumpTooLong,
                    "more than \(Self.framesMaximum) payments of \(jumpMaximum) steps")
            }
        }
    }

    /// What chains at these indexes are worth.
    func worth(_ indexes: [ChainIndex]) throws(Refusal) -> Amount {
        var total = Amount.zero
        for (chain, index) in zip(chains, indexes) {
            total = try total.adding(
                chain.denomination.multiplied(by: UInt64(index.value)))
        }
        return total
    }
}
