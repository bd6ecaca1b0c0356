import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where PostgreSQL's own programs are, and as whom they must run.
struct PostgresTools {
    let folder: String
    /// Empty where the tests do not run as root, which PostgreSQL refuses to.
    let user: String

    static func find() throws -> PostgresTools {
        let manager = FileManager.default
        let root = "/usr/lib/postgresql"
        let versions = ((try? manager.contentsOfDirectory(atPath: root)) ?? [])
            .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        let paths = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let folders = versions.map { "\(root)/\($0)/bin" } + paths.map(String.init)
        let folder = folders.first { folder in
            ["initdb", "pg_ctl", "postgres"].allSatisfy {
                manager.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
        guard let folder else {
            throw ServerFailure(
                "PostgreSQL's server is not installed: run `scripts/system-packages test`")
        }
        guard geteuid() == 0 else { return PostgresTools(folder: folder, user: "") }
        guard let user = ["postgres", "nobody"].first(where: Self.isUser) else {
            throw ServerFailure("PostgreSQL does not run as root, and there is no user postgres")
        }
        return PostgresTools(folder: folder, user: user)
    }

    private static func isUser(_ name: String) -> Bool { getpwnam(name) != nil }
}

/// Why there is no server.
public struct ServerFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
