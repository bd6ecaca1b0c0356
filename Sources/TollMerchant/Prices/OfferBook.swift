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

    private let key: SigningKey
    private let policy: MerchantPolicy
    private let catalogue: Catalogue
    /// Guards the cache; signing happens outside.
    private let signed = Mutex<[Slot: Verified<Offer>]>([:])

    init(key: SigningKey, policy: MerchantPolicy, catalogue: Catalogue) {
        self.key = key
        self.policy = policy
        self.catalogue = catalogue
    }

    /// The offer for a resource.
    /// - Throws: `unknown-resource`. The name is the asker's own text, so the error does not repeat
    ///   it into logs.
    func offer(for resource: String, at time: Timestamp) throws(Refusal) -> Verified<Offer> {
        guard let price = catalogue.prices[resource] else { throw Refusal(.unknownResource) }
        return try offer(Slot(resource: resource, period: period(time)), price)
    }

    /// Checks that a commitment's terms are an offer of ours that still holds.
    /// - Throws: `unknown-resource`.
    func check(terms: Digest, salt: TermsSalt, at time: Timestamp) throws(Refusal) {
        let present = period(time)
        for period in [present, present > 0 ? present - 1 : 0] {
            for (resource, price) in catalogue.prices {
                let offer = try offer(Slot(resource: resource, period: period), price)
                if offer.object.termsDigest(salt: salt) == terms { return }
            }
        }
        throw Refusal(
            .unknownResource, "the commitment's terms are none of this merchant's present offers")
    }

    private func period(_ time: Timestamp) -> UInt64 {
        time.seconds / max(1, catalogue.offerPeriod)
    }

    private func offer(_ slot: Slot, _ price: Price) throws(Refusal) -> Verified<Offer> {
        if let known = signed.withLock({ $0[slot] }) { return known }
        let end = (slot.period &+ 2).multipliedReportingOverflow(by: max(1, catalogue.offerPeriod))
        let brokers =
            policy.brokers.keys.sorted() + (policy.twoPartyMaximum == nil ? [] : [key.publicKey])
        let offer = try key.sign(
            Offer(
                merchant: key.publicKey, brokers: Array(brokers.prefix(Offer.brokersMaximum)),
                asset: policy.asset, unit: price.unit, price: price.amount,
                maximum: price.maximum, terms: price.terms,
                validUntil: Timestamp(end.overflow ? .max : end.partialValue),
                resource: slot.resource))
        signed.withLock { cache in
            // Offers of periods that are over make room for those of this one.
            if cache.count >= 2 * catalogue.prices.count {
                cache = cache.filter { $0.key.period &+ 1 >= slot.period }
            }
            cache[slot] = offer
        }
        return offer
    }
}
