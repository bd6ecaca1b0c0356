internal import PayWord
internal import Synchronization

/// Signs offers, and knows them again when a commitment refers to one.
///
/// An offer is a function of its resource and its period (Ed25519 signatures are, too), so what is
/// remembered is a cache: at most one offer a resource for the present period and the last.
final class OfferBook: Sendable {
    private struct Slot: Hashable {
        let resource: String
        let period: UInt64
    }

    /// How many former catalogues are remembered, so that offers that were signed still hold.
    static let formerMaximum = 4

    /// One catalogue, and how many were before it.
    private struct Edition {
        let number: Int
        let catalogue: Catalogue
    }

    private struct State {
        var edition: Edition
        /// Those before it, the last one first.
        var former: [Edition] = []
        /// Offers of the present edition.
        var signed: [Slot: Verified<Offer>] = [:]
    }

    private let key: SigningKey
    private let policy: MerchantPolicy
    /// Guards the prices and the cache; signing happens outside.
    private let state: Mutex<State>

    init(key: SigningKey, policy: MerchantPolicy, catalogue: Catalogue) {
        self.key = key
        self.policy = policy
        state = Mutex(State(edition: Edition(number: 0, catalogue: catalogue)))
    }

    /// Sells this from now on. Offers that were signed before are honoured while they hold.
    func replace(_ catalogue: Catalogue) {
        state.withLock { state in
            guard state.edition.catalogue != catalogue else { return }
            state.former = [state.edition] + state.former.prefix(Self.formerMaximum - 1)
            state.edition = Edition(number: state.edition.number + 1, catalogue: catalogue)
            state.signed = [:]
        }
    }

    /// The offer for a resource.
    /// - Throws: `unknown-resource`. The name is the asker's own text, so the error does not repeat
    ///   it into logs.
    func offer(for resource: String, at time: Timestamp) throws(Refusal) -> Verified<Offer> {
        let edition = state.withLock(\.edition)
        guard let price = edition.catalogue.prices[resource] else {
            throw Refusal(.unknownResource)
        }
        return try offer(Slot(resource: resource, period: period(time, edition)), price, edition)
    }

    /// Checks that a commitment's terms are an offer of ours that still holds.
    /// - Throws: `unknown-resource`.
    func check(terms: Digest, salt: TermsSalt, at time: Timestamp) throws(Refusal) {
        let editions = state.withLock { [$0.edition] + $0.former }
        for edition in editions {
            let present = period(time, edition)
            for period in [present, present > 0 ? present - 1 : 0] {
                for (resource, price) in edition.catalogue.prices {
                    let offer = try offer(
                        Slot(resource: resource, period: period), price, edition)
                    if offer.object.termsDigest(salt: salt) == terms { return }
                }
            }
        }
        throw Refusal(
            .unknownResource, "the commitment's terms are none of this merchant's present offers")
    }

    private func period(_ time: Timestamp, _ edition: Edition) -> UInt64 {
        time.seconds / max(1, edition.catalogue.offerPeriod)
    }

    private func offer(
        _ slot: Slot, _ price: Price, _ edition: Edition
    ) throws(Refusal) -> Verified<Offer> {
        let known = state.withLock { $0.edition.number == edition.number ? $0.signed[slot] : nil }
        if let known { return known }
        let length = max(1, edition.catalogue.offerPeriod)
        let end = (slot.period &+ 2).multipliedReportingOverflow(by: length)
        let brokers =
            policy.brokers.keys.sorted() + (policy.twoPartyMaximum == nil ? [] : [key.publicKey])
        let offer = try key.sign(
            Offer(
                merchant: key.publicKey, brokers: Array(brokers.prefix(Offer.brokersMaximum)),
                asset: policy.asset, unit: price.unit, price: price.amount,
                maximum: price.maximum, terms: price.terms,
                validUntil: Timestamp(end.overflow ? .max : end.partialValue),
                resource: slot.resource))
        state.withLock { state in
            // Those of former catalogues are asked for seldom, and signed anew.
            guard state.edition.number == edition.number else { return }
            // Offers of periods that are over make room for those of this one.
            if state.signed.count >= 2 * edition.catalogue.prices.count {
                state.signed = state.signed.filter { $0.key.period &+ 1 >= slot.period }
            }
            state.signed[slot] = offer
        }
        return offer
    }
}
