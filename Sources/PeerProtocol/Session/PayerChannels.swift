internal import PayWord

/// The channels of one connection, as the payer's session knows them.
struct PayerChannels: Sendable {
    struct Channel: Sendable {
        enum Phase: Sendable { case opening, open, closing, closed }

        var phase = Phase.opening
        /// Sequences that wait for their answer, ascending.
        var unanswered = Queue<UInt32>()
        /// The next payment's; nil when all are used up.
        var nextSequence: UInt32? = 0
        var lastSent: UInt32?
        var lastPaid: UInt32?
        var accepted = Amount.zero
        var awaitsReceipt = false
        var lastMeter: Meter?
    }

    /// Changed in place, so that a channel's queue is not copied with each payment.
    var byHandle: [Handle: Channel] = [:]
    private var nextFree: UInt32 = 0
    private var freed: [Handle] = []
    /// How many channels are not closed.
    private(set) var liveCount = 0

    subscript(_ handle: Handle) -> Channel? { byHandle[handle] }

    /// A handle that this connection has not used, or that an open was refused under.
    mutating func begin() -> Handle? {
        let handle: Handle
        if let again = freed.popLast() {
            handle = again
        } else if let value = UInt16(exactly: nextFree) {
            handle = Handle(value)
            nextFree += 1
        } else {
            return nil
        }
        byHandle[handle] = Channel()
        liveCount += 1
        return handle
    }

    mutating func release(_ handle: Handle) {
        byHandle[handle] = nil
        freed.append(handle)
        liveCount -= 1
    }

    mutating func close(_ handle: Handle) {
        byHandle[handle]?.phase = .closed
        liveCount -= 1
    }
}
