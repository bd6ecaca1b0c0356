import NIOCore
import PayWord
import PeerProtocol
import TollTransport

@testable import TollConformancePeer

/// A merchant that proves its key and then takes everything: it checks no proof, no payword and no
/// order, keeps nothing, and ends nothing.
enum CarelessMerchant {
    static func run(hasBroker: Bool, _ body: (PeerWallet) async throws -> Void) async throws {
        let key = try benchKey(1)
        let listener = try await WireListener(host: "127.0.0.1", port: 0)
        let serving = Task {
            await withDiscardingTaskGroup { group in
                for await wire in listener.wires {
                    group.addTask { await serve(wire, key) }
                }
            }
        }
        var target = PeerWallet.Target(
            address: PeerAddress(host: "127.0.0.1", port: listener.address?.port ?? 0),
            merchant: key.publicKey, asset: try Asset(code: "EUR", scale: 6))
        target.answerTime = .seconds(1)
        target.silenceTime = .milliseconds(300)
        target.byteTime = .milliseconds(1)
        target.broker = hasBroker ? try benchKey(2).publicKey : nil
        let wallet = PeerWallet(target, clock: { benchNow })
        do { try await body(wallet) } catch {
            listener.close()
            await serving.value
            throw error
        }
        listener.close()
        await serving.value
    }

    private static func serve(_ wire: Wire, _ key: SigningKey) async {
        var frames = FrameDecoder()
        var accepted: [Handle: UInt64] = [:]
        var spent: [Handle: UInt64] = [:]
        while case .bytes(let bytes) = await wire.receive(within: .seconds(60)) {
            frames.append(bytes)
            while let body = try? frames.next() {
                guard let message = try? PeerMessage(decoding: body) else { continue }
                if case .pay(let pay) = message {
                    let index = pay.paywords.first?.index.value ?? 0
                    accepted[pay.handle] = max(accepted[pay.handle] ?? 0, UInt64(index))
                    spent[pay.handle, default: 0] += pay.amount.units
                }
                guard let answer = try? answer(message, accepted, spent, key) else { continue }
                await wire.send(Forgery.frame(answer))
            }
        }
        wire.close()
    }

    private static func answer(
        _ message: PeerMessage, _ accepted: [Handle: UInt64], _ spent: [Handle: UInt64],
        _ key: SigningKey
    ) throws -> PeerMessage? {
        switch message {
        case .hello(let hello):
            .helloAck(
                try HelloAck.signed(
                    answering: hello, version: 1, nonce: .zero,
                    limits: PeerLimits(jump: 1 << 16, unansweredFrames: 64, channels: 4),
                    certificate: nil, by: key))
        case .open(let open):
            .opened(Opened(handle: open.handle, paywords: [], accepted: .zero, spent: .zero))
        case .pay(let pay):
            .paid(
                Paid(
                    handle: pay.handle, sequence: pay.sequence,
                    accepted: try Amount(units: accepted[pay.handle] ?? 0),
                    spent: try Amount(units: spent[pay.handle] ?? 0)))
        default: nil
        }
    }
}
