import Foundation
import TollCLI

/// A merchant whose configuration a test edits before it serves.
extension Town {
    var merchantFolder: String { "\(parties.merchantHome)/merchant" }

    /// Makes a merchant that sells `article` for 0.25, without serving.
    func makeShop() async throws {
        _ = try await parties.run([
            "merchant", "init", "--home", parties.merchantHome, "--broker", broker, "--price",
            "article=0.25",
        ])
    }

    /// Puts members before the first of merchant.json.
    func configureShop(_ members: String) throws {
        try editShop { $0.replacingOccurrences(of: "\"asset\"", with: "\(members),\n  \"asset\"") }
    }

    func editShop(_ change: (String) -> String) throws {
        let file = URL(fileURLWithPath: "\(merchantFolder)/merchant.json")
        try Data(change(String(contentsOf: file, encoding: .utf8)).utf8).write(to: file)
    }

    /// What `toll merchant … --json` writes, whatever it is.
    func merchantText(
        _ arguments: [String], ahead days: Int = 0, expecting status: Int32 = 0
    ) async throws -> ChildProcess.Outcome {
        try await Program.toll.run(
            ["merchant"] + arguments + ["--home", parties.merchantHome, "--json"],
            environment: Self.ahead(days), expecting: status)
    }

    /// A clock so many days ahead.
    static func ahead(_ days: Int) -> [String: String] {
        days == 0 ? [:] : ["TOLLCHAIN_CLOCK_AHEAD": "\(days * 86_400)"]
    }

    /// Looks at the balance until a figure is as wanted. Each look is a process that runs, so it is
    /// bounded.
    func untilBalance(_ name: String, is wanted: String) async throws {
        var found = ""
        for _ in 0..<600 {
            found = try await merchant(["balance"]).text(name)
            if found == wanted { return }
        }
        throw BalanceFailure(description: "\(name) is \(found), not \(wanted)")
    }
}

struct BalanceFailure: Error, CustomStringConvertible {
    let description: String
}
