internal import PayWord
internal import Testing
internal import TollBroker

/// A long run of random operations, right and wrong ones, after each of which every asset's accounts
/// sum to zero.
struct RandomBooks {
    private let bench: BrokerBench
    private var random: LedgerRandom
    private var channels: [BenchChannel] = []
    private var refused = 0
    private var done = 0
    private var swept = 0

    init(_ store: any LedgerStore, seed: UInt64) throws {
        bench = try BrokerBench(store, seed: seed) { policy in
            policy.fee = Fee(
                share: BasisPoints(37) ?? .zero, fixed: try Amount(units: 2))
            policy.faucet = FaucetPolicy(
                requestMaximum: try Amount(units: 5000), dayMaximum: try Amount(units: 20_000))
            policy.outageMinimum = 2 * .day
        }
        random = LedgerRandom(seed: seed &+ 1)
    }

    /// How often the whole ledger is checked, beside the sums after each operation.
    private static let fullCheckEvery = 5000

    mutating func run(_ operations: Int) async throws {
        try await bench.enrolAll(funds: 50_000)
        try await bench.giveCredit(limit: 3000, perCommitment: 2000, guarantee: 50)
        for number in 1...operations {
            do throws(Refusal) {
                try await refusing { try await $0.step() }
                done += 1
            } catch { refused += 1 }
            let sums = try await bench.sums()
            try #require(sums.values.allSatisfy { $0 == 0 }, "operation \(number): \(sums)")
            if number % Self.fullCheckEvery == 0 || number == operations {
                let report = try await bench.broker.checkLedger()
                try #require(report.faults == [], "operation \(number)")
            }
        }
        // A run in which nothing succeeds, or nothing is refused, shows nothing.
        #expect(done > operations / 4)
        #expect(refused > operations / 100)
        #expect(swept > 0)
    }

    /// What is thrown must be a refusal: anything else fails the test.
    private mutating func refusing(
        _ body: (inout RandomBooks) async throws -> Void
    ) async throws(Refusal) {
        do { try await body(&self) } catch let refusal as Refusal {
            throw refusal
        } catch { Issue.record(error) }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func step() async throws {
        switch number(0...99) {
        case 0..<8: try await bench.deposit(UInt64(number(0...3000)))
        case 8..<14: try await bench.broker.withdraw(bench.withdrawal(UInt64(number(0...2000))))
        case 14..<20: try await payOut()
        case 20..<24: try await bench.broker.draw(bench.faucetRequest(UInt64(number(1...6000))))
        case 24..<46: try await open()
        case 46..<54: try await close()
        case 54..<56: try await changeCredit()
        case 56..<60: try await moveOn()
        default: try await redeem()
        }
    }

    private mutating func payOut() async throws {
        let isPayer = number(0...1) == 0
        try await bench.broker.payout(
            bench.amount(UInt64(number(1...2000))), asset: bench.asset,
            from: (isPayer ? bench.account : bench.merchant).publicKey,
            as: isPayer ? .payer : .merchant,
            reference: (bench.drawn() as RequestReference).hex)
    }

    /// Reserved by one payer key, on credit by the other, which alone has a certificate.
    private mutating func open() async throws {
        let chains = [
            (UInt64(number(1...5)), UInt32(number(1...30))), (50, UInt32(number(1...6))),
        ]
        let isReserved = number(0...2) > 0
        let payer = isReserved ? bench.otherAccount : bench.payer
        let merchant = number(0...4) == 0 ? bench.otherMerchant : bench.merchant
        let lifetime = UInt64(number(1...20)) * .day
        let channel = try bench.channel(
            bench.draft(
                chains, merchant: merchant.publicKey, payer: payer.publicKey,
                expiresAt: bench.now.adding(lifetime / 2), redeemBy: bench.now.adding(lifetime)),
            payer: payer)
        try await bench.reserve(channel)
        channels.append(channel)
        if channels.count > 60 { channels.removeFirst() }
    }

    private mutating func close() async throws {
        guard let channel = channels.randomElement(using: &random) else { return }
        let key =
            channel.commitment.payload.merchant == bench.merchant.publicKey || number(0...9) == 0
            ? bench.merchant : bench.otherMerchant
        try await bench.broker.close(
            bench.close(channel, at: [(0, UInt32(number(0...20))), (1, 1)], by: key))
    }

    private mutating func changeCredit() async throws {
        try await bench.giveCredit(
            limit: UInt64(number(0...6000)), perCommitment: UInt64(number(200...3000)),
            guarantee: UInt64(number(0...100)))
    }

    private mutating func moveOn() async throws {
        // Three days are an outage, now and then.
        bench.wait(number(0...30) == 0 ? 3 * .day : UInt64(number(0...3)) * .day / 2)
        try await bench.broker.beat()
        swept += try await bench.broker.sweep()
    }

    private mutating func redeem() async throws {
        var claims: [RedemptionClaim] = []
        for _ in 0..<number(1...4) {
            guard let channel = channels.randomElement(using: &random) else { return }
            let marks = [(UInt64(0), UInt32(number(1...25))), (1, UInt32(number(0...6)))]
            claims.append(
                number(0...19) == 0
                    ? channel.forgedClaim(marks)
                    : number(0...9) == 0 ? channel.embeddedClaim(marks) : channel.claim(marks))
        }
        _ = try await bench.redeem(
            claims, by: number(0...3) == 0 ? bench.otherMerchant : bench.merchant)
    }
}
