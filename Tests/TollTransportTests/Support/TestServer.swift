import PayWord
import PeerProtocol
import StoreConformance
import TollTransport
import TollWallet

/// A server on a loopback port with a ``TestService`` behind it, for the time of one test.
struct TestServer {
    let server: PeerServer
    let service: TestService
    let clock: TestClock
    let key: SigningKey
    let address: PeerAddress
    let running: Task<Void, any Error>

    /// Runs `body` against a server, then stops the server and waits for it.
    static func run(
        identity: ServerIdentity? = nil, host: String = "127.0.0.1",
        configure: (inout PeerServer.Configuration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let key = try testKey(1)
        let service = TestService(key: key)
        let clock = TestClock()
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: host, port: 0), identity: identity)
        configuration.tick = .milliseconds(5)
        configure(&configuration)
        let server = PeerServer(
            configuration, key: key, service: service, clock: { clock.now })
        let running = Task { try await server.run() }
        do {
            let test = TestServer(
                server: server, service: service, clock: clock, key: key,
                address: try await server.address(), running: running)
            try await body(test)
        } catch {
            server.stop()
            _ = await running.result
            throw error
        }
        await service.release()
        server.stop()
        try await running.value
    }

    func connect(
        trust: PeerTrust = .plain(), merchant: PublicKey? = nil, to other: PeerAddress? = nil
    ) async throws -> PeerConnection {
        let clock = clock
        return try await PeerConnection.connect(
            to: other ?? address, trust: trust, merchant: merchant ?? key.publicKey,
            agent: "tests/1", clock: { clock.now }, tick: .milliseconds(5))
    }

    /// Opens a channel of a new commitment.
    func open(
        _ link: PeerConnection, nonce: UInt64 = 1, payer: SigningKey? = nil
    ) async throws -> Opened {
        let payer = try payer ?? testKey(2)
        let commitment = try testCommitment(payer: payer, merchant: key.publicKey, nonce: nonce)
        let proof = try OpenProof.sign(link.transcript, commitment.object.id, by: payer)
        return try await link.open(commitment.object, funding: [], proof: proof, salt: nil)
    }
}

func testKey(_ seed: UInt64) throws -> SigningKey {
    var generator = SeededGenerator(seed: seed)
    return try SigningKey.generate(using: &generator)
}

func testCommitment(
    payer: SigningKey, merchant: PublicKey, nonce: UInt64
) throws -> Verified<Commitment> {
    var generator = SeededGenerator(seed: nonce)
    return try payer.sign(
        Commitment(
            nonce: .random(using: &generator), payer: payer.publicKey, merchant: merchant,
            broker: merchant, asset: try Asset(code: "EUR", scale: 6),
            chains: [
                CommittedChain(
                    denomination: try Amount(units: 1), length: ChainIndex(1_000_000),
                    root: .random(using: &generator))
            ],
            issuedAt: testNow, expiresAt: testNow.adding(.day), redeemBy: testNow.adding(9 * .day)))
}

/// The payment that brings chain 0 to `index` and spends `amount`.
func testPayment(_ index: UInt32, _ amount: UInt64 = 1) throws -> OutgoingPayment {
    guard let ordinal = Ordinal(0) else { throw Refusal(.unknownChain) }
    var generator = SeededGenerator(seed: UInt64(index))
    return OutgoingPayment(
        paywords: [
            PaywordClaim(
                ordinal: ordinal, index: ChainIndex(index), payword: .random(using: &generator))
        ], amount: try Amount(units: amount))
}
