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
        /// What is to be acknowledged of it at the end of a batch of answers.
        var acknowledgement: Paid?

        var isOpening: Bool { if case .opening = phase { true } else { false } }
        var isLive: Bool { if case .closed = phase { false } else { true } }
    }

    /// Where each handle's channel is. A payment looks its handle up once, then works in place.
    private var places: [Handle: Int] = [:]
    private var channels: [Channel] = []
    /// Places of channels that were refused.
    private var free: [Int] = []
    /// Places of channels with an acknowledgement to send, in order.
    private var acknowledged: [Int] = []
    /// How many channels are not closed.
    private(set) var liveCount = 0
    /// How many opens, payments, closes and receipts wait for their answer.
    var unanswered = 0
    /// How many bytes the opens that wait take.
    private(set) var openingBytes = 0

    subscript(_ handle: Handle) -> Channel? { places[handle].map { channels[$0] } }

    mutating func begin(_ handle: Handle, _ id: CommitmentID, bytes: Int) {
        let channel = Channel(id: id, phase: .opening(bytes: bytes))
        if let place = free.popLast() {
            channels[place] = channel
            places[handle] = place
        } else {
            places[handle] = channels.count
            channels.append(channel)
        }
        liveCount += 1
        openingBytes += bytes
        unanswered += 1
    }

    /// Ends an opening; a channel that was refused leaves its handle free.
    mutating func finishOpening(_ handle: Handle, isOpen: Bool) -> Bool {
        guard let place = places[handle], case .opening(let bytes) = channels[place].phase else {
            return false
        }
        openingBytes -= bytes
        unanswered -= 1
        if isOpen {
            channels[place].phase = .open
        } else {
            places[handle] = nil
            free.append(place)
            liveCount -= 1
        }
        return true
    }

    /// Ends a closing; a channel whose close was refused stays open.
    mutating func finishClosing(_ handle: Handle, isClosed: Bool) -> Bool {
        guard let place = places[handle], case .closing = channels[place].phase else {
            return false
        }
        channels[place].phase = isClosed ? .closed : .open
        unanswered -= 1
        if isClosed { liveCount -= 1 }
        return true
    }

    mutating func beginClosing(_ handle: Handle) {
        guard let place = places[handle] else { return }
        channels[place].phase = .closing
        unanswered += 1
    }

    mutating func beginReceipt(_ handle: Handle) {
        guard let place = places[handle] else { return }
        channels[place].awaitsReceipt = true
        unanswered += 1
    }

    mutating func finishReceipt(_ handle: Handle) -> Bool {
        guard let place = places[handle], channels[place].awaitsReceipt else { return false }
        channels[place].awaitsReceipt = false
        unanswered -= 1
        return true
    }

    // MARK: Payments

    /// What becomes of a payment that comes in.
    enum PaymentEntry {
        case begun(CommitmentID)
        case unknownHandle
        case closed
        case notRising(above: UInt32)
    }

    /// Enters a payment.
    mutating func beginPayment(_ handle: Handle, _ sequence: UInt32) -> PaymentEntry {
        guard let place = places[handle], !channels[place].isOpening else { return .unknownHandle }
        if let last = channels[place].lastSequence, sequence <= last {
            return .notRising(above: last)
        }
        channels[place].lastSequence = sequence
        guard case .open = channels[place].phase else { return .closed }
        channels[place].unansweredPayments.append(sequence)
        unanswered += 1
        return .begun(channels[place].id)
    }

    /// Ends the oldest payment of a handle, which must be `sequence`; with amounts, it is
    /// acknowledged by ``takeAcknowledgements()``.
    mutating func finishPayment(
        _ handle: Handle, _ sequence: UInt32, _ amounts: ChannelAmounts?
    ) -> Bool {
        guard let place = places[handle], channels[place].unansweredPayments.first == sequence
        else { return false }
        _ = channels[place].unansweredPayments.popFirst()
        unanswered -= 1
        guard let amounts else { return true }
        if channels[place].acknowledgement == nil { acknowledged.append(place) }
        channels[place].acknowledgement = Paid(
            handle: handle, sequence: sequence, accepted: amounts.accepted, spent: amounts.spent)
        return true
    }

    /// What is to be acknowledged, in the order in which the channels were first answered.
    mutating func takeAcknowledgements() -> [Paid] {
        let taken = acknowledged.compactMap { channels[$0].acknowledgement }
        for place in acknowledged { channels[place].acknowledgement = nil }
        acknowledged.removeAll(keepingCapacity: true)
        return taken
    }

    mutating func recordMeter(_ handle: Handle, _ number: UInt64) {
        guard let place = places[handle] else { return }
        channels[place].lastMeter = number
    }
}
