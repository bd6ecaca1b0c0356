internal import PayWord

enum AmountOperations {
    static func parse(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let asset = try inputs.asset("asset")
        let amount = try asset.amount(try inputs.text("text"))
        return ["units": .amount(amount), "text": .text(asset.text(amount))]
    }

    static func add(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let left = try inputs.amount("left")
        return ["units": .amount(try left.adding(try inputs.amount("right")))]
    }

    static func subtract(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let left = try inputs.amount("left")
        return ["units": .amount(try left.subtracting(try inputs.amount("right")))]
    }

    static func multiply(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let left = try inputs.amount("left")
        return ["units": .amount(try left.multiplied(by: try inputs.integer("right")))]
    }

    static func fee(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let gross = try inputs.amount("gross")
        return ["units": .amount(try inputs.fee().of(gross))]
    }
}

extension Inputs {
    /// `basis_points` and `fixed`.
    func fee() throws(Refusal) -> Fee {
        guard let share = BasisPoints(try integer("basis_points")) else {
            throw fault("basis_points", "is above 10,000")
        }
        return Fee(share: share, fixed: try amount("fixed"))
    }
}
