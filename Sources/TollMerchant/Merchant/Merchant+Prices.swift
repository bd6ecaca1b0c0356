/// Prices that change while a merchant works.
extension Merchant {
    /// Sells by this catalogue from now on. Offers that were signed before hold for as long as they
    /// say, also when a channel is opened on one; what is paid on open channels is not touched.
    public func replacePrices(_ catalogue: Catalogue) { offers.replace(catalogue) }
}
