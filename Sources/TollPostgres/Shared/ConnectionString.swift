internal import CLibPQ
internal import PayWord

/// A connection string that libpq reads: a `postgres://` URI or `key=value` pairs. It may hold a
/// password, so it is never shown, and what libpq says about it is cleared of the password first.
struct ConnectionString: Sendable {
    let text: String
    /// What must not be shown.
    private let secrets: [String]

    /// Reads the string, without connecting.
    /// - Throws: `storage-failed` without any part of the string in it.
    init(_ text: String) throws(Refusal) {
        self.text = text
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            // libpq's message quotes what it could not read, which may be a password.
            PQfreemem(message)
            throw Self.unreadable
        }
        defer { PQconninfoFree(options) }
        var (secrets, places) = ([String](), [String]())
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val.map({ String(cString: $0) }) {
                switch String(cString: keyword) {
                case "password", "sslpassword": secrets.append(value)
                case "port": places.append(value)
                case "host", "hostaddr": if value.contains("@") { throw Self.unreadable }
                default: break
                }
            }
            option += 1
        }
        // The rest of a password with a raw ‘@’ or ‘/’ in it would be read as a port, and quoted.
        guard places.allSatisfy({ $0.allSatisfy { $0.isWholeNumber || $0 == "," } }) else {
            throw Self.unreadable
        }
        self.secrets = secrets.filter { !$0.isEmpty }
    }

    /// libpq's or the server's words on one line, without control characters and secrets.
    func cleared(_ message: String) -> String {
        var text = message
        for secret in secrets { text = text.replacing(secret, with: "…") }
        return text.unicodeScalars
            .split { scalar in
                scalar.properties.generalCategory == .control
                    || scalar.properties.isPatternWhitespace
            }
            .map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    }

    private static let unreadable = Refusal(
        .storageFailed,
        """
        the connection string cannot be read: write postgres://USER@HOST:PORT/DATABASE, and each of \
        : / @ % in a password as % and its two hexadecimal digits
        """)
}
