import PayWord
import StoreConformance
import Synchronization
import TollMerchant
import TollTransport

@testable import TollConformancePeer

let benchNow = Timestamp(1_800_000_000)

func benchKey(_ number: UInt8) throws -> SigningKey {
    try SigningKey(seed: SecretBytes([UInt8](repeating: number, count: 32)))
}

/// What a run told, and whether its connections are over.
final class EventLog: Sendable {
    private let events = Mutex<[PeerEvent]>([])
    private let changes: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation

    init() { (changes, sink) = AsyncStream.makeStream() }

    var all: [PeerEvent] { events.withLock(\.self) }

    var hasMisbehaved: Bool { all.contains { $0.name == "misbehave" } }

    func add(_ event: PeerEvent) {
        events.withLock { $0.append(event) }
        sink.yield()
    }

    /// Returns when every connection that began is over.
    func untilAllIsOver() async {
        while true {
            let open = all.reduce(0) {
                $0 + ($1.name == "connect" ? 1 : $1.name == "disconnect" ? -1 : 0)
            }
            if open == 0 { return }
            for await _ in changes { break }
        }
    }
}

/// A live merchant for the time of one test.
struct MerchantBench {
    let misbehaviour: MerchantMisbehaviour?
    let peer: PeerMerchant
    let events: EventLog

    static func run(
        _ misbehaviour: MerchantMisbehaviour?, events: EventLog = EventLog(),
        _ body: (MerchantBench) async throws -> Void
    ) async throws -> PeerReport {
        let asset = try Asset(code: "EUR", scale: 6)
        var policy = MerchantPolicy(asset: asset, brokers: [])
        policy.twoPartyMaximum = .maximum
        var configuration = PeerMerchant.Configuration(
            address: PeerAddress(host: "127.0.0.1", port: 0), policy: policy,
            catalogue: try Catalogue([
                "article": Price(unit: "article", amount: try Amount(units: 7))
            ]))
        configuration.misbehaviour = misbehaviour
        configuration.quiet = .milliseconds(100)
        configuration.tick = .milliseconds(5)
        let peer = try await PeerMerchant.listen(
            configuration, key: try benchKey(1), clock: { benchNow }, events: events.add
        ) { _ in MemoryChannelStore() }
        let running = Task { await peer.run() }
        do {
            try await body(MerchantBench(misbehaviour: misbehaviour, peer: peer, events: events))
        } catch {
            peer.stop()
            _ = await running.value
            throw error
        }
        await events.untilAllIsOver()
        peer.stop()
        return await running.value
    }
}
