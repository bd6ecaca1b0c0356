private import Synchronization

/// The connections of one server: how many there are, in all and of each remote address.
final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [UInt64: ServedConnection] = [:]
        var byAddress: [String: Int] = [:]
        var nextID: UInt64 = 0
    }

    private let connectionsMaximum: Int
    private let perAddressMaximum: Int
    /// Guards the books: connections come and go on different threads.
    private let state = Mutex(State())

    init(connectionsMaximum: Int, perAddressMaximum: Int) {
        self.connectionsMaximum = connectionsMaximum
        self.perAddressMaximum = perAddressMaximum
    }

    /// Enters a connection; nil if there are too many already.
    func admit(_ connection: ServedConnection, from address: String) -> UInt64? {
        state.withLock { state in
            guard state.connections.count < connectionsMaximum,
                state.byAddress[address, default: 0] < perAddressMaximum
            else { return nil }
            state.byAddress[address, default: 0] += 1
            state.nextID += 1
            state.connections[state.nextID] = connection
            return state.nextID
        }
    }

    /// Strikes a connection that is over.
    func remove(_ id: UInt64, from address: String) {
        state.withLock { state in
            guard state.connections.removeValue(forKey: id) != nil else { return }
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
        }
    }

    /// Those that are there now.
    var all: [ServedConnection] { state.withLock { Array($0.connections.values) } }

    /// How many are there now.
    var count: Int { state.withLock { $0.connections.count } }
}
