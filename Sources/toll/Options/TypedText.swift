import Foundation
import PayWord
import TollCLI
import TollTransport

/// A party's key, in a file of settings or as a person types it.
enum PartyText {
    static func key(_ text: String, _ what: String) throws(Refusal) -> PublicKey {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard let key = PublicKey(text: text) else {
            throw Refusal(.malformed, "\(what) is 43 characters of base64url, not ‘\(text)’")
        }
        return key
    }

    /// The key of an argument; `place` is where to copy it from.
    static func typed(
        _ text: String, _ what: String, from place: String
    ) throws(CommandError) -> PublicKey {
        do { return try key(text, what) } catch {
            throw .typed(error, hint: "copy it whole from \(place)")
        }
    }
}

/// A merchant's address as a person types it.
enum MerchantText {
    static func typed(_ text: String) throws(CommandError) -> MerchantAddress {
        do { return try MerchantAddress(text) } catch {
            throw .typed(error, hint: hint(text))
        }
    }

    private static func hint(_ text: String) -> String {
        if text.contains("//KEY@") {
            return "put the merchant's own key in place of KEY: toll merchant serve prints the "
                + "whole address"
        }
        if text.hasPrefix("http:") || text.hasPrefix("https:") {
            return "this is a broker's address; a merchant's is what toll merchant serve prints"
        }
        return "copy it whole from what toll merchant serve prints"
    }
}

/// A channel's id as a person types it.
enum ChannelText {
    /// The id of an argument; `list` is the command that lists channels.
    static func typed(_ text: String, from list: String) throws(CommandError) -> CommitmentID {
        guard let id = CommitmentID(hex: text) else {
            throw .typed(
                Refusal(
                    .malformed, "a channel's id is 32 hexadecimal digits, not ‘\(text.prefix(40))’"),
                hint: "copy it whole from \(list)")
        }
        return id
    }
}

/// An endpoint to listen on, as a person types it.
struct Endpoint {
    let host: String
    let port: Int

    /// `HOST:PORT`; port 0 lets the system choose.
    init(_ text: String) throws(CommandError) {
        let wrong = CommandError.typed(
            Refusal(.malformed, "an endpoint is HOST:PORT, not ‘\(text)’"),
            hint: "such as 127.0.0.1:7600, or [::1]:0 for any free port")
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { throw wrong }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw wrong }
        self.host = String(host)
        self.port = Int(port)
    }

    /// The host as it stands in a URL.
    var hostInURL: String { host.contains(":") ? "[\(host)]" : host }
}
