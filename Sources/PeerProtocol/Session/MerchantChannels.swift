internal import PayWord

/// The channels of one connection, as the merchant's session knows them: which handle is which
/// commitment, and what waits for an answer.
struct MerchantChannels: Sendable {
    struct Channel: Sendable {
        enum Phase: Sendable { case opening(bytes: Int), open, closing, closed }

        let id: CommitmentID
        var phase: Phase
        /// Sequences that wait for their answer, ascending.
        var unansweredPayments = Queue<UInt32>()
        var lastSequence: UInt32?
        var awaitsReceipt = false
        var lastMeter: UInt64?

        var isOpening: Bool { if case .opening = phase { true } else { false } }
        var isLive: Bool { if case .closed = phase { false } else { true } }
    }

    private var byHandle: [Handle: Channel] = [:]
    /// How many channels are not closed.
    private(set) var liveCount = 0
    /// How many opens, payments, closes and receipts wait for their answer.
    var unanswered = 0
    /// How many bytes the opens that wait take.
    private(set) var openingBytes = 0

    subscript(_ handle: Handle) -> Channel? { byHandle[handle] }

    mutating func begin(_ handle: Handle, _ id: CommitmentID, bytes: Int) {
        byHandle[handle] = Channel(id: id, phase: .opening(bytes: bytes))
        liveCount += 1
        openingBytes += bytes
        unanswered += 1
    }

    /// Ends an opening; a channel that was refused leaves its handle free.
    mutating func finishOpening(_ handle: Handle, isOpen: Bool) -> Bool {
        guard case .opening(let bytes)? = byHandle[handle]?.phase else { return false }
        openingBytes -= bytes
        unanswered -= 1
        if isOpen {
            byHandle[handle]?.phase = .open
        } else {
            byHandle[handle] = nil
            liveCount -= 1
        }
        return true
    }

    /// Ends a closing; a channel whose close was refused stays open.
    mutating func finishClosing(_ handle: Handle, isClosed: Bool) -> Bool {
        guard case .closing? = byHandle[handle]?.phase else { return false }
        byHandle[handle]?.phase = isClosed ? .closed : .open
        unanswered -= 1
        if isClosed { liveCount -= 1 }
        return true
    }

    mutating func beginClosing(_ handle: Handle) {
        byHandle[handle]?.phase = .closing
        unanswered += 1
    }

    mutating func beginReceipt(_ handle: Handle) {
        byHandle[handle]?.awaitsReceipt = true
        unanswered += 1
    }

    mutating func finishReceipt(_ handle: Handle) -> Bool {
        guard byHandle[handle]?.awaitsReceipt == true else { return false }
        byHandle[handle]?.awaitsReceipt = false
        unanswered -= 1
        return true
    }

    /// What becomes of a payment that comes in.
    enum PaymentEntry {
        case begun(CommitmentID)
        case unknownHandle
        case closed
        case notRising(above: UInt32)
    }

    /// Enters a payment. All in one place, and in place: a channel that is taken out while its queue
    /// grows would have the queue copied for each payment.
    mutating func beginPayment(_ handle: Handle, _ sequence: UInt32) -> PaymentEntry {
        guard byHandle[handle]?.isOpening == false else { return .unknownHandle }
        if let last = byHandle[handle]?.lastSequence, sequence <= last {
            return .notRising(above: last)
        }
        byHandle[handle]?.lastSequence = sequence
        guard case .open? = byHandle[handle]?.phase, let id = byHandle[handle]?.id else {
            return .closed
        }
        byHandle[handle]?.unansweredPayments.append(sequence)
        unanswered += 1
        return .begun(id)
    }

    /// Ends the oldest payment of a handle, which must be `sequence`.
    mutating func finishPayment(_ handle: Handle, _ sequence: UInt32) -> Bool {
        guard byHandle[handle]?.unansweredPayments.first == sequence else { return false }
        _ = byHandle[handle]?.unansweredPayments.popFirst()
        unanswered -= 1
        return true
    }

    mutating func recordMeter(_ handle: Handle, _ number: UInt64) {
        byHandle[handle]?.lastMeter = number
    }
}
