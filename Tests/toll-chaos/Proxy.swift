import Foundation
import Synchronization

/// Carries bytes between processes on loopback, late or not at all when it is told so.
final class Proxy: Sendable {
    struct Failure: Error {}

    /// Where it listens.
    let port: Int
    private let listener: Int32

    private struct State {
        /// Where connections go, in turn.
        var targets: [Int]
        var next = 0
        var delayMicroseconds: UInt32 = 0
        /// Connections are reset after so many more bytes.
        var bytesLeft = Int.max
        var sockets: Set<Int32> = []
    }

    private let state: Mutex<State>

    /// Carries to these ports of loopback.
    init(to targets: [Int]) throws {
        state = Mutex(State(targets: targets))
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        var address = Self.loopback(0)
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, count) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, pointer, &count) == 0
            }
        }
        guard isListening else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in acceptAll() }
    }

    func setTargets(_ targets: [Int]) { state.withLock { $0.targets = targets } }

    /// From now on every part takes so long.
    func setDelay(microseconds: UInt32) {
        state.withLock { $0.delayMicroseconds = microseconds }
    }

    /// Resets all connections once so many more bytes have come through.
    func cut(afterBytes bytes: Int) {
        guard bytes == 0 else { return state.withLock { $0.bytesLeft = bytes } }
        state.withLock { state in
            state.bytesLeft = .max
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return address
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { continue }
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            guard let server = connectOnward() else {
                close(client)
                continue
            }
            for socket in [client, server] {
                var on: Int32 = 1
                setsockopt(
                    socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                    socklen_t(MemoryLayout<Int32>.size))
            }
            let pair = Pair()
            state.withLock { $0.sockets.formUnion([client, server]) }
            for (from, to) in [(client, server), (server, client)] {
                Thread.detachNewThread { [self] in
                    carry(from, to)
                    guard pair.end() else { return }
                    state.withLock { $0.sockets.subtract([client, server]) }
                    close(client)
                    close(server)
                }
            }
        }
    }

    private func connectOnward() -> Int32? {
        let target = state.withLock { state in
            state.next += 1
            return state.targets[state.next % state.targets.count]
        }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(target)
        let isThere = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isThere { return server }
        close(server)
        return nil
    }

    private func carry(_ from: Int32, _ to: Int32) {
        defer { for socket in [from, to] { shutdown(socket, Int32(SHUT_RDWR)) } }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(from, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            let (delay, allowed) = state.withLock { state in
                let allowed = min(count, state.bytesLeft)
                if state.bytesLeft != .max { state.bytesLeft -= allowed }
                return (state.delayMicroseconds, allowed)
            }
            if delay > 0 { usleep(delay) }
            var sent = 0
            while sent < allowed {
                let part = bytes.withUnsafeBytes {
                    send(to, $0.baseAddress.map { $0 + sent }, allowed - sent, Int32(MSG_NOSIGNAL))
                }
                guard part > 0 else { return }
                sent += part
            }
            guard allowed == count else { return cut(afterBytes: 0) }
        }
    }
}

/// Two directions of one connection, of which the last closes it.
private final class Pair: Sendable {
    private let left = Mutex(2)

    /// Whether both have ended.
    func end() -> Bool {
        left.withLock { left in
            left -= 1
            return left == 0
        }
    }
}
