import FixtureKit
import PayWord
import PeerProtocol

/// Parties and objects that the tests share.
enum Samples {
    static let now = Timestamp(1_800_000_000)
    static let asset = try? Asset(code: "EUR", scale: 6)

    static func key(_ seed: UInt64) throws -> SigningKey {
        var generator = SeededRandom(seed: seed)
        return try SigningKey.generate(using: &generator)
    }

    static func nonce(_ seed: UInt64) -> Nonce {
        var generator = SeededRandom(seed: seed)
        return .random(using: &generator)
    }

    static func payword(_ seed: UInt64) -> Payword {
        var generator = SeededRandom(seed: seed)
        return .random(using: &generator)
    }

    static func claim(_ ordinal: UInt64 = 0, _ index: UInt32 = 1) throws -> PaywordClaim {
        guard let ordinal = Ordinal(ordinal) else { throw Refusal(.unknownChain) }
        return PaywordClaim(
            ordinal: ordinal, index: ChainIndex(index), payword: payword(UInt64(index)))
    }

    static func commitment(
        payer: SigningKey, merchant: PublicKey, nonce seed: UInt64 = 1
    ) throws -> Verified<Commitment> {
        let asset = try Asset(code: "EUR", scale: 6)
        return try payer.sign(
            Commitment(
                nonce: nonce(seed), payer: payer.publicKey, merchant: merchant, broker: merchant,
                asset: asset,
                chains: [
                    CommittedChain(
                        denomination: try Amount(units: 1), length: ChainIndex(1000),
                        root: payword(seed))
                ],
                issuedAt: now, expiresAt: now.adding(.day), redeemBy: now.adding(9 * .day)))
    }

    static func closeRequest(_ id: CommitmentID, payer: SigningKey, merchant: PublicKey) throws
        -> [UInt8]
    {
        try payer.sign(CloseRequest(commitmentID: id, merchant: merchant, createdAt: now)).encoded
    }

    static func amounts(_ accepted: UInt64, _ spent: UInt64) throws -> ChannelAmounts {
        ChannelAmounts(accepted: try Amount(units: accepted), spent: try Amount(units: spent))
    }

    /// One message of every kind, each with every optional part once there and once not.
    static func messages() throws -> [PeerMessage] {
        let handle = Handle(7)
        let units = try Amount(units: 12_345)
        let signature = try key(1).sign([1])
        return [
            .hello(Hello(versions: [1, 2, 65535], nonce: nonce(1), agent: "tests/1 ü")),
            .helloAck(
                HelloAck(
                    version: 1, merchant: try key(1).publicKey, nonce: nonce(2),
                    limits: PeerLimits(jump: 1, unansweredFrames: .max, channels: 3),
                    signature: signature)),
            .quote("/weather"), .quote(""), .offer([1, 2, 3]),
            .open(
                Open(
                    handle: handle, commitment: [1], funding: [[2, 3], []], proof: signature,
                    salt: TermsSalt.zero)),
            .open(Open(handle: Handle(65535), commitment: [], funding: [], proof: signature)),
            .opened(
                Opened(
                    handle: handle, paywords: [try claim(0, 1), try claim(7, .max)],
                    accepted: .maximum, spent: .zero)),
            .pay(
                Pay(
                    handle: handle, sequence: .max,
                    paywords: PaywordClaims(try (0..<8).map { try claim($0, 9) }), amount: units,
                    reference: [UInt8](repeating: 7, count: 64))),
            .pay(Pay(handle: handle, sequence: 0, paywords: [], amount: .zero)),
            .paid(Paid(handle: handle, sequence: 3, accepted: units, spent: units)),
            .meter(Meter(handle: handle, number: .max, amountDue: units, units: .max)),
            .close(handle, [1, 2]), .closed(handle, close: [3], receipt: [4]),
            .error(PeerError(Refusal(.staleIndex), handle: handle, sequence: 4)),
            .error(PeerError(Refusal(.busy))),
            .error(PeerError(reasonNumber: .max, retryable: true, text: "")),
            .receiptPlease(handle), .receipt(handle, [5]),
        ]
    }
}
