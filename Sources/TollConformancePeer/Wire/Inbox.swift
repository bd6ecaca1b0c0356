internal import NIOCore
internal import Synchronization

/// What arrived on a ``Wire`` and was not taken yet, and who waits for it.
final class Inbox: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var bytes: [UInt8] = []
        var isClosed = false
        var turn = 0
        /// Whether the present turn's time is over.
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Guards what arrives on the event loop against who takes it.
    private let state = Mutex(State())
    private let onActive: @Sendable (any Channel, Inbox) -> Void

    init(onActive: @escaping @Sendable (any Channel, Inbox) -> Void = { _, _ in }) {
        self.onActive = onActive
    }

    func channelActive(context: ChannelHandlerContext) { onActive(context.channel, self) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        put { $0.bytes.append(contentsOf: buffer.readableBytesView) }
    }

    func channelInactive(context: ChannelHandlerContext) { put { $0.isClosed = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// What is there; nil if nothing is.
    func take() -> Wire.Received? {
        state.withLock { state in
            if !state.bytes.isEmpty {
                defer { state.bytes = [] }
                return .bytes(state.bytes)
            }
            return state.isClosed ? .closed : nil
        }
    }

    /// Begins to wait; what ends an earlier turn does not end this one.
    func beginTurn() -> Int {
        state.withLock { state in
            state.turn += 1
            state.isOver = !state.bytes.isEmpty || state.isClosed
            return state.turn
        }
    }

    /// Returns when something arrives, or the turn's time is over.
    func wait(_ turn: Int) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.turn == turn, !state.isOver else { return true }
                state.waiter = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Ends a turn's time.
    func end(_ turn: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.turn == turn else { return nil }
            return Self.finish(&state)
        }
        waiter?.resume()
    }

    private func put(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            return Self.finish(&state)
        }
        waiter?.resume()
    }

    private static func finish(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        state.isOver = true
        defer { state.waiter = nil }
        return state.waiter
    }
}
