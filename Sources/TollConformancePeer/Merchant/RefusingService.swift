internal import PayWord
internal import PeerProtocol
internal import Synchronization
internal import TollTransport

/// A merchant that refuses what it could do: all of it, or the first payment.
final class RefusingService: PeerService {
    private let merchant: any PeerService
    private let refusesAll: Bool
    /// Guards whether the first payment came.
    private let hasRefused = Mutex(false)

    init(_ merchant: any PeerService, refusesAll: Bool) {
        self.merchant = merchant
        self.refusesAll = refusesAll
    }

    func offer(for resource: String) async throws(Refusal) -> [UInt8] {
        if refusesAll { throw Refusal(.busy) }
        return try await merchant.offer(for: resource)
    }

    func open(_ request: OpenRequest) async throws(Refusal) -> OpenedChannel {
        if refusesAll { throw Refusal(.busy) }
        return try await merchant.open(request)
    }

    func pay(_ batch: [PayRequest]) async -> [PaymentAnswer.Outcome] {
        let count = refusesAll ? batch.count : isFirst() ? 1 : 0
        let refused = batch.prefix(count).map { _ in
            PaymentAnswer.Outcome.refused(Refusal(.busy))
        }
        let rest = Array(batch.dropFirst(count))
        return rest.isEmpty ? refused : refused + (await merchant.pay(rest))
    }

    private func isFirst() -> Bool {
        hasRefused.withLock { hasRefused in
            defer { hasRefused = true }
            return !hasRefused
        }
    }

    func close(
        _ id: CommitmentID, _ request: SignedObject<CloseRequest>
    ) async throws(Refusal) -> ClosedChannel { try await merchant.close(id, request) }

    func receipt(_ id: CommitmentID) async throws(Refusal) -> [UInt8] {
        try await merchant.receipt(id)
    }
}
