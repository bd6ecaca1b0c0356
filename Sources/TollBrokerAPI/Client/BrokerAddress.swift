internal import Foundation
internal import PayWord

/// The address of a broker's API: `https://host[:port][/prefix]`.
struct BrokerAddress: Sendable, CustomStringConvertible {
    /// The address without a slash at its end.
    let text: String
    let host: String
    let usesTLS: Bool

    /// - Throws: `malformed` for what is not such an address, and `insecure-transport` for plain
    ///   HTTP off loopback unless `allowsPlainHTTPOffLoopback`.
    init(_ text: String, allowsPlainHTTPOffLoopback: Bool) throws(Refusal) {
        let shown = PrintableText.escape(text, scalarsMaximum: 200)
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw Refusal(
                .malformed, "\(shown) is not a broker's address, such as https://broker.example")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            // The text is not repeated: it may hold a password.
            throw Refusal(.malformed, "a broker's address has no user, query or fragment")
        }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        usesTLS = scheme == "https"
        guard usesTLS || allowsPlainHTTPOffLoopback || Loopback.contains(self.host) else {
            throw Refusal(
                .insecureTransport,
                "plain HTTP to \(shown), which is not a loopback address")
        }
        var trimmed = text[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.text = String(trimmed)
    }

    func url(_ path: String) -> String { text + path }

    var description: String { PrintableText.escape(text, scalarsMaximum: 200) }
}
