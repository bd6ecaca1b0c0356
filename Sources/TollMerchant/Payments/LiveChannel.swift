internal import PayWord
internal import Synchronization

/// A channel in memory: where its chains stand, what waits to be written, and what failed.
///
/// The cursor may run ahead of the disk while a commit is under way. It is a hint that saves hashing
/// twice: the store compares it with the row, and where they differ the payments are judged again.
final class LiveChannel: Sendable {
    struct State: Sendable {
        /// The chains with the highest paywords that were found right.
        var cursor: [ChainVerifier]
        /// What is on disk, as far as this process knows.
        var status: ChannelStatus
        /// Payments that were judged and wait for the next commit, and the indexes that the first of
        /// them was judged against.
        var waiting: [PendingPayment] = []
        var base: [ChainIndex] = []
        /// How many payments wait or are being committed.
        var pendingCount = 0
        var failures = StepBudget()
    }

    let id: CommitmentID
    let payer: PublicKey
    let expiresAt: Timestamp
    /// Guards what changes. Held while paywords are hashed, so that payments of one channel keep
    /// their order; taken before the queue's lock, never after it.
    let state: Mutex<State>

    /// The channel as the store has it.
    /// - Throws: what decoding the stored commitment throws.
    init(_ record: ChannelRecord) throws(Refusal) {
        let commitment = try SignedObject<Commitment>(decoding: record.terms.commitment)
        id = record.terms.id
        payer = record.terms.payer
        expiresAt = record.terms.expiresAt
        var cursor = commitment.chainVerifiers
        for (position, chain) in record.state.chains.prefix(cursor.count).enumerated() {
            cursor[position].accept(chain.accepted)
        }
        state = Mutex(State(cursor: cursor, status: record.state.status))
    }
}

extension LiveChannel {
    /// The channel as it is on disk, as far as this process knows.
    var status: ChannelStatus { state.withLock { $0.status } }

    /// Takes over what was read from the store outside a commit, unless a commit has come since.
    func refresh(_ stored: ChannelState) {
        state.withLock { state in
            guard stored.payments >= state.status.payments || stored.isClosed else { return }
            state.stand(at: stored, movingCursor: state.pendingCount == 0)
        }
    }
}

extension LiveChannel.State {
    /// Takes over what the store says, and the cursor too unless payments are on their way.
    mutating func stand(at stored: ChannelState, movingCursor: Bool) {
        status = stored.status
        guard movingCursor else { return }
        for (position, chain) in stored.chains.prefix(cursor.count).enumerated() {
            cursor[position].accept(chain.accepted)
        }
    }

    /// Notes where the chains stand before the first payment of a group is judged.
    mutating func noteBase() { base = cursor.map(\.accepted.index) }

    /// Appends a judged payment.
    mutating func enqueue(_ payment: PendingPayment) {
        waiting.append(payment)
        pendingCount += 1
    }
}

/// A payment that waits for its commit, and where its answer goes.
struct PendingPayment: Sendable {
    let request: PaymentRequest
    let ticket: PaymentTicket
    /// The place of the answer in the ticket.
    let place: Int
    /// Why it is refused unless its reference is known.
    var refusal: Refusal?
    /// How often it was judged, because the channel had moved.
    var attempts = 1

    var judged: JudgedPayment {
        JudgedPayment(
            paywords: refusal == nil ? request.paywords : [], amount: request.amount,
            reference: request.reference, refusal: refusal)
    }
}
