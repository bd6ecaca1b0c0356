internal import PayWord

/// What a receiver expects of an object whose signature holds. Each rule counts only where its input
/// is given; they are judged in this order: dates, parties, asset, amounts, what it must cover.
struct ObjectExpectations {
    private let now: Timestamp?
    private let margin: Seconds?
    private let merchant: PublicKey?
    private let brokers: Set<PublicKey>?
    private let asset: Asset?
    private let commitment: SignedObject<Commitment>?

    init(_ inputs: Inputs) throws(Refusal) {
        now = try inputs.has("now") ? inputs.time("now") : nil
        merchant = try inputs.optionalFixed("merchant")
        brokers = try inputs.has("brokers") ? Set(inputs.fixedList("brokers")) : nil
        asset = try inputs.has("asset") ? inputs.asset("asset") : nil
        margin = try inputs.has("margin") ? inputs.integer("margin") : nil
        commitment =
            try inputs.has("commitment")
            ? SignedObject(decoding: inputs.bytes("commitment")) : nil
    }

    func check(_ payload: any SignedPayload) throws(Refusal) {
        let facts = ObjectFacts(payload)
        if let now { try check(payload, facts.date, at: now) }
        try checkParties(payload, facts)
        if let commitment = payload as? Commitment, merchant != nil {
            _ = try commitment.worth
            if let condition = commitment.conditions.first {
                throw Refusal(
                    .unsupportedCondition, "a condition of type \(condition.type)")
            }
        }
        if let commitment, let reservation = payload as? Reservation {
            try reservation.check(covers: commitment)
        }
    }

    private func checkParties(_ payload: any SignedPayload, _ facts: ObjectFacts) throws(Refusal) {
        if let margin, let commitment = payload as? Commitment, !commitment.isTwoParty,
            commitment.redeemBy.since(commitment.expiresAt) < margin
        {
            throw Refusal(.redeemWindowClosed, "less than \(margin) s to redeem in")
        }
        if let merchant, let found = facts.merchant, found != merchant {
            throw Refusal(.wrongMerchant, "made out to \(found)")
        }
        if let brokers, !facts.brokers.isEmpty, brokers.isDisjoint(with: facts.brokers) {
            throw Refusal(.untrustedBroker, "of no broker that is accepted")
        }
        if let asset, let found = facts.asset, found != asset {
            throw Refusal(.wrongAsset, "in \(found)")
        }
    }

    private func check(
        _ payload: any SignedPayload, _ rule: ObjectFacts.DateRule, at now: Timestamp
    ) throws(Refusal) {
        let margin = Timestamp.clockDifferenceMaximum
        switch payload {
        case let commitment as Commitment:
            try commitment.checkDates()
            try Self.checkNotAhead(commitment.issuedAt, at: now)
            guard now <= commitment.expiresAt else { throw Refusal(.commitmentExpired) }
        case let certificate as Certificate: try certificate.checkPeriod(at: now)
        case let offer as Offer:
            guard now <= offer.validUntil.adding(margin) else {
                throw Refusal(.amountMismatch, "the offer ended at \(offer.validUntil)")
            }
        default: break
        }
        switch rule {
        case .none: break
        case .notAhead(let date): try Self.checkNotAhead(date, at: now)
        case .request(let date):
            try Self.checkNotAhead(date, at: now)
            guard date.adding(.day) >= now else {
                throw Refusal(.staleRequest, "made at \(date), more than 24 hours before")
            }
        }
    }

    private static func checkNotAhead(_ date: Timestamp, at now: Timestamp) throws(Refusal) {
        guard date <= now.adding(Timestamp.clockDifferenceMaximum) else {
            throw Refusal(.notYetValid, "dated \(date), more than 300 s ahead")
        }
    }
}
