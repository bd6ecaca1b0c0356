import PayWord
import PeerProtocol
import TollMerchant
import TollTransport

/// Both sides of a connection as values, without a socket: a payer's session that has opened
/// channels at a merchant's.
package struct PeerPair {
    private var merchantSession: MerchantSession
    private let shop: Shop
    /// The frames of payments, without a session: what they answer is counted by whoever sends them.
    private var payers: [Payer]
    private var sequences: [UInt32]
    private let handles: [Handle]

    package init(_ shop: Shop, channels: Int, length: UInt32) async throws {
        self.shop = shop
        var merchant = MerchantSession(key: shop.key, nonce: .zero, certificate: nil, now: Shop.now)
        var payer = PayerSession(
            merchant: shop.key.publicKey, nonce: .zero, agent: "bench/1", now: Shop.now)
        for bytes in payer.start().sent {
            for answer in merchant.receive(bytes, now: Shop.now).sent {
                _ = payer.receive(answer, now: Shop.now)
            }
        }
        guard let established = payer.established else { throw Failure("no handshake") }
        var opened: [Handle] = []
        payers = try await shop.open(channels, length: length)
        for one in payers {
            let proof = try OpenProof.sign(established.transcript, one.id, by: one.key)
            let (handle, actions) = try payer.open(
                one.commitment.object.encoded, funding: [], proof: proof, now: Shop.now)
            opened.append(handle)
            for bytes in actions.sent {
                for action in merchant.receive(bytes, now: Shop.now) {
                    guard case .perform(.open(let request)) = action else { continue }
                    let result = try await shop.merchant.open(request)
                    _ = merchant.answerOpen(handle, .success(result), now: Shop.now)
                }
            }
        }
        merchantSession = merchant
        handles = opened
        sequences = Array(repeating: 0, count: opened.count)
    }

    /// The bytes of payments, in turn on all channels.
    package mutating func nextFrames(_ count: Int) throws -> [UInt8] {
        var frames = FrameEncoder()
        for number in 0..<count {
            let place = number % handles.count
            sequences[place] += 1
            try frames.write(
                .pay(
                    Pay(
                        handle: handles[place], sequence: sequences[place],
                        paywords: [try payers[place].nextClaim()], amount: try Amount(units: 1))))
        }
        return frames.take()
    }

    /// From the bytes of payments to the bytes of their acknowledgements, in pieces as a socket gives
    /// them.
    package mutating func serve(_ bytes: [UInt8]) async throws -> Int {
        var answered = 0
        for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
            let piece = bytes[start..<min(start + Self.pieceBytes, bytes.count)]
            var input = merchantSession.receive(piece, now: Shop.now)
            while let batch = try Self.payments(input) {
                let outcomes = await shop.merchant.pay(batch)
                input = merchantSession.answerPayments(
                    zip(batch, outcomes).map {
                        PaymentAnswer(handle: $0.handle, sequence: $0.sequence, outcome: $1)
                    }, now: Shop.now)
                answered += outcomes.count { if case .accepted = $0 { true } else { false } }
            }
        }
        return answered
    }

    /// As much as one read of a busy connection brings.
    private static let pieceBytes = 128 * 1024

    /// The payments that are to be judged; nil if there is none.
    private static func payments(_ actions: [MerchantAction]) throws -> [PayRequest]? {
        var batch: [PayRequest] = []
        for action in actions {
            if case .perform(.pay(let requests)) = action { batch += requests }
            if case .end = action { throw Failure("the session ended") }
        }
        return batch.isEmpty ? nil : batch
    }
}

extension [PayerAction] {
    package var sent: [[UInt8]] {
        compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
    }
}

extension [MerchantAction] {
    package var sent: [[UInt8]] {
        compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
    }
}
