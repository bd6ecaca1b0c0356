internal import PayWord
private import Synchronization

/// How much failed work each merchant has left: steps that led nowhere, and signatures that did not
/// hold. It lives in memory: a restart forgives.
final class FailedWorkBudget: Sendable {
    private struct Account {
        var left: UInt64
        var at: Timestamp
    }

    private let policy: FailedWorkPolicy
    /// Merchants whose budget is not full; guarded, since redemptions run at the same time.
    private let accounts = Mutex<[PublicKey: Account]>([:])

    init(_ policy: FailedWorkPolicy) { self.policy = policy }

    /// - Throws: `rate-limited` while the merchant has used up its budget.
    func check(_ merchant: PublicKey, at now: Timestamp) throws(Refusal) {
        let left = accounts.withLock { accounts in
            refill(merchant, in: &accounts, at: now)
            return accounts[merchant]?.left ?? policy.stepsMaximum
        }
        guard left > 0 else {
            throw Refusal(.rateLimited, "too many claims of this merchant failed: wait")
        }
    }

    /// Takes `steps` of failed work from the merchant's budget.
    func charge(_ merchant: PublicKey, steps: UInt64, at now: Timestamp) {
        guard steps > 0 else { return }
        accounts.withLock { accounts in
            refill(merchant, in: &accounts, at: now)
            let left = accounts[merchant]?.left ?? policy.stepsMaximum
            accounts[merchant] = Account(left: left > steps ? left - steps : 0, at: now)
        }
    }

    /// A full budget is not kept, so the table holds those alone who failed lately.
    private func refill(
        _ merchant: PublicKey, in accounts: inout [PublicKey: Account], at now: Timestamp
    ) {
        guard let account = accounts[merchant] else { return }
        let (back, overflow) = now.since(account.at).multipliedReportingOverflow(
            by: policy.stepsPerSecond)
        let missing = policy.stepsMaximum - min(account.left, policy.stepsMaximum)
        accounts[merchant] =
            overflow || back >= missing
            ? nil : Account(left: account.left + back, at: max(account.at, now))
    }
}
