internal import NIOCore

/// Which hosts are this machine itself.
enum Loopback {
    /// Whether `host` is `localhost` or a literal address of the loopback range. A name is never
    /// looked up for this: whoever answers the look-up could say what suits him.
    static func contains(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return false }
        // The system writes an address in one form, whatever form it was given in.
        let text = address.ipAddress ?? ""
        return text.hasPrefix("127.") || text == "::1"
    }
}
