internal import PayWord
internal import PeerProtocol
internal import TollWallet

/// The payments of one channel on one connection: what waits to be sent, and what waits for its
/// answer, in the order in which the wallet asked.
///
/// The session numbers a handle's payments without a gap, so a sequence tells a payment's place.
struct PaymentLane: Sendable {
    typealias Answers = [Result<AcknowledgedState, Refusal>]
    typealias Waiter = CheckedContinuation<Result<Answers, Refusal>, Never>

    /// One call of `pay`: it returns when all of its payments are answered.
    private struct Batch: Sendable {
        let payments: [Pay]
        let waiter: Waiter
        /// The sequence of the first payment.
        var firstSequence: UInt32?
        var sent = 0
        var unanswered: Int
        var results: [Result<AcknowledgedState, Refusal>?]
    }

    private var batches: [Batch] = []

    /// Whether nothing waits.
    var isEmpty: Bool { batches.isEmpty }

    /// Whether a payment waits to be sent.
    var hasUnsent: Bool { batches.last.map { $0.sent < $0.payments.count } ?? false }

    mutating func append(_ payments: [Pay], _ waiter: Waiter) {
        batches.append(
            Batch(
                payments: payments, waiter: waiter, unanswered: payments.count,
                results: Array(repeating: nil, count: payments.count)))
    }

    /// At most `count` payments to be sent next.
    func next(_ count: Int) -> ArraySlice<Pay> {
        guard let batch = batches.first(where: { $0.sent < $0.payments.count }) else { return [] }
        return batch.payments[batch.sent...].prefix(count)
    }

    /// The first of the payments that ``next(_:)`` gave went out under these sequences; the one
    /// after them was refused here, if there is a refusal.
    mutating func sent(_ sequences: [UInt32], then refusal: Refusal?) {
        guard let index = batches.firstIndex(where: { $0.sent < $0.payments.count }) else { return }
        if batches[index].firstSequence == nil { batches[index].firstSequence = sequences.first }
        batches[index].sent += sequences.count
        guard let refusal else { return }
        // What cannot be sent once cannot be sent later: the rest of the batch is refused alike.
        for place in batches[index].sent..<batches[index].payments.count {
            batches[index].results[place] = .failure(refusal)
            batches[index].unanswered -= 1
        }
        batches[index].sent = batches[index].payments.count
        finishAnswered()
    }

    /// Records the answers to some payments.
    mutating func answer(
        _ sequences: some Sequence<UInt32>, _ result: Result<AcknowledgedState, Refusal>
    ) {
        var index = 0
        for sequence in sequences {
            while index < batches.count, !contains(sequence, batches[index]) { index += 1 }
            guard index < batches.count, let first = batches[index].firstSequence else { return }
            let place = Int(sequence - first)
            guard batches[index].results[place] == nil else { continue }
            batches[index].results[place] = result
            batches[index].unanswered -= 1
        }
        finishAnswered()
    }

    /// Fails whatever waits.
    mutating func fail(_ refusal: Refusal) {
        for batch in batches { batch.waiter.resume(returning: .failure(refusal)) }
        batches = []
    }

    private func contains(_ sequence: UInt32, _ batch: Batch) -> Bool {
        guard let first = batch.firstSequence, sequence >= first else { return false }
        return Int(sequence - first) < batch.results.count
    }

    private mutating func finishAnswered() {
        while let batch = batches.first, batch.unanswered == 0 {
            batches.removeFirst()
            batch.waiter.resume(returning: .success(batch.results.compactMap(\.self)))
        }
    }
}
