import NIOCore
import NIOPosix
import PayWord
import PeerProtocol
import Testing
import TollTransport
import TollWallet

@Test func threat32PaymentsGoOverTLSByAuthorityByPinAndByMerchantKey() async throws {
    let shop = try TestCertificate.shop.identity
    try await TestServer.run(identity: shop) { test in
        let trusts: [PeerTrust] = [
            .authorities(pem: TestCertificate.shop.certificatePEM),
            .pinned(shop.certificateDigest), .merchantKey,
        ]
        for (number, trust) in trusts.enumerated() {
            for host in ["127.0.0.1", "localhost"] {
                var address = test.address
                address.host = host
                let link = try await test.connect(trust: trust, to: address)
                let opened = try await test.open(link, nonce: UInt64(number))
                let answers = try await link.pay(opened.handle, [try testPayment(3, 0)])
                #expect(try answers.first?.get().accepted.units == 3)
                await link.end()
            }
        }
    }
}

@Test func whoKnowsTheMerchantOrItsCertificateNeedsNoNameInIt() async throws {
    let elsewhere = try TestCertificate.elsewhere.identity
    try await TestServer.run(identity: elsewhere) { test in
        for trust in [.merchantKey, .pinned(elsewhere.certificateDigest)] as [PeerTrust] {
            let link = try await test.connect(trust: trust)
            await link.end()
        }
        await #expect(throws: Refusal(.timedOut)) {
            try await test.connect(
                trust: .authorities(pem: TestCertificate.elsewhere.certificatePEM))
        }
    }
}

@Test func threat32AnotherCertificateOrNoneIsRefused() async throws {
    let other = try TestCertificate.other.identity
    let shop = try TestCertificate.shop.identity
    try await TestServer.run(identity: other) { test in
        for trust in [
            .authorities(pem: TestCertificate.shop.certificatePEM), .systemAuthorities,
            .pinned(shop.certificateDigest),
        ] as [PeerTrust] {
            await #expect(throws: Refusal(.timedOut)) { try await test.connect(trust: trust) }
        }
        await #expect(throws: Refusal.self) { try await test.connect(trust: .plain()) }
        await #expect(throws: Refusal(.insecureTransport)) {
            try await PeerConnection.connect(
                to: test.address, trust: .merchantKey, merchant: nil, agent: "",
                clock: { testNow })
        }
        await #expect(throws: Refusal(.wrongMerchant)) {
            try await test.connect(trust: .merchantKey, merchant: try testKey(5).publicKey)
        }
    }
}

@Test func threat32PlainTCPOffLoopbackIsRefusedUnlessNamed() async throws {
    let key = try testKey(1)
    func server(_ allowed: Bool) -> PeerServer {
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: "0.0.0.0", port: 0))
        configuration.allowPlainTCPOffLoopback = allowed
        configuration.tick = .milliseconds(5)
        return PeerServer(
            configuration, key: key, service: TestService(key: key), clock: { testNow })
    }
    await #expect(throws: Refusal(.insecureTransport)) { try await server(false).run() }

    let open = server(true)
    let running = Task { try await open.run() }
    var address = try await open.address()
    // An address of this machine that is not its loopback, if it has one.
    let own = try System.enumerateDevices().compactMap(\.address?.ipAddress).first {
        !$0.hasPrefix("127.") && !$0.contains(":")
    }
    if let own {
        address.host = own
        await #expect(throws: Refusal(.insecureTransport)) {
            try await PeerConnection.connect(
                to: address, trust: .plain(), merchant: key.publicKey, agent: "",
                clock: { testNow })
        }
        let link = try await PeerConnection.connect(
            to: address, trust: .plain(allowOffLoopback: true), merchant: key.publicKey, agent: "",
            clock: { testNow })
        await link.end()
    } else {
        print("no address off loopback: the payer's side is not tried")
    }
    open.stop()
    try await running.value
}

/// The impostor has a certificate that the payer believes, and relays every byte between the payer
/// and the real merchant. The handshake covers the certificate that each side saw, and they differ.
@Test func threat32aARelayedHandshakeOverAnotherCertificateIsRefused() async throws {
    let shop = try TestCertificate.shop.identity
    let impostor = try TestCertificate.other.identity
    try await TestServer.run(identity: shop) { test in
        try await TLSRelay.run(identity: TestCertificate.other, to: test.address) { relay in
            for trust in [.merchantKey, .pinned(impostor.certificateDigest)] as [PeerTrust] {
                await #expect(throws: Refusal(.badSignature)) {
                    try await test.connect(trust: trust, to: relay)
                }
            }
        }
        #expect(await test.service.channels.isEmpty)
    }
}

/// The impostor is a merchant itself, to whom the payer opens its channel in good faith; it shows
/// the payer's proof to the real merchant on a connection of its own.
@Test func threat32aAProofOfAnotherTranscriptIsRefused() async throws {
    try await TestServer.run { test in
        let payer = try testKey(2)
        let commitment = try testCommitment(payer: payer, merchant: test.key.publicKey, nonce: 1)
        let victims = try await test.connect()
        let impostors = try await test.connect()
        let proof = try OpenProof.sign(victims.transcript, commitment.object.id, by: payer)
        await #expect(throws: Refusal(.badSignature)) {
            try await impostors.open(commitment.object, funding: [], proof: proof, salt: nil)
        }
        #expect(await test.service.channels.isEmpty)
        let opened = try await victims.open(
            commitment.object, funding: [], proof: proof, salt: nil)
        #expect(opened.accepted == .zero)
        await victims.end()
        await impostors.end()
    }
}

/// Only the payer's key resumes a channel, however well its commitment is known.
@Test func threat15AChannelIsResumedByItsPayerAlone() async throws {
    try await TestServer.run { test in
        let payer = try testKey(2)
        let thief = try testKey(3)
        let commitment = try testCommitment(payer: payer, merchant: test.key.publicKey, nonce: 1)
        let link = try await test.connect()
        let proof = try OpenProof.sign(link.transcript, commitment.object.id, by: thief)
        await #expect(throws: Refusal(.badSignature)) {
            try await link.open(commitment.object, funding: [], proof: proof, salt: nil)
        }
        #expect(await test.service.channels.isEmpty)
        await link.end()
    }
}

@Test func whatIsNoCertificateMakesNoIdentity() throws {
    let shop = TestCertificate.shop
    let other = TestCertificate.other
    for (chain, key) in [
        ([], shop.privateKeyPEM), (Array("nonsense".utf8), shop.privateKeyPEM),
        (shop.certificatePEM, []), (shop.certificatePEM, other.privateKeyPEM),
    ] as [([UInt8], [UInt8])] {
        #expect(throws: Refusal(.malformed)) {
            try ServerIdentity(certificateChainPEM: chain, privateKeyPEM: key)
        }
    }
}
