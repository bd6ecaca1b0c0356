import PayWord
import PeerProtocol
import Synchronization
import TollTransport

/// A merchant in memory that counts the index of chain 0 as what is accepted, and believes every
/// payword: what a payword is worth is tested elsewhere. A gate can hold it back, so that tests
/// decide when it answers.
actor TestService: PeerService {
    struct Channel {
        var accepted: UInt64 = 0
        var spent: UInt64 = 0
        var claim: PaywordClaim?
        var isClosed = false
        var payments: UInt64 = 0
    }

    let key: SigningKey
    private(set) var channels: [CommitmentID: Channel] = [:]
    private(set) var batchSizes: [Int] = []
    private var opened: [CommitmentID: Commitment] = [:]
    private var isHeld = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var arrivals: [CheckedContinuation<Void, Never>] = []
    private var waitingCount = 0

    init(key: SigningKey) { self.key = key }

    /// Holds every batch of payments back until ``release()``.
    func hold() { isHeld = true }

    func release() {
        isHeld = false
        for continuation in held { continuation.resume() }
        held = []
    }

    /// Returns when a batch is being held back.
    func untilHolding() async {
        while waitingCount == 0 { await withCheckedContinuation { arrivals.append($0) } }
    }

    func offer(for resource: String) async throws(Refusal) -> [UInt8] {
        guard resource != "/nothing" else { throw Refusal(.unknownResource) }
        let asset = try Asset(code: "EUR", scale: 6)
        return try key.sign(
            Offer(
                merchant: key.publicKey, brokers: [key.publicKey], asset: asset, unit: "call",
                price: try Amount(units: 5), validUntil: testNow.adding(.day), resource: resource)
        ).encoded
    }

    func open(_ request: OpenRequest) async throws(Refusal) -> OpenedChannel {
        let commitment = try request.commitment.verified()
        guard commitment.payload.merchant == key.publicKey else { throw Refusal(.wrongMerchant) }
        let id = request.commitment.id
        opened[id] = commitment.payload
        let channel = channels[id, default: Channel()]
        channels[id] = channel
        return OpenedChannel(
            paywords: channel.claim.map { [$0] } ?? [], amounts: try amounts(channel))
    }

    func pay(_ batch: [PayRequest]) async -> [PaymentAnswer.Outcome] {
        batchSizes.append(batch.count)
        if isHeld {
            waitingCount += 1
            for arrival in arrivals { arrival.resume() }
            arrivals = []
            await withCheckedContinuation { held.append($0) }
            waitingCount -= 1
        }
        return batch.map { payment in
            do throws(Refusal) { return .accepted(try pay(payment)) } catch {
                let state = try? channels[payment.commitmentID].map(amounts)
                return .refused(error, error.reason == .staleIndex ? state : nil)
            }
        }
    }

    private func pay(_ payment: PayRequest) throws(Refusal) -> ChannelAmounts {
        guard var channel = channels[payment.commitmentID] else {
            throw Refusal(.unknownCommitment)
        }
        guard !channel.isClosed else { throw Refusal(.channelClosed) }
        if let claim = payment.paywords.first {
            guard claim.payword != .zero else { throw Refusal(.badPayword) }
            guard UInt64(claim.index.value) >= channel.accepted else { throw Refusal(.staleIndex) }
            channel.accepted = UInt64(claim.index.value)
            channel.claim = claim
        }
        channel.spent += payment.amount.units
        guard channel.spent <= channel.accepted else { throw Refusal(.insufficientFunds) }
        channel.payments += 1
        channels[payment.commitmentID] = channel
        return try amounts(channel)
    }

    func close(
        _ id: CommitmentID, _ request: SignedObject<CloseRequest>
    ) async throws(Refusal) -> ClosedChannel {
        guard let commitment = opened[id] else { throw Refusal(.unknownCommitment) }
        _ = try request.verified(signedBy: commitment.payer)
        channels[id]?.isClosed = true
        let close = try key.sign(
            Close(
                commitmentID: id, broker: commitment.broker, merchant: key.publicKey, final: [],
                createdAt: testNow))
        return ClosedChannel(close: close.encoded, receipt: try await receipt(id))
    }

    func receipt(_ id: CommitmentID) async throws(Refusal) -> [UInt8] {
        guard let channel = channels[id], let commitment = opened[id] else {
            throw Refusal(.unknownCommitment)
        }
        return try key.sign(
            Receipt(
                commitmentID: id, payer: commitment.payer, merchant: key.publicKey,
                asset: commitment.asset, accepted: try Amount(units: channel.accepted),
                spent: try Amount(units: channel.spent), payments: channel.payments,
                issuedAt: testNow, marks: channel.claim.map { [$0.mark] } ?? [])
        ).encoded
    }

    private func amounts(_ channel: Channel) throws(Refusal) -> ChannelAmounts {
        ChannelAmounts(
            accepted: try Amount(units: channel.accepted), spent: try Amount(units: channel.spent))
    }
}

let testNow = Timestamp(1_800_000_000)

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let time = Mutex(testNow)

    var now: Timestamp { time.withLock { $0 } }
    func advance(_ seconds: Seconds) { time.withLock { $0 = $0.adding(seconds) } }
}
