/// Every message of the peer protocol (`spec/06-peer-protocol.md`): one CBOR array whose first
/// element is its type.
///
/// ```swift
/// let message = PeerMessage.quote("/weather")
/// try PeerMessage(decoding: message.encoded) == message  // true
/// ```
public enum PeerMessage: Hashable, Sendable {
    /// 1, payer: the first frame.
    case hello(Hello)
    /// 2, merchant: who answers, and what it allows.
    case helloAck(HelloAck)
    /// 3, payer: what does this resource cost?
    case quote(String)
    /// 4, merchant: the whole offer object.
    case offer([UInt8])
    /// 5, payer: opens or resumes a channel.
    case open(Open)
    /// 6, merchant: the channel as it stands.
    case opened(Opened)
    /// 7, payer: a payment.
    case pay(Pay)
    /// 8, merchant: what is durable.
    case paid(Paid)
    /// 9, merchant: what a service has cost so far.
    case meter(Meter)
    /// 10, payer: the whole close request object.
    case close(Handle, [UInt8])
    /// 11, merchant: the whole close object and the whole receipt object.
    case closed(Handle, close: [UInt8], receipt: [UInt8])
    /// 12, either: a refusal.
    case error(PeerError)
    /// 13, payer: asks for a receipt.
    case receiptPlease(Handle)
    /// 14, merchant: the whole receipt object.
    case receipt(Handle, [UInt8])

    /// The first element of the array.
    public enum Kind: UInt8, CaseIterable, Sendable {
        case hello = 1
        case helloAck = 2
        case quote = 3
        case offer = 4
        case open = 5
        case opened = 6
        case pay = 7
        case paid = 8
        case meter = 9
        case close = 10
        case closed = 11
        case error = 12
        case receiptPlease = 13
        case receipt = 14
    }

    /// The type.
    public var kind: Kind {
        switch self {
        case .hello: .hello
        case .helloAck: .helloAck
        case .quote: .quote
        case .offer: .offer
        case .open: .open
        case .opened: .opened
        case .pay: .pay
        case .paid: .paid
        case .meter: .meter
        case .close: .close
        case .closed: .closed
        case .error: .error
        case .receiptPlease: .receiptPlease
        case .receipt: .receipt
        }
    }
}

extension PeerMessage.Kind: CustomStringConvertible {
    /// The name as the specification writes it.
    public var description: String {
        switch self {
        case .hello: "hello"
        case .helloAck: "hello-ack"
        case .quote: "quote"
        case .offer: "offer"
        case .open: "open"
        case .opened: "opened"
        case .pay: "pay"
        case .paid: "paid"
        case .meter: "meter"
        case .close: "close"
        case .closed: "closed"
        case .error: "error"
        case .receiptPlease: "receipt please"
        case .receipt: "receipt"
        }
    }
}
