/// What a connection string of PostgreSQL gives away about itself, read without a server: whether it
/// holds a password, and whether what goes over it can be read or changed on the way.
///
/// ```swift
/// let address = DatabaseAddress("postgres://toll@db.example/toll")
/// address?.isExposed   // true: nothing demands TLS
/// ```
public struct DatabaseAddress: Sendable, Equatable {
    /// Whether a password stands in it.
    public let hasPassword: Bool
    /// Whether it leads to another machine without a check of who answers.
    public let isExposed: Bool
    /// The `sslmode` in it, if libpq knows no such mode and would say so at the first connection.
    public let unknownMode: String?
    /// Where it leads, for a person: hosts and database, neither user nor password.
    public let place: String

    /// Reads a `postgres://` or `postgresql://` URI as libpq does
    /// (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>).
    public init?(_ text: String) {
        guard let scheme = text.firstRange(of: "://"),
            ["postgres", "postgresql"].contains(String(text[..<scheme.lowerBound]))
        else { return nil }
        let (rest, query) = Self.split(text[scheme.upperBound...], at: "?")
        let (authority, database) = Self.split(rest, at: "/")
        var hosts = authority
        var hasPassword = false
        if let at = authority.lastIndex(of: "@") {
            hasPassword = authority[..<at].contains(":")
            hosts = authority[authority.index(after: at)...]
        }
        var parameters: [Substring: Substring] = [:]
        for pair in query.split(separator: "&") {
            let (name, value) = Self.split(pair, at: "=")
            parameters[name] = value
        }
        if let host = parameters["host"] ?? parameters["hostaddr"] { hosts = host }
        self.hasPassword =
            hasPassword || parameters["password"] != nil || parameters["sslpassword"] != nil
        let mode = parameters["sslmode"].map(String.init)
        unknownMode = mode.flatMap { Self.modes.contains($0) ? nil : $0 }
        let names = hosts.split(separator: ",", omittingEmptySubsequences: false)
        isExposed =
            parameters["sslmode"] != "verify-full" && !names.allSatisfy(Self.isThisMachine)
        place =
            "PostgreSQL at " + (hosts.isEmpty ? "this machine" : String(hosts))
            + (database.isEmpty ? "" : "/\(database)")
    }

    /// What `sslmode` may be
    /// (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLMODE>).
    static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

    /// What to write in place of a mode that there is not.
    public static let wantedMode = "write one of " + modes.joined(separator: ", ")

    private static func split(
        _ text: Substring, at separator: Character
    ) -> (Substring, Substring) {
        guard let place = text.firstIndex(of: separator) else { return (text, "") }
        return (text[..<place], text[text.index(after: place)...])
    }

    /// A host that is empty or a folder is a socket of this machine.
    private static func isThisMachine(_ host: Substring) -> Bool {
        if host.isEmpty || host.hasPrefix("/") || host.lowercased().hasPrefix("%2f") {
            return true
        }
        return LoopbackHost.isNamed(inEndpoint: String(host))
            || LoopbackHost.isNamed(inEndpoint: "\(host):0")
    }
}
