public import PayWord

/// What the driver of a ``PayerSession`` is to do, in order.
public enum PayerAction: Sendable, Equatable {
    /// Write these bytes to the peer.
    case send([UInt8])
    /// Hand this to whoever waits for it.
    case event(PayerEvent)
    /// Close the connection; whatever still waits gets no answer.
    case end(SessionEnd)
}

/// What the merchant said.
public enum PayerEvent: Sendable, Equatable {
    /// The handshake is done: the merchant proved its key.
    case established(Established)
    /// The answer to the oldest quote: a whole offer object, or a refusal.
    case offer(Result<[UInt8], Refusal>)
    /// The answer to an open. A refused handle is free again.
    case opened(Handle, Result<Opened, Refusal>)
    /// These payments are durable, and the channel stands so. It may be none, where the merchant
    /// tells only how the channel stands.
    case paid(Handle, sequences: [UInt32], ChannelAmounts)
    /// This payment changed nothing.
    case refused(Handle, sequence: UInt32, Refusal)
    /// What a service has cost so far.
    case meter(Meter)
    /// The answer to a close. After a refused one the channel stays open.
    case closed(Handle, Result<ClosedChannel, Refusal>)
    /// The answer to a request for a receipt: the whole object, or a refusal.
    case receipt(Handle, Result<[UInt8], Refusal>)
}

/// What a handshake settled.
public struct Established: Sendable, Equatable {
    /// The merchant, which has signed the handshake.
    public let merchant: PublicKey
    /// What it allows.
    public let limits: PeerLimits
    /// What proofs of possession on this connection cover.
    public let transcript: Digest
}
