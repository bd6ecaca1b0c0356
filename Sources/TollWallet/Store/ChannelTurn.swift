internal import Synchronization

/// The right to move a channel, which one program on a store has at a time: see
/// ``WalletStore/turn(on:waiting:)``.
///
/// It ends with ``end()``, or when the value goes, or with the process, however that ends.
public final class ChannelTurn: Sendable {
    /// What gives the turn back; nil once it is given back.
    private let onEnd: Mutex<(@Sendable () -> Void)?>

    /// A turn that a store gives; `onEnd` is called once.
    public init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = Mutex(onEnd) }

    deinit { end() }

    /// Gives the turn back. Doing so twice does nothing.
    public func end() {
        let onEnd = onEnd.withLock { onEnd in
            defer { onEnd = nil }
            return onEnd
        }
        onEnd?()
    }
}
