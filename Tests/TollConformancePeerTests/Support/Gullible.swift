import PayWord
import PeerProtocol

@testable import TollConformancePeer

/// A wallet that believes everything: it checks no signature, no amount and no order, and begins at
/// its first payword whenever it connects.
struct Gullible {
    let bench: MerchantBench
    private let wallet: PeerWallet

    init(_ bench: MerchantBench) throws {
        self.bench = bench
        var target = PeerWallet.Target(
            address: bench.peer.address, merchant: bench.peer.merchant,
            asset: try Asset(code: "EUR", scale: 6))
        target.answerTime = .seconds(5)
        wallet = PeerWallet(target, clock: { benchNow })
    }

    func buy() async throws {
        let script = PayerScript(wallet)
        let channel = try await script.channel()
        for _ in 0..<2 { try await buy(channel, script) }
        script.end()
    }

    private func buy(_ channel: PayerChannel, _ script: PayerScript) async throws {
        let line = try await script.dial()
        try? await line.shakeHands()
        let handle = line.freshHandle()
        // Of a handshake that fails it has no transcript, and opens all the same.
        await line.send(.open(try channel.open(handle, line.transcript)))
        _ = await line.next()
        await line.send(.quote("article"))
        await wait(on: line)
        let payments = try (0..<2 as Range<UInt32>).map { try pay(channel, handle, $0) }
        await line.send(forged: payments.flatMap { Forgery.frame($0) })
        await wait(on: line)
        await line.send(.receiptPlease(handle))
        await wait(on: line)
        await line.send(try pay(channel, handle, 2))
        await wait(on: line)
        line.close()
    }

    /// Takes whatever comes, until nothing does.
    private func wait(on line: PayerLine) async {
        while case .message = await line.next(within: .milliseconds(400)) {}
    }

    private func pay(
        _ channel: PayerChannel, _ handle: Handle, _ sequence: UInt32
    ) throws -> PeerMessage {
        .pay(
            Pay(
                handle: handle, sequence: sequence, paywords: [channel.claim(sequence + 1)],
                amount: try Amount(units: 1)))
    }
}
