import FixtureKit
import Logging
import PayWord
import StoreConformance
import Synchronization
import TollBroker

/// A broker with channels reserved, on credit, closed and unknown: made once, and copied for each
/// input.
struct RedemptionWorld: Sendable {
    private static let made = Result { try RedemptionWorld() }
    static var shared: RedemptionWorld { get throws { try made.get() } }

    /// How a channel stands at the broker.
    enum Funding: CaseIterable { case reserved, credit, otherMerchant, closed, unknown }

    struct Channel: Sendable {
        let channel: World.Channel
        let funding: Funding

        var id: CommitmentID { channel.id }
        var merchant: PublicKey { channel.commitment.payload.merchant }
    }

    /// The account's credit and the merchant's guarantee together.
    static let creditMaximum: Int128 = 800

    let world: World
    let channels: [Channel]
    private let store: MemoryLedgerStore

    private init() throws {
        let world = try World.shared
        self.world = world
        let (samples, parties) = (world.samples, world.parties)
        let creditKey = try Parties.key("payer on credit")
        func channel(
            _ funding: Funding, _ chains: [(UInt64, UInt32)], by payer: SigningKey? = nil
        ) throws -> Channel {
            Channel(
                channel: try World.Channel(
                    chains: chains, nonce: "redemption \(funding)", payer: payer,
                    merchant: funding == .otherMerchant ? parties.otherMerchant : parties.merchant,
                    samples), funding: funding)
        }
        let large = Channel(channel: world.channels[2], funding: .reserved)
        channels = [
            Channel(channel: world.channels[0], funding: .reserved),
            try channel(.credit, [(10, 60), (100, 30)], by: creditKey),
            try channel(.otherMerchant, [(1, 20)]), try channel(.closed, [(1, 50), (5, 8)]),
            try channel(.unknown, [(3, 9)]), large,
        ]
        store = MemoryLedgerStore()
        let bench = FuzzBroker(store: store, clock: BrokerClock(), world: world)
        let made = channels
        try OneThread.run {
            try await Self.fill(bench, made, creditKey: creditKey)
        }
    }

    private static func fill(
        _ bench: FuzzBroker, _ channels: [Channel], creditKey: SigningKey
    ) async throws {
        let broker = try bench.broker()
        let (parties, asset) = (bench.world.parties, bench.world.samples.asset)
        let root = parties.broker.publicKey
        let roles: [(SigningKey, Enrolment.Role)] = [
            (parties.account, .payer), (parties.merchant, .merchant),
            (parties.otherMerchant, .merchant),
        ]
        for (key, role) in roles {
            _ = try await broker.enrol(
                key.sign(
                    Enrolment(
                        broker: root, subject: key.publicKey, role: role, asset: asset,
                        createdAt: Samples.now)
                ).object)
        }
        // The large channel takes nearly all that an account can hold.
        try await broker.deposit(
            .maximum, asset: asset, to: parties.account.publicKey, reference: "everything")
        for channel in channels where channel.funding != .unknown {
            if channel.funding == .credit {
                try await broker.setCredit(
                    CreditTerms(
                        limit: Amount(units: 300), limitPerCommitment: Amount(units: 100_000),
                        guarantee: Amount(units: UInt64(creditMaximum - 300))),
                    of: parties.account.publicKey,
                    asset: asset)
                _ = try await broker.certify(
                    parties.account.sign(
                        CertificateRequest(
                            broker: root, account: parties.account.publicKey,
                            subject: creditKey.publicKey, asset: asset, createdAt: Samples.now)
                    ).object)
            }
            _ = try await broker.reserve(
                parties.account.sign(
                    ReservationRequest(
                        broker: root, account: parties.account.publicKey,
                        commitment: channel.channel.commitment.object, createdAt: Samples.now)
                ).object)
        }
        for channel in channels where channel.funding == .closed {
            try await broker.close(bench.close(channel, at: [40, 2]))
        }
        // What is left goes, so that credit has an end.
        let statement = try await broker.statement(
            parties.account.sign(
                StatementRequest(
                    broker: root, account: parties.account.publicKey, asset: asset,
                    createdAt: Samples.now)
            ).object)
        try await broker.withdraw(
            parties.account.sign(
                Withdrawal(
                    broker: root, account: parties.account.publicKey, asset: asset,
                    amount: AccountStatement(decoding: statement.encoded).available,
                    reference: .zero, createdAt: Samples.now)
            ).object)
    }

    /// A copy of the books with a broker of its own.
    func bench() -> FuzzBroker {
        FuzzBroker(
            store: MemoryLedgerStore(copying: store), clock: BrokerClock(), world: world)
    }
}

/// The broker's time, which an input moves.
final class BrokerClock: Sendable {
    private let time = Mutex(Samples.now)
    var now: Timestamp { time.withLock { $0 } }
    func wait(_ seconds: Seconds) { time.withLock { $0 = $0.adding(seconds) } }
}

/// One broker on one store.
struct FuzzBroker: Sendable {
    let store: MemoryLedgerStore
    let clock: BrokerClock
    let world: World

    func broker() throws -> Broker {
        var policy = BrokerPolicy(assets: [world.samples.asset])
        policy.fee = Fee(share: BasisPoints(50) ?? .zero, fixed: try Amount(units: 7))
        policy.batchStepsMaximum = 1 << 15
        policy.claimsMaximum = 64
        policy.failedWork.stepsMaximum = 1 << 14
        let clock = clock
        let draws = LedgerRandom(seed: 1)
        return try Broker(
            root: world.parties.broker.publicKey, signingKey: world.parties.brokerSigning,
            signingCertificates: [world.samples.signingCertificate.object], policy: policy,
            store: store, clock: { clock.now }, random: { draws.next() },
            // A line for each settlement would be most of what the fuzzer says.
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
    }

    func close(
        _ channel: RedemptionWorld.Channel, at indexes: [UInt32]
    ) throws -> SignedObject<Close> {
        let key =
            channel.funding == .otherMerchant ? world.parties.otherMerchant : world.parties.merchant
        return try key.sign(
            Close(
                commitmentID: channel.id, broker: world.parties.broker.publicKey,
                merchant: key.publicKey,
                final: zip(Ordinal.all(count: indexes.count), indexes).map {
                    ChainMark(ordinal: $0, index: ChainIndex($1))
                }, createdAt: clock.now)
        ).object
    }
}
