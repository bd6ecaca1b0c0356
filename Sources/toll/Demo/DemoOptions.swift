import ArgumentParser
import PayWord

/// What the demo plays: shared by the processes that have a part in it.
struct DemoOptions: ParsableArguments {
    @Option(help: "How many payments are made.")
    var payments = 20_000

    @Option(help: "How many channels they go over.")
    var channels = 200

    @Option(help: "How many wallets, each a process, own the channels.")
    var wallets = 1

    @Option(help: "The seed of the prices; the same seed, the same payments.")
    var seed: UInt64 = 1996

    mutating func validate() throws {
        guard (1...1_000_000).contains(payments) else {
            throw ValidationError("--payments is 1 to 1000000")
        }
        guard (1...10_000).contains(channels), channels <= payments else {
            throw ValidationError("--channels is 1 to 10000, and at most the payments")
        }
        guard (1...16).contains(wallets), wallets <= channels else {
            throw ValidationError("--wallets is 1 to 16, and at most the channels")
        }
    }

    /// The same options for another process.
    var arguments: [String] {
        [
            "--payments", "\(payments)", "--channels", "\(channels)", "--wallets", "\(wallets)",
            "--seed", "\(seed)",
        ]
    }

    var plan: DemoPlan { DemoPlan(payments: payments, channels: channels, seed: seed) }

    /// The channels of one wallet.
    func channels(ofWallet number: Int) -> StrideTo<Int> {
        stride(from: number, to: channels, by: wallets)
    }

    /// What opening a channel again is recognised by.
    static func reference(channel: Int) -> RequestReference {
        RequestReference(
            SHA256.digest(Array("tollchain demo channel \(channel)".utf8)).bytes.prefix(16))
            ?? .zero
    }
}
