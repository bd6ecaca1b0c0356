internal import Foundation

/// Whether an address can be listened at.
public enum PortCheck {
    /// Tries it, and gives it back at once.
    ///
    /// - Parameters:
    ///   - check: what the finding is called.
    ///   - host: an address or a name of this machine.
    ///   - port: the port; 0 is any free one.
    ///   - isOurs: whether a service of this folder runs, which then has the port.
    /// - Returns: whether it is as it should be.
    public static func free(
        _ check: String, host: String, port: UInt16, isOurs: Bool
    ) -> Finding {
        let place = "\(host):\(port)"
        guard port != 0 else { return .ok(check, "any free port") }
        switch tryListening(host, port) {
        case nil:
            return isOurs
                ? .warning(
                    check, "\(place) is free, and the service runs",
                    fix: "was it started with another address? compare toll merchant config show")
                : .ok(check, "\(place) is free")
        case EADDRINUSE:
            return isOurs
                ? .ok(check, "\(place) is taken, and the service runs")
                : .fault(
                    check, "\(place) is taken, and no service of this folder runs",
                    fix: "find who has it: ss -ltnp 'sport = :\(port)'; stop it, or listen "
                        + "elsewhere")
        case EACCES:
            return .fault(
                check, "\(place) is not allowed to this user",
                fix: "take a port above 1023, or give the unit CAP_NET_BIND_SERVICE")
        case EADDRNOTAVAIL:
            return .fault(
                check, "this machine has no address \(host)", fix: "look with ip -br address")
        case .some(let code):
            return .fault(
                check, "\(place): \(String(cString: strerror(code)))",
                fix: "listen on an address of this machine")
        }
    }

    /// The system's error; nil if it could be listened at.
    private static func tryListening(_ host: String, _ port: UInt16) -> Int32? {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Self.stream
        var list: UnsafeMutablePointer<addrinfo>?
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        guard getaddrinfo(bare, "\(port)", &hints, &list) == 0, let first = list else {
            return EADDRNOTAVAIL
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(first.pointee.ai_family, Self.stream, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            return errno
        }
        return listen(descriptor, 1) == 0 ? nil : errno
    }

    #if canImport(Glibc)
        private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
        private static let stream = SOCK_STREAM
    #endif
}
