import FixtureKit
import Logging
import PayWord
import Testing
import TollMerchant
import TollWallet

@testable import TollBrokerAPI

/// The real client against the real server, over loopback sockets.
@Suite struct BrokerClientTests {
    let samples: Samples
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { samples = try Samples() }

    @Test func everyVerbReachesTheBrokerAndItsAnswerComesBack() async throws {
        let broker = try FaithfulBroker()
        try await LiveServer.run(broker) { server in
            let client = try BrokerClient(server.address + "/", logger: logger)
            #expect(try await client.describe() == broker.describe())
            let enrolment = try samples.verified(Enrolment.self)
            #expect(try await client.enrol(enrolment).objects.isEmpty)
            let certificate = try await client.certify(samples.verified(CertificateRequest.self))
            #expect(certificate.objects == [samples.signingCertificate.encoded])
            let reservation = try await client.reserve(samples.verified(ReservationRequest.self))
            #expect(reservation.objects == [samples.reservation.encoded])
            let statement = try await client.statement(samples.verified(StatementRequest.self))
            #expect(statement.available.units == 7 && statement.commitments.count == 1)
            try await client.withdraw(samples.verified(Withdrawal.self))
            try await client.draw(samples.verified(FaucetRequest.self))
            try await client.deliver(samples.verified(Close.self))
            let answer = try await client.redeem(samples.redemption)
            let settlement = try answer.verified(for: samples.redemption.object).settlement
            #expect(settlement.payload.net.units == 795)
            #expect(broker.requests.count == 8)
            await client.shutdown()
        }
    }

    @Test func aClientIsABrokerToMerchantsAndWallets() throws {
        let client = try BrokerClient("http://localhost:1", logger: logger)
        let _: any RedeemingBroker = client
        let _: any FundingBroker = client
    }

    @Test func aBatchSentAgainIsAnsweredWithTheSameBytes() async throws {
        try await LiveServer.run(try FaithfulBroker()) { server in
            let client = try BrokerClient(server.address, logger: logger)
            let first = try await client.redeem(samples.redemption)
            let second = try await client.redeem(samples.redemption)
            #expect(first.encoded == second.encoded)
            await client.shutdown()
        }
    }

    @Test func theBrokersReasonComesBackAsItsRefusal() async throws {
        for reason in [Reason.insufficientFunds, .unknownAccount, .redeemWindowClosed, .held] {
            let broker = try FaithfulBroker { (_) throws(Refusal) in
                throw Refusal(reason, "so it is")
            }
            try await LiveServer.run(broker) { server in
                let client = try BrokerClient(server.address, logger: logger)
                await #expect(throws: Refusal(reason)) {
                    try await client.deliver(samples.verified(Close.self))
                }
                #expect(broker.requests.count == 1)
                await client.shutdown()
            }
        }
    }

    @Test func tlsUnderAPinnedCertificate() async throws {
        let tls = try ServerTLS(
            certificateChainPEM: TestCertificates.server, privateKeyPEM: TestCertificates.serverKey)
        try await LiveServer.run(try FaithfulBroker(), tls: tls) { server in
            var configuration = BrokerClientConfiguration()
            configuration.trust = try .authorities(pem: TestCertificates.server)
            let client = try BrokerClient(
                "https://localhost:\(server.port)", configuration: configuration, logger: logger)
            #expect(try await client.redeem(samples.redemption).leaves.count == 2)
            await client.shutdown()
        }
    }

    @Test func threat32AnUnknownCertificateIsRefusedAtOnce() async throws {
        let tls = try ServerTLS(
            certificateChainPEM: TestCertificates.server, privateKeyPEM: TestCertificates.serverKey)
        let broker = try FaithfulBroker()
        try await LiveServer.run(broker, tls: tls) { server in
            for trust in [
                BrokerTrust.system, try .authorities(pem: TestCertificates.other),
            ] {
                let fake = FakePacing()
                var configuration = BrokerClientConfiguration()
                configuration.trust = trust
                let client = try BrokerClient(
                    "https://localhost:\(server.port)", configuration: configuration,
                    logger: logger, pacing: fake.pacing)
                await #expect(throws: Refusal(.insecureTransport)) {
                    try await client.redeem(samples.redemption)
                }
                #expect(fake.pauses.isEmpty)
                await client.shutdown()
            }
            #expect(broker.requests.isEmpty)
        }
    }

    @Test func threat32PlainHTTPOffLoopbackIsRefusedUnlessAllowedByName() throws {
        for address in ["http://broker.example", "http://10.0.0.7:8420", "http://127.0.0.1.nip.io"]
        {
            #expect(throws: Refusal(.insecureTransport)) {
                try BrokerClient(address, logger: logger)
            }
            var configuration = BrokerClientConfiguration()
            configuration.allowsPlainHTTPOffLoopback = true
            #expect(throws: Never.self) {
                try BrokerClient(address, configuration: configuration, logger: logger)
            }
        }
        for address in ["http://127.0.0.1:1", "http://[::1]:1", "https://broker.example/toll/"] {
            #expect(throws: Never.self) { try BrokerClient(address, logger: logger) }
        }
    }

    @Test(arguments: [
        "", "broker.example", "ftp://broker.example", "https://", "file:///etc/passwd",
        "https://user:password@broker.example", "https://broker.example/?q", "https://b/#f",
        "http+unix://%2Ftmp%2Fs/", "https://a b",
    ]) func whatIsNoAddressIsMalformed(text: String) {
        do throws(Refusal) {
            _ = try BrokerClient(text, logger: logger)
            Issue.record("taken")
        } catch {
            #expect(error.reason == .malformed)
            #expect(!error.detail.contains("password"))
        }
    }

    @Test func certificatesThatAreNoneAreRefused() {
        #expect(throws: Refusal(.malformed)) { try BrokerTrust.authorities(pem: [1, 2, 3]) }
        #expect(throws: Refusal(.malformed)) { try BrokerTrust.authorities(file: "/nowhere") }
        #expect(throws: Refusal(.malformed)) {
            try ServerTLS(certificateChainFile: "/nowhere", privateKeyFile: "/nowhere")
        }
        #expect(throws: Refusal(.malformed)) {
            try ServerTLS(certificateChainPEM: TestCertificates.server, privateKeyPEM: [])
        }
    }
}
