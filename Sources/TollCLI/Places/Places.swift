internal import Foundation
public import PayWord

/// Where each role keeps its files.
///
/// With a home given (`--home` or `TOLL_HOME`), everything is below it: `HOME/wallet`,
/// `HOME/merchant`, `HOME/broker`, `HOME/config.json`. Otherwise the XDG folders are used:
/// `$XDG_DATA_HOME/tollchain/…` and `$XDG_CONFIG_HOME/tollchain/config.json`.
///
/// ```swift
/// let places = Places(environment: ["TOLL_HOME": "/srv/toll"])
/// places.file(.wallet, "wallet.db")  // "/srv/toll/wallet/wallet.db"
/// ```
public struct Places: Sendable {
    /// Who keeps files. The raw value is the folder's name.
    public enum Role: String, Sendable, CaseIterable {
        /// Keeps its files in the folder of this name.
        case wallet, merchant, broker
    }

    /// The configuration file, which need not exist.
    public let configurationFile: String
    private let dataFolder: String

    /// The places for an environment and the flags.
    ///
    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - home: the folder of `--home`, if given.
    ///   - configuration: the file of `--config`, if given.
    public init(environment: [String: String], home: String? = nil, configuration: String? = nil) {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let user = variable("HOME") ?? "."
        let configurationFolder: String
        if let home = home ?? variable("TOLL_HOME") {
            dataFolder = home
            configurationFolder = home
        } else {
            dataFolder = (variable("XDG_DATA_HOME") ?? "\(user)/.local/share") + "/tollchain"
            configurationFolder = (variable("XDG_CONFIG_HOME") ?? "\(user)/.config") + "/tollchain"
        }
        configurationFile =
            configuration ?? variable("TOLL_CONFIG") ?? "\(configurationFolder)/config.json"
    }

    /// The folder of a role.
    public func folder(_ role: Role) -> String { "\(dataFolder)/\(role.rawValue)" }

    /// A file of a role.
    public func file(_ role: Role, _ name: String) -> String { "\(folder(role))/\(name)" }

    /// Makes a role's folder for its owner alone, if it is not there.
    /// - Throws: `storage-failed` if it cannot be made.
    public func prepare(_ role: Role) throws(Refusal) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder(role), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(.storageFailed, "‘\(folder(role))’ cannot be made: \(error)")
        }
    }

    /// Whether a file of a role is there.
    public func has(_ role: Role, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: file(role, name))
    }
}
