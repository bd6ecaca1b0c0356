internal import PayWord
internal import PeerProtocol

/// One thing that happened on a connection, as it happened.
public struct PeerEvent: Sendable, Equatable {
    /// The value of a detail.
    public enum Value: Sendable, Equatable {
        /// A text, which may be the other side's: escape it before showing it.
        case text(String)
        /// A whole number.
        case count(UInt64)
        /// Positions on chains, each an ordinal and an index.
        case marks([[UInt64]])
    }

    /// A named detail.
    public struct Detail: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: Value
    }

    /// The connection's number, from 1.
    public let connection: Int
    /// What happened: `connect`, a message's name, `misbehave`, `unreadable`, `disconnect`.
    public let name: String
    /// Whether the implementation under test did it.
    public let isTheirs: Bool
    /// What belongs to it. No payword is in it.
    public let details: [Detail]

    init(
        _ connection: Int, _ name: String, isTheirs: Bool, _ details: [(String, Value)] = []
    ) {
        self.connection = connection
        self.name = name
        self.isTheirs = isTheirs
        self.details = details.map { Detail(name: $0.0, value: $0.1) }
    }

    init(_ connection: Int, _ message: PeerMessage, isTheirs: Bool) {
        self.init(connection, "\(message.kind)", isTheirs: isTheirs, Self.details(message))
    }

    init(_ connection: Int, unreadable refusal: Refusal) {
        self.init(
            connection, "unreadable", isTheirs: true,
            [("reason", .text(refusal.reason.code)), ("detail", .text(refusal.detail))])
    }

    private static func details(_ message: PeerMessage) -> [(String, Value)] {
        switch message {
        case .hello(let hello): return [("agent", .text(hello.agent))]
        case .helloAck(let ack): return [("merchant", .text("\(ack.merchant)"))]
        case .quote(let resource): return [("resource", .text(resource))]
        case .offer(let object): return [("bytes", .count(UInt64(object.count)))]
        case .open(let open):
            let id = (try? SignedObject<Commitment>(decoding: open.commitment))?.id
            return [handle(open.handle), ("channel", .text(id?.hex ?? "unreadable"))]
        case .opened(let opened):
            return [
                handle(opened.handle), marks(opened.paywords), ("accepted", units(opened.accepted)),
                ("spent", units(opened.spent)),
            ]
        case .pay(let pay):
            return [
                handle(pay.handle), sequence(pay.sequence), marks(pay.paywords),
                ("amount", units(pay.amount)),
            ]
        case .paid(let paid):
            return [
                handle(paid.handle), sequence(paid.sequence), ("accepted", units(paid.accepted)),
                ("spent", units(paid.spent)),
            ]
        case .meter(let meter):
            return [
                handle(meter.handle), ("number", .count(meter.number)),
                ("due", units(meter.amountDue)),
            ]
        case .close(let name, _), .closed(let name, _, _), .receiptPlease(let name),
            .receipt(let name, _):
            return [handle(name)]
        case .error(let error):
            return [error.handle.map(handle), error.sequence.map(sequence)].compactMap(\.self) + [
                ("reason", .text(error.reasonText)), ("text", .text(error.text)),
            ]
        }
    }

    private static func handle(_ handle: Handle) -> (String, Value) {
        ("handle", .count(UInt64(handle.value)))
    }

    private static func sequence(_ sequence: UInt32) -> (String, Value) {
        ("sequence", .count(UInt64(sequence)))
    }

    private static func marks(_ claims: PaywordClaims) -> (String, Value) {
        ("indexes", .marks(claims.map { [UInt64($0.ordinal.value), UInt64($0.index.value)] }))
    }

    private static func units(_ amount: Amount) -> Value { .text("\(amount.units)") }
}

extension PeerError {
    /// The reason's code, or the number of one that is not known here.
    var reasonText: String { reason?.code ?? "number \(reasonNumber)" }
}
