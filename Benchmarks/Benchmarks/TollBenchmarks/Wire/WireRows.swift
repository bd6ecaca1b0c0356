import NIOCore
import PayWord
import PeerProtocol
import Scenes
import StoreConformance
import TollTransport

/// Payments over TCP on loopback, on one connection, against an echo of the same bytes.
func registerWireRows() {
    row("peer protocol on loopback TCP", seconds: 4, full: 10, iterations: 200) {
        try await againstEcho(of: .read)
    }
    row("the same, beside an echo of frame after frame", seconds: 4, full: 10, iterations: 200) {
        try await againstEcho(of: .frame)
    }
    row("frames to acknowledgements, without a socket", seconds: 2, full: 5, iterations: 60) {
        let shop = try Shop(key: Shop.newKey(), MemoryChannelStore())
        var pair = try await PeerPair(shop, channels: WireBench.channels, length: 1 << 15)
        var frames: [UInt8] = []
        return Sides(
            ours: .init(
                units: WireBench.payments,
                prepare: { frames = try pair.nextFrames(WireBench.payments) }
            ) {
                let answered = try await pair.serve(frames)
                try check(answered == WireBench.payments, "a payment was refused")
            })
    }
}

private func againstEcho(of unit: EchoServer.Unit) async throws -> Sides {
    let bench = try await WireBench()
    let client = try await WireClient(port: EchoServer.start(echoing: unit))
    return Sides(
        ours: .init(units: WireBench.payments, prepare: bench.prepare) { try await bench.pay() },
        limit: .init(units: WireBench.payments, prepare: bench.prepare) {
            try await client.send(bench.frames, until: .bytes(bench.frames.readableBytes))
        })
}

/// A server of ours with a store in memory, and a client whose payments are ready as bytes.
private final class WireBench {
    static let channels = 32
    static let payments = 16_384

    private let client: WireClient
    private var payers: [Payer]
    private var handles: [Handle] = []
    private var sequences: [Handle: UInt32] = [:]
    private let running: Task<Void, any Error>
    /// The next payments, until they are paid.
    private(set) var frames = ByteBuffer()
    private var isPaid = true

    init() async throws {
        let shop = try Shop(key: Shop.newKey(), MemoryChannelStore())
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: "127.0.0.1", port: 0))
        configuration.session.limits = shop.merchant.peerLimits
        let server = PeerServer(
            configuration, key: shop.key, service: shop.merchant, clock: { Shop.now })
        running = Task { try await server.run() }
        payers = try await shop.open(Self.channels, length: 1 << 16)
        client = try await WireClient(port: server.address().port)
        try await open(at: shop.key.publicKey)
    }

    /// The handshake, and an open for each channel.
    private func open(at merchant: PublicKey) async throws {
        var session = PayerSession(
            merchant: merchant, nonce: .zero, agent: "bench/1", now: Shop.now)
        for bytes in session.start().sent {
            for message in try await client.send(ByteBuffer(bytes: bytes), until: .frame) {
                var frames = FrameEncoder()
                try frames.write(message)
                _ = session.receive(frames.take(), now: Shop.now)
            }
        }
        guard let established = session.established else { throw Failure("no handshake") }
        for payer in payers {
            let proof = try OpenProof.sign(established.transcript, payer.id, by: payer.key)
            let (handle, actions) = try session.open(
                payer.commitment.object.encoded, funding: [], proof: proof, now: Shop.now)
            for bytes in actions.sent {
                try await client.send(ByteBuffer(bytes: bytes), until: .frame)
            }
            handles.append(handle)
            sequences[handle] = 0
        }
    }

    func prepare() throws {
        guard isPaid else { return }
        isPaid = false
        var encoder = FrameEncoder()
        for number in 0..<Self.payments {
            let place = number % handles.count
            let handle = handles[place]
            sequences[handle, default: 0] += 1
            try encoder.write(
                .pay(
                    Pay(
                        handle: handle, sequence: sequences[handle, default: 0],
                        paywords: [try payers[place].nextClaim()], amount: try Amount(units: 1))))
        }
        frames = ByteBuffer(bytes: encoder.take())
    }

    func pay() async throws {
        isPaid = true
        try await client.send(frames, until: .acknowledged(sequences))
    }
}
