import FixtureKit
import PayWord
import TollBroker

/// The body of a redemption, as it comes over HTTP or signed here, or a sequence of batches, closes
/// and days that pass. What a broker answers is what a merchant believes, pays each payword once, and
/// leaves the books sound.
enum RedemptionTarget {
    private static let stepsMaximum = 12

    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        let world = try RedemptionWorld.shared
        let mode = reader.choice(of: 8)
        let rest = reader.rest()
        try OneThread.run {
            var run = try RedemptionRun(world)
            switch mode {
            case 0, 1: try await run.redeem(body: rest)
            case 2, 3:
                // Signed here, by the merchant that it is to be paid to.
                var raw = try RawObject(world.world.redemption.encoded)
                raw.payload = rest
                try raw.sign(by: world.world.parties.merchant)
                try await run.redeem(body: raw.encoded)
            default:
                var reader = ByteReader(rest)
                for _ in 0..<stepsMaximum where !reader.isAtEnd { try await run.step(&reader) }
            }
            try await run.checkBooks()
        }
    }
}

/// One input's dealings with one broker.
struct RedemptionRun {
    private let world: RedemptionWorld
    private let bench: FuzzBroker
    private let broker: Broker
    /// What was redeemed of each channel, by ordinal.
    private var redeemed: [CommitmentID: [UInt32]] = [:]
    private var paid: [CommitmentID: Int128] = [:]
    private var answers: [(redemption: SignedObject<Redemption>, answer: [UInt8])] = []

    /// Whether what channels locked may have gone back to the account, where credit draws on it.
    private var hasReturned = false

    init(_ world: RedemptionWorld) throws {
        self.world = world
        bench = world.bench()
        broker = try bench.broker()
        for channel in world.channels {
            redeemed[channel.id] = channel.channel.paywords.map { _ in 0 }
        }
    }

    mutating func step(_ reader: inout ByteReader) async throws {
        switch reader.choice(of: 8) {
        case 0...3: try await redeem(batch(&reader))
        case 4:
            guard !answers.isEmpty else { return }
            let (redemption, answer) = answers[reader.choice(of: answers.count)]
            let again = try await broker.redeem(redemption)
            try promise(again.encoded == answer, "another answer when asked again")
        case 5: bench.clock.wait(reader.number() & 0xff * 20_000)
        case 6:
            let channel = world.channels[reader.choice(of: world.channels.count)]
            let close = try bench.close(
                channel, at: channel.channel.paywords.map { _ in reader.number32() })
            // Refused, or taken: what matters is what claims are worth afterwards.
            hasReturned = true
            _ = try? await broker.close(close)
        default:
            hasReturned = true
            _ = try await broker.sweep()
        }
    }

    // MARK: Batches

    mutating func redeem(body: [UInt8]) async throws {
        guard let redemption = try? SignedObject<Redemption>(decoding: body) else { return }
        try await redeem(redemption)
    }

    private mutating func batch(
        _ reader: inout ByteReader
    ) throws -> SignedObject<Redemption> {
        let shape = reader.byte()
        let parties = world.world.parties
        let key = shape & 3 == 3 ? parties.otherMerchant : parties.merchant
        var claims: [RedemptionClaim] = []
        for _ in 0...reader.choice(of: 6) { claims.append(claim(&reader)) }
        let asset = shape & 0x1c == 0x1c ? try Asset(code: "USD", scale: 2) : nil
        return try key.sign(
            Redemption(
                batchID: BatchID([UInt8](repeating: shape >> 5, count: 16)) ?? .zero,
                merchant: key.publicKey, broker: parties.broker.publicKey,
                asset: asset ?? world.world.samples.asset,
                createdAt: bench.clock.now.adding(Seconds(reader.byte()) * 2), claims: claims)
        ).object
    }

