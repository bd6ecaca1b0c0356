public import PayWord

/// How a session ended.
public enum SessionEnd: Hashable, Sendable {
    /// Both sides were done.
    case finished
    /// This side refused to go on, and told the peer why.
    case refused(Reason, String)
    /// The peer refused to go on.
    case refusedByPeer(Reason, String)

    /// The end that a refusal of this side makes.
    public static func refused(_ refusal: Refusal) -> SessionEnd {
        .refused(refusal.reason, refusal.detail)
    }

    /// The end that a refusal of the peer makes.
    public static func refusedByPeer(_ refusal: Refusal) -> SessionEnd {
        .refusedByPeer(refusal.reason, refusal.detail)
    }

    /// Why it ended, where there is a reason.
    public var refusal: Refusal? {
        switch self {
        case .finished: nil
        case .refused(let reason, let detail), .refusedByPeer(let reason, let detail):
            Refusal(reason, detail)
        }
    }
}
