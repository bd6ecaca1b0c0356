internal import PayWord
internal import PeerProtocol
internal import Synchronization

/// Everything that was seen on all connections, in order: what the wallet is judged by.
final class PeerLog: Sendable {
    /// What is kept; a wallet that talks for longer is judged by its beginning.
    static let countMaximum = 200_000

    enum Seen: Sendable {
        case connected
        case received(PeerMessage)
        case unreadable(Refusal)
        case sent(PeerMessage)
        /// The misbehaviour is on the wire. Of a channel, where it is about one.
        case misbehaved(CommitmentID?)
        case closed(byWallet: Bool)
    }

    struct Entry: Sendable {
        let connection: Int
        let seen: Seen
    }

    /// Guards the entries, which all connections add to.
    private let list = Mutex<[Entry]>([])
    private let events: @Sendable (PeerEvent) -> Void

    init(events: @escaping @Sendable (PeerEvent) -> Void = { _ in }) { self.events = events }

    var entries: [Entry] { list.withLock(\.self) }

    func add(_ connection: Int, _ seen: Seen) {
        list.withLock { list in
            if list.count < Self.countMaximum {
                list.append(Entry(connection: connection, seen: seen))
            }
        }
        switch seen {
        case .connected: events(PeerEvent(connection, "connect", isTheirs: true))
        case .received(let message):
            events(PeerEvent(connection, message, isTheirs: true))
        case .unreadable(let refusal): events(PeerEvent(connection, unreadable: refusal))
        case .sent(let message): events(PeerEvent(connection, message, isTheirs: false))
        case .misbehaved: events(PeerEvent(connection, "misbehave", isTheirs: false))
        case .closed(let byWallet):
            events(PeerEvent(connection, "disconnect", isTheirs: byWallet))
        }
    }
}
