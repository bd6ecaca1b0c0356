public import PayWord

/// Where a merchant listens, and the key by which a wallet knows that it is the right one:
/// `toll://KEY@HOST:PORT` over TLS 1.3, `toll+tcp://KEY@HOST:PORT` over plain TCP (TC-02.9).
///
/// ```swift
/// let address = try MerchantAddress("toll://\(key)@pay.example:7600")
/// let place = PeerAddress(host: address.host, port: address.port)
/// ```
public struct MerchantAddress: Sendable, Hashable, CustomStringConvertible {
    /// The longest address, in bytes: it must fit a sealed note.
    public static let bytesMaximum = 256

    /// The merchant's public key, in text 43 characters of base64url.
    public let merchant: PublicKey
    /// A host name or an IP address; an IPv6 address without its brackets.
    public let host: String
    /// The TCP port: 1 to 65,535.
    public let port: Int
    /// Whether the connection is TLS.
    public let isTLS: Bool

    /// An address from its parts, which are not checked.
    public init(merchant: PublicKey, host: String, port: Int, isTLS: Bool) {
        self.merchant = merchant
        self.host = host
        self.port = port
        self.isTLS = isTLS
    }

    /// Reads an address.
    /// - Throws: `malformed`, with the form that is wanted; `too-large` above 256 bytes.
    public init(_ text: some StringProtocol) throws(Refusal) {
        let wanted = "an address is toll://KEY@HOST:PORT, or toll+tcp://KEY@HOST:PORT"
        guard text.utf8.count <= Self.bytesMaximum else { throw Refusal(.tooLarge, wanted) }
        let isTLS: Bool
        let rest: String
        if text.hasPrefix("toll://") {
            (isTLS, rest) = (true, String(text.dropFirst(7)))
        } else if text.hasPrefix("toll+tcp://") {
            (isTLS, rest) = (false, String(text.dropFirst(11)))
        } else {
            throw Refusal(.malformed, wanted)
        }
        guard let at = rest.firstIndex(of: "@"), let merchant = PublicKey(text: rest[..<at]),
            let colon = rest.lastIndex(of: ":"), colon > at,
            let port = Self.port(rest[rest.index(after: colon)...])
        else { throw Refusal(.malformed, wanted) }
        var host = rest[rest.index(after: at)..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            !host.contains(where: { "@/[]".contains($0) }), host.contains(":") == isBracketed
        else { throw Refusal(.malformed, wanted) }
        self.init(merchant: merchant, host: String(host), port: Int(port), isTLS: isTLS)
    }

    /// Decimal digits alone: the standard library's reader would take a sign, too.
    private static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt16(text).flatMap { $0 > 0 ? $0 : nil }
    }

    /// The address in the form that ``init(_:)`` reads, an IPv6 address in brackets.
    public var description: String {
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(isTLS ? "toll" : "toll+tcp")://\(merchant)@\(place):\(port)"
    }
}
