import Foundation
import PayWord
import TollCLI

/// The part of the demo in which the wallets pay: their progress, and the two crashes.
struct DemoPerformance {
    let stage: ThreeParties
    let options: DemoOptions
    let output: Output

    /// A crash: whose, and how many payments were under way and unanswered.
    struct Kill {
        let role: String
        let unacknowledged: Int
    }

    /// Runs all wallets to their end. The first is killed after a third of the payments and started
    /// again; the merchant after two thirds.
    func payAll() async throws -> [Kill] {
        let bar = ProgressBar("Paying", total: UInt64(options.payments), on: output.messages)
        defer { bar.finish() }
        let board = DemoBoard(bar: bar)
        var wallets: [ChildProcess] = []
        for number in 0..<stage.walletCount {
            wallets.append(try await start(number, board))
        }
        var kills: [Kill] = []

        await board.wait(for: options.payments / 3)
        await wallets[0].kill()
        kills.append(Kill(role: "wallet", unacknowledged: try await stage.pendingPayments()))
        let whenWalletDied = await board.total
        wallets[0] = try await start(0, board)

        await board.wait(for: max(whenWalletDied, options.payments * 2 / 3))
        await stage.kill(.merchant)
        kills.append(Kill(role: "merchant", unacknowledged: try await stage.pendingPayments()))
        try await stage.startMerchant()

        for wallet in wallets {
            let status = await wallet.ended()
            guard status == 0 else {
                throw ChildProcess.Ended(name: wallet.name, status: status, errors: wallet.errors)
            }
        }
        bar.finish()
        output.say(
            "Killed the wallet after \(whenWalletDied) payments, and the merchant later; "
                + "both went on.")
        return kills
    }

    private func start(_ number: Int, _ board: DemoBoard) async throws -> ChildProcess {
        let wallet = try await stage.startPaying(number, options.arguments)
        Task {
            var next = 0
            while let line = await wallet.line(next) {
                next += 1
                guard let count = try? ProcessMessage(line).number("acknowledged") else { continue }
                await board.update(wallet: number, acknowledged: count)
            }
            // Killed, it will be started again; ended in any other way, it has no more to tell.
            if await wallet.ended() != 128 + SIGKILL { await board.finish(wallet: number) }
        }
        return wallet
    }
}

/// How far the wallets are. An actor, because each wallet's output is followed by a task of its own.
actor DemoBoard {
    private let bar: ProgressBar
    private var counts: [Int: Int] = [:]
    private var finished: Set<Int> = []
    private var waiter: (target: Int, continuation: CheckedContinuation<Void, Never>)?

    init(bar: ProgressBar) { self.bar = bar }

    var total: Int { counts.values.reduce(0, +) }

    func update(wallet: Int, acknowledged: Int) {
        counts[wallet] = max(acknowledged, counts[wallet] ?? 0)
        bar.update(done: UInt64(total))
        wake()
    }

    func finish(wallet: Int) {
        finished.insert(wallet)
        wake()
    }

    /// Waits until so many payments are acknowledged, or the first wallet has no more to pay.
    func wait(for target: Int) async {
        guard total < target, !finished.contains(0) else { return }
        await withCheckedContinuation { waiter = (target, $0) }
    }

    private func wake() {
        guard let waiting = waiter, total >= waiting.target || finished.contains(0) else { return }
        waiter = nil
        waiting.continuation.resume()
    }
}
