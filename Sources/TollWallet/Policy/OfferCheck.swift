internal import PayWord

/// Holds a payment against the merchant's own signed offer.
enum OfferCheck {
    /// Checks what is asked against what was offered. Units are how many are paid for; nil where
    /// only the offer's maximum bounds the amount.
    /// - Throws: `amount-mismatch` that names both amounts, or `wrong-merchant`, `wrong-asset`.
    static func check(
        _ amount: Amount, units: UInt64?, against offer: Offer, merchant: PublicKey,
        asset: Asset, at now: Timestamp
    ) throws(Refusal) {
        guard offer.merchant == merchant else {
            throw Refusal(.wrongMerchant, "the offer is of \(offer.merchant)")
        }
        guard offer.asset == asset else {
            throw Refusal(.wrongAsset, "offered in \(offer.asset), the channel pays \(asset)")
        }
        guard now <= offer.validUntil.adding(Timestamp.clockDifferenceMaximum) else {
            throw Refusal(
                .amountMismatch,
                "the offer of \(asset.textWithCode(offer.price)) ended at \(offer.validUntil)")
        }
        if let units {
            let due = try offer.price.multiplied(by: units)
            guard amount == due else {
                throw Refusal(
                    .amountMismatch,
                    "\(asset.textWithCode(amount)) is asked, \(asset.text(due)) was offered for "
                        + "\(units) × \(asset.text(offer.price))")
            }
        }
        if let maximum = offer.maximum, amount > maximum {
            throw Refusal(
                .amountMismatch,
                "\(asset.textWithCode(amount)) is asked, the offer's maximum is "
                    + asset.text(maximum))
        }
    }
}