    private func claim(_ reader: inout ByteReader) -> RedemptionClaim {
        let shape = reader.byte()
        let channel = world.channels[Int(shape & 7) % world.channels.count].channel
        var reference = RedemptionClaim.Reference.id(channel.id)
        switch shape >> 3 & 7 {
        case 4: reference = .object(channel.commitment.encoded)
        case 5:
            var encoded = channel.commitment.encoded
            encoded[Int(reader.byte()) % encoded.count] ^= reader.byte()
            reference = .object(encoded)
        case 6: reference = .object(reader.chunk())
        case 7: reference = .id(.zero)
        default: break
        }
        let wanted = reader.byte()
        var paywords = PaywordClaims()
        for ordinal in Ordinal.all(count: 3)
        where wanted >> ordinal.value & 1 == 1 || (ordinal.value == 0 && wanted & 7 == 0) {
            let index = ChainIndex(reader.number32())
            paywords.append(
                PaywordClaim(
                    ordinal: ordinal, index: index,
                    payword: wanted & 0xc0 == 0xc0 ? .zero : channel.payword(ordinal, index)))
        }
        return RedemptionClaim(commitment: reference, paywords: paywords)
    }

    private mutating func redeem(_ redemption: SignedObject<Redemption>) async throws {
        let answer: SettlementAnswer
        do throws(Refusal) {
            answer = try await broker.redeem(redemption)
        } catch {
            return try promise(
                error.reason != .internal && error.reason != .storageFailed, "refused as \(error)")
        }
        let read = try SettlementAnswer(decoding: answer.encoded)
        let (settlement, outcomes) = try read.verified(for: redemption)
        if answers.contains(where: { $0.redemption.digest == redemption.digest }) {
            return try promise(
                answers.contains { $0.answer == answer.encoded }, "another answer to the same")
        }
        answers.append((redemption, answer.encoded))
        var gross: Int128 = 0
        for (outcome, claim) in zip(outcomes, redemption.payload.claims) {
            gross += Int128(outcome.amount.units)
            try settle(outcome, claim, settlement.payload.merchant)
        }
        try promise(gross == Int128(settlement.payload.gross.units), "gross is not the sum")
        try promise(settlement.payload.net <= settlement.payload.gross, "more net than gross")
    }

    /// Each payword once, each a right one, none beyond its chain, all to the channel's own merchant.
    private mutating func settle(
        _ outcome: ClaimOutcome, _ claim: RedemptionClaim, _ merchant: PublicKey
    ) throws {
        guard outcome.reasonNumber == nil, !outcome.advances.isEmpty else { return }
        guard let channel = world.channels.first(where: { $0.id == outcome.commitmentID }),
            channel.funding != .unknown
        else { throw BrokenPromise("a channel that was never funded is paid") }
        try promise(channel.merchant == merchant, "another merchant is paid")
        let committed = channel.channel.commitment.payload
        var amount: Int128 = 0
        for advance in outcome.advances {
            let position = advance.ordinal.position
            let chain = try committed.chain(advance.ordinal)
            try promise(
                redeemed[channel.id]?[position] == advance.from.value,
                "from \(advance.from), and not where it stood")
            try promise(
                claim.paywords.contains {
                    $0.ordinal == advance.ordinal && $0.index == advance.to
                        && $0.payword == channel.channel.payword(advance.ordinal, advance.to)
                }, "a payword that is not of the chain is paid")
            if channel.funding == .closed {
                try promise(advance.to.value <= [40, 2][position], "beyond the close")
            }
            redeemed[channel.id]?[position] = advance.to.value
            amount +=
                Int128(chain.denomination.units)
                * (Int128(advance.to.value) - Int128(advance.from.value))
        }
        try promise(
            amount == Int128(outcome.amount.units), "\(amount) is paid as \(outcome.amount)")
        paid[channel.id, default: 0] += amount
        let limit: Int128 =
            channel.funding == .credit && !hasReturned
            ? RedemptionWorld.creditMaximum : Int128(try committed.worth.units)
        try promise(
            paid[channel.id, default: 0] <= limit, "more is paid than was locked or guaranteed")
    }

    func checkBooks() async throws {
        // Nothing was written where nothing was settled, closed or released.
        guard !answers.isEmpty || hasReturned else { return }
        let report = try await broker.checkLedger()
        try promise(report.isSound, "the books: \(report.faults)")
        try promise(report.sums.values.allSatisfy { $0 == 0 }, "sums: \(report.sums)")
    }
}
