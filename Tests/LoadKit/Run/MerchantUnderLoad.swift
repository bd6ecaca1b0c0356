package import Foundation
package import PayWord
package import TollCLI
package import TollTransport

/// A real merchant as a process of its own, which is its own broker: what is measured is its way from
/// a payment to the disk and back, which is the same whoever settles in the end.
package final class MerchantUnderLoad: Sendable {
    /// What it sells for.
    package let asset: Asset
    private let toll: URL
    private let home: String

    /// Makes a merchant in an empty folder, with its channels there or in a database.
    package init(toll: URL, home: String, database: String?) async throws {
        self.toll = toll
        self.home = home
        asset = try Asset(code: "EUR", scale: 6)
        let store = database.map { ["--store", $0] } ?? []
        _ = try await run(
            ["init", "--two-party", "1000000000", "--asset", "\(asset)", "--price", "article=0.01"]
                + store)
    }

    /// Starts to serve; it ends with `kill()` or `terminate()`.
    package func serve(connections: Int) async throws -> (ChildProcess, MerchantAddress) {
        let room = "\(connections + 16)"
        let process = try ChildProcess(
            toll, ["merchant", "serve", "--home", home, "--listen", "127.0.0.1:0", "--json"],
            environment: [
                "SWIFT_BACKTRACE": "enable=no", "TOLL_MERCHANT_CONNECTIONS": room,
                "TOLL_MERCHANT_CONNECTIONS_PER_ADDRESS": room,
            ])
        do {
            let line = try await process.line { $0.contains("\"address\"") }
            return (process, try MerchantAddress(ProcessMessage(line).text("address")))
        } catch {
            await process.kill()
            throw error
        }
    }

    /// The merchant's key, which commitments are made out to, is in its address.
    package func books() async throws -> Books {
        let balance = try ProcessMessage(await run(["balance"]))
        return Books(
            channels: UInt64(try balance.number("channels")),
            payments: UInt64(try balance.number("payments")),
            accepted: try asset.amount(balance.text("accepted")).units,
            spent: try asset.amount(balance.text("spent")).units)
    }

    private func run(_ arguments: [String]) async throws -> String {
        let process = try ChildProcess(
            toll, ["merchant"] + arguments + ["--home", home, "--json"])
        let outcome = await process.outcome()
        guard outcome.status == 0 else {
            throw ChildProcess.Ended(
                name: process.name, status: outcome.status, errors: outcome.errors)
        }
        return outcome.output
    }
}

/// What the merchant's books say at the end.
package struct Books: Sendable, Equatable {
    package let channels: UInt64
    package let payments: UInt64
    package let accepted: UInt64
    package let spent: UInt64

    package init(channels: UInt64, payments: UInt64, accepted: UInt64, spent: UInt64) {
        self.channels = channels
        self.payments = payments
        self.accepted = accepted
        self.spent = spent
    }

    /// What is wrong with them; nothing if all that was acknowledged is in them, and no more than may
    /// be. A payment that nobody answered may be in them or not.
    package func faults(channels: Int, _ paid: Tally) -> [String] {
        var faults: [String] = []
        if self.channels != UInt64(channels) {
            faults.append("the books have \(self.channels) channels, not \(channels)")
        }
        if payments < paid.acknowledged || payments > paid.acknowledged + paid.unanswered {
            faults.append(
                "the books have \(payments) payments; \(paid.acknowledged) were acknowledged")
        }
        if spent < paid.units || paid.unanswered == 0 && spent > paid.units {
            faults.append("the books have \(spent) units spent; \(paid.units) were acknowledged")
        }
        if accepted < spent { faults.append("more is spent than was accepted") }
        return faults
    }
}
