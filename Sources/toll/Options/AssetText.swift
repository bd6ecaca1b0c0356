import PayWord

/// Assets and amounts as a person types them.
enum AssetText {
    /// Where nothing else is said: millionths of a euro.
    static let standard = "EUR/6"

    /// `CODE/SCALE`, such as `EUR/6`.
    static func asset(_ text: String) throws(Refusal) -> Asset {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let scale = UInt8(parts[1]) else {
            throw Refusal(.malformed, "an asset is CODE/SCALE, such as EUR/6, not ‘\(text)’")
        }
        return try Asset(code: String(parts[0]), scale: scale)
    }
}

/// A party's key as a person types it.
enum PartyText {
    static func key(_ text: String, _ what: String) throws(Refusal) -> PublicKey {
        guard let key = PublicKey(text: text) else {
            throw Refusal(.malformed, "\(what) is 43 characters of base64url, not ‘\(text)’")
        }
        return key
    }
}

/// An endpoint to listen on, as a person types it.
struct Endpoint {
    let host: String
    let port: Int

    /// `HOST:PORT`; port 0 lets the system choose.
    init(_ text: String) throws(Refusal) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { throw Refusal(.malformed, "an endpoint is HOST:PORT, not ‘\(text)’") }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else {
            throw Refusal(.malformed, "an endpoint is HOST:PORT, not ‘\(text)’")
        }
        self.host = String(host)
        self.port = Int(port)
    }
}
