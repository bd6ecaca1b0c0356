import FixtureKit
import Logging
import PayWord
import StoreConformance
import Testing
import TollBroker

@testable import TollBrokerAPI

/// The real broker behind the real server, asked by the real client.
@Suite struct WholeBrokerTests {
    let samples: Samples
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { samples = try Samples() }

    private func broker() throws -> Broker {
        var policy = BrokerPolicy(assets: [samples.asset])
        policy.faucet = FaucetPolicy(
            requestMaximum: try Amount(units: 10_000_000),
            dayMaximum: try Amount(units: 10_000_000))
        return try Broker(
            root: samples.parties.broker.publicKey, signingKey: samples.parties.brokerSigning,
            signingCertificates: [samples.signingCertificate.object], policy: policy,
            store: MemoryLedgerStore(), clock: { Samples.now.adding(10) }, logger: logger)
    }

    private func serve(
        _ body: @escaping @Sendable (BrokerClient, Broker) async throws -> Void
    ) async throws {
        let broker = try broker()
        try await LiveServer.run(broker) { server in
            let client = try BrokerClient(server.address, logger: logger)
            do { try await body(client, broker) } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    private func enrolment(
        _ key: SigningKey, _ role: Enrolment.Role
    ) throws -> Verified<Enrolment> {
        try key.sign(
            Enrolment(
                broker: samples.parties.broker.publicKey, subject: key.publicKey, role: role,
                asset: samples.asset, createdAt: Samples.now))
    }

    /// Both parties enrolled, money drawn, and the sample's commitment reserved.
    private func fund(_ client: BrokerClient) async throws {
        _ = try await client.enrol(enrolment(samples.parties.account, .payer))
        _ = try await client.enrol(enrolment(samples.parties.merchant, .merchant))
        try await client.draw(samples.verified(FaucetRequest.self))
        _ = try await client.reserve(samples.verified(ReservationRequest.self))
    }

    private func statement(_ client: BrokerClient) async throws -> AccountStatement {
        try await client.statement(
            samples.parties.account.sign(
                StatementRequest(
                    broker: samples.parties.broker.publicKey,
                    account: samples.parties.account.publicKey, asset: samples.asset,
                    createdAt: Samples.now)))
    }

    @Test func theDescriptionNamesTheBrokerAndItsKeys() async throws {
        try await serve { client, broker in
            let description = try await client.describe()
            #expect(description == broker.describe())
            #expect(try description.identity.root == samples.parties.broker.publicKey)
        }
    }

    @Test func moneyGoesFromTheFaucetToTheMerchant() async throws {
        try await serve { client, broker in
            try await fund(client)
            let funded = try await statement(client)
            #expect(funded.available.units == 9_969_000 && funded.reserved.units == 31_000)

            let answer = try await client.redeem(samples.redemption)
            let (settlement, outcomes) = try answer.verified(for: samples.redemption.object)
            #expect(settlement.payload.gross.units == 1000)
            #expect(outcomes.map(\.reason) == [nil, .unknownCommitment])

            try await client.deliver(samples.verified(Close.self))
            let closed = try await statement(client)
            #expect(closed.commitments.map(\.state) == [.closed])
            #expect(closed.available > funded.available)
            #expect(try await broker.checkLedger().isSound)
        }
    }

    @Test func everyRequestSentAgainIsAnsweredAlikeAndChangesNothing() async throws {
        try await serve { client, broker in
            try await fund(client)
            let before = try await statement(client)
            try await fund(client)
            #expect(try await statement(client) == before)
            let reservation = try samples.verified(ReservationRequest.self)
            #expect(try await client.reserve(reservation) == client.reserve(reservation))

            async let left = client.redeem(samples.redemption)
            async let right = client.redeem(samples.redemption)
            #expect(try await left.encoded == right.encoded)
            let settled = try await statement(client)
            #expect(try await client.redeem(samples.redemption).encoded == left.encoded)
            #expect(try await statement(client) == settled)
            #expect(try await broker.checkLedger().isSound)
        }
    }

    @Test func theBrokersRefusalsKeepTheirReasons() async throws {
        try await serve { client, _ in
            await #expect(throws: Refusal(.unknownAccount)) {
                try await client.reserve(samples.verified(ReservationRequest.self))
            }
            try await fund(client)
            var random = SeededRandom(label: "refusals")
            let broker = samples.parties.broker.publicKey
            let withdrawal = try samples.parties.account.sign(
                Withdrawal(
                    broker: broker, account: samples.parties.account.publicKey,
                    asset: samples.asset, amount: try Amount(units: 10_000_000),
                    reference: .random(using: &random), createdAt: Samples.now))
            await #expect(throws: Refusal(.insufficientFunds)) {
                try await client.withdraw(withdrawal)
            }
            _ = try await client.redeem(samples.redemption)
            let payload = try samples.redemption.payload
            let other = try samples.parties.merchant.sign(
                Redemption(
                    batchID: payload.batchID, merchant: payload.merchant, broker: broker,
                    asset: samples.asset, createdAt: Samples.now,
                    claims: Array(payload.claims.prefix(1))))
            await #expect(throws: Refusal(.batchConflict)) { try await client.redeem(other) }
        }
    }
}
