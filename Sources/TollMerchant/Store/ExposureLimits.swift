public import PayWord

/// How much a merchant lets payers owe it without a reservation behind it. A store checks these when
/// it opens a channel, in the transaction that opens it, so that two openings at once cannot both
/// slip under a limit.
///
/// Exposure is what open channels could still come to and what closed or expired ones have not been
/// settled for; in two-party mode, what the payer owes.
public struct ExposureLimits: Sendable, Equatable {
    /// None: for commitments that are reserved in full.
    public static let none = ExposureLimits(perPayer: nil, perBroker: nil)

    /// The most for all channels of one payer key in one funding mode and asset.
    public let perPayer: Amount?
    /// The most for all payers of one broker.
    public let perBroker: Amount?

    /// Limits in units; nil is no limit.
    public init(perPayer: Amount?, perBroker: Amount?) {
        self.perPayer = perPayer
        self.perBroker = perBroker
    }

    /// Checks a new channel against what is exposed already. A store need not add up what has no
    /// limit.
    /// - Throws: `limit-exceeded`.
    public func check(
        adding worth: Amount, in asset: Asset, payer: Amount, broker: Amount
    ) throws(Refusal) {
        if let perPayer { try Self.check(payer, worth, perPayer, asset, "this payer") }
        if let perBroker { try Self.check(broker, worth, perBroker, asset, "this broker's payers") }
    }

    private static func check(
        _ exposed: Amount, _ worth: Amount, _ limit: Amount, _ asset: Asset, _ who: String
    ) throws(Refusal) {
        guard let sum = try? exposed.adding(worth), sum <= limit else {
            throw Refusal(
                .limitExceeded,
                "\(who) may come to owe \(asset.textWithCode(limit)); \(asset.text(exposed)) and "
                    + "\(asset.text(worth)) are more")
        }
    }
}

extension ChannelRecord {
    /// What the merchant would lose if nothing more were settled: the whole worth while payments may
    /// come, then what is due; without what was settled.
    ///
    /// In two-party mode a settlement is the merchant's own note of a debt, so what was settled
    /// stays exposed until the payer pays it.
    /// - Throws: `amount-overflow`, which no chains of one commitment can meet that was checked.
    public func exposure(at time: Timestamp) throws(Refusal) -> Amount {
        let mayGrow = !state.isClosed && time <= terms.expiresAt
        let greatest = mayGrow ? terms.worth : try state.dueWorth
        guard terms.funding != .twoParty else { return greatest }
        return greatest.subtractingOrZero(try state.settledWorth)
    }
}

/// What a payer owes a merchant that is its own broker.
public struct PayerDebt: Sendable, Equatable {
    /// The payer key, which is another at each merchant.
    public let payer: PublicKey
    /// What was settled on the payer's channels.
    public let settled: Amount
    /// What the payer has paid by other means.
    public let paid: Amount

    /// A payer's debt in one asset, in units.
    public init(payer: PublicKey, settled: Amount, paid: Amount) {
        self.payer = payer
        self.settled = settled
        self.paid = paid
    }

    /// What is left to pay.
    public var owed: Amount { settled.subtractingOrZero(paid) }
}
