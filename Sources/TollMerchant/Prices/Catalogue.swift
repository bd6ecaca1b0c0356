public import PayWord

/// What one resource costs.
public struct Price: Sendable, Equatable {
    /// What is counted, such as `request` or `second`.
    public let unit: String
    /// What one unit costs.
    public let amount: Amount
    /// The most that one payment for it may take; nil: no limit of its own.
    public let maximum: Amount?
    /// What else is promised, for a person to read.
    public let terms: String?

    /// A price; ``Catalogue/init(_:)`` checks that unit and terms fit an offer.
    public init(unit: String, amount: Amount, maximum: Amount? = nil, terms: String? = nil) {
        self.unit = unit
        self.amount = amount
        self.maximum = maximum
        self.terms = terms
    }
}

/// What a merchant sells: resources by name, each with its price.
///
/// ```swift
/// let catalogue = try Catalogue(["/weather": Price(unit: "request", amount: try euro.amount("0.0005"))])
/// ```
public struct Catalogue: Sendable, Equatable {
    /// How many resources one catalogue may have.
    public static let resourcesMaximum = 10_000
    /// Nothing is sold: charges name their own amounts.
    public static let empty = Catalogue()

    /// Offers are dated in periods of this length and hold for the one in which they were signed and
    /// the whole next one, so that a merchant that was started again still knows its own offers.
    public var offerPeriod: Seconds = .day
    /// The prices by resource.
    public let prices: [String: Price]

    private init() { prices = [:] }

    /// A catalogue of prices by resource.
    /// - Throws: `too-large` for too many resources, or for a name, unit or terms that no offer
    ///   could carry; `malformed` for a resource without a name.
    public init(_ prices: [String: Price]) throws(Refusal) {
        guard prices.count <= Self.resourcesMaximum else {
            throw Refusal(.tooLarge, "more than \(Self.resourcesMaximum) resources")
        }
        for (resource, price) in prices {
            guard !resource.isEmpty else { throw Refusal(.malformed, "a resource has a name") }
            guard resource.utf8.count <= Offer.resourceBytesMaximum,
                price.unit.utf8.count <= Offer.unitBytesMaximum,
                (price.terms ?? "").utf8.count <= Offer.termsBytesMaximum
            else { throw Refusal(.tooLarge, "a resource's name, unit or terms are too long") }
        }
        self.prices = prices
    }
}
