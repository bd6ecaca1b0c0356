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

    /// The first element of the array, by which a receiver knows how many follow (TC-06.5). Another
    /// number is `unexpected-message`.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// The payer's versions, nonce and agent: ``Hello``.
        case hello = 1
        /// The merchant's key, limits and signature of the transcript: ``HelloAck``.
        case helloAck = 2
        /// Asks for the offer of a resource.
        case quote = 3
        /// Answers the oldest quote.
        case offer = 4
        /// Opens or resumes a channel: ``Open``.
        case open = 5
        /// Answers an open: ``Opened``.
        case opened = 6
        /// Reveals paywords and is charged an amount: ``Pay``.
        case pay = 7
        /// Acknowledges payments that are durable: ``Paid``.
        case paid = 8
        /// Tells what is due, unasked: ``Meter``.
        case meter = 9
        /// Carries a close request.
        case close = 10
        /// Answers a close, by a close object and a receipt.
        case closed = 11
        /// Refuses a payment, a request or the connection: ``PeerError``.
        case error = 12
        /// Asks for a receipt of a channel, open or closed.
        case receiptPlease = 13
        /// Answers that, by a receipt object.
        case receipt = 14
    }

    /// The first element of the message's array.
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
