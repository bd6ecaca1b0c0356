internal import Synchronization

/// Arrays of payments that were answered, kept with their memory for those that come: so a channel
/// takes none while nothing waits on it, and none is allocated for each group.
final class SpareArrays: Sendable {
    /// How many are kept, and of how many runs at most.
    static let countMaximum = 1024
    static let capacityMaximum = 1024

    private let arrays = Mutex<[[PaymentRun]]>([])

    /// An empty array.
    func take() -> [PaymentRun] { arrays.withLock { $0.popLast() } ?? [] }

    /// Takes an array back that is needed no more.
    func give(_ array: consuming [PaymentRun]) {
        guard array.capacity > 0, array.capacity <= Self.capacityMaximum else { return }
        var array = array
        array.removeAll(keepingCapacity: true)
        arrays.withLock { arrays in
            if arrays.count < Self.countMaximum { arrays.append(array) }
        }
    }
}
