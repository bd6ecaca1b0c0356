import PayWord
import TollWallet

/// For any chains, credit and amount: what is chosen pays, goes up, and stays within the chains; for
/// few small chains it is the best that there is. A plan for a capacity is worth exactly that.
enum ChoosingTarget {
    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        if reader.byte() & 3 == 3 { return try plan(&reader) }
        let credit = reader.amount()
        let amount = reader.amount()
        var chains: [AdvanceChooser.Chain] = []
        for _ in 0..<reader.choice(of: Ordinal.countMaximum + 1) {
            let denomination = max(reader.amount(), (try? Amount(units: 1)) ?? .zero)
            let length = reader.number32()
            let revealed = min(reader.number32(), length)
            chains.append(
                AdvanceChooser.Chain(
                    denomination: denomination, length: ChainIndex(length),
                    revealed: ChainIndex(revealed)))
        }
        try choose(chains, credit, amount)
    }

    private static func choose(
        _ chains: [AdvanceChooser.Chain], _ credit: Amount, _ amount: Amount
    ) throws {
        let left = chains.reduce(Int128(0)) {
            $0 + Int128($1.denomination.units) * Int128($1.available)
        }
        let wanted = max(0, Int128(amount.units) - Int128(credit.units))
        let choice: AdvanceChooser.Choice
        do {
            choice = try AdvanceChooser.choose(chains: chains, credit: credit, amount: amount)
        } catch {
            let isTooLittle = left < wanted && error.reason == .insufficientFunds
            return try promise(
                isTooLittle || (left > Int128(Int64.max) && error.reason == .amountOverflow),
                "\(left) left, \(wanted) wanted: \(error)")
        }
        try promise(choice.indexes.count == chains.count, "indexes are missing")
        var worth: Int128 = 0
        var steps: Int128 = 0
        for (chain, index) in zip(chains, choice.indexes) {
            try promise(
                index >= chain.revealed && index <= chain.length, "\(index) is outside the chain")
            let advance = Int128(index.value) - Int128(chain.revealed.value)
            steps += advance
            worth += advance * Int128(chain.denomination.units)
        }
        try promise(
            worth == Int128(choice.worth.units) && steps == Int128(choice.steps)
                && worth >= wanted, "\(choice) for \(wanted)")
        let covered = wanted > 0 ? worth - wanted : Int128(credit.units) - Int128(amount.units)
        try promise(covered == Int128(choice.excess.units), "\(choice) for \(wanted)")
        if wanted > 0, let best = best(chains, wanted) {
            try promise(best == (covered, steps), "\(best) is better than \(choice)")
        }
    }

    /// The least excess and the fewest steps, by trying everything; nil where that is too much.
    private static func best(
        _ chains: [AdvanceChooser.Chain], _ wanted: Int128
    ) -> (Int128, Int128)? {
        let sets = chains.reduce(Int128(1)) { min($0 * (Int128($1.available) + 1), 4097) }
        guard sets <= 4096 else { return nil }
        var sums: [(worth: Int128, steps: Int128)] = [(0, 0)]
        for chain in chains {
            sums = sums.flatMap { sum in
                (0...Int128(chain.available)).map {
                    (sum.worth + $0 * Int128(chain.denomination.units), sum.steps + $0)
                }
            }
        }
        return sums.filter { $0.worth >= wanted }.map { ($0.worth - wanted, $0.steps) }.min {
            $0 < $1
        }
    }

    private static func plan(_ reader: inout ByteReader) throws {
        let capacity = reader.amount()
        let smallest = reader.flag() ? reader.amount() : nil
        guard let plan = try? ChainPlan(capacity: capacity, smallest: smallest) else {
            let own = (0..<reader.choice(of: 10)).map { _ in
                ChainPlan.Chain(
                    denomination: reader.amount(), length: ChainIndex(reader.number32()))
            }
            guard let plan = try? ChainPlan(chains: own) else { return }
            return try promise(
                (1...Ordinal.countMaximum).contains(plan.chains.count)
                    && plan.chains.allSatisfy { $0.denomination > .zero && $0.length > .zero },
                "a plan that no commitment can have")
        }
        let worth = try plan.worth
        try promise(worth == capacity, "worth \(worth), not \(capacity)")
        try promise(
            (1...Ordinal.countMaximum).contains(plan.chains.count)
                && plan.chains.first?.denomination.units == smallest?.units ?? 1,
            "a plan that no commitment can have")
        // An eighth of it can be paid, to the unit, where the smallest chain has that unit.
        let unit = smallest?.units ?? 1
        let part = capacity.units / 8 / unit * unit
        let choice = try AdvanceChooser.choose(
            chains: plan.chains.map {
                AdvanceChooser.Chain(
                    denomination: $0.denomination, length: $0.length, revealed: .zero)
            }, credit: .zero, amount: Amount(units: part))
        try promise(choice.excess == .zero, "\(part) of \(capacity) is not exact: \(choice)")
    }
}
