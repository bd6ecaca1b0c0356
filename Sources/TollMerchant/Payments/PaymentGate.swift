internal import PayWord
internal import Synchronization

/// Judges one payment on a live channel: open, not expired, within its budget of failed work, and
/// then its paywords. Keeps the budgets of payers, which reach over their channels.
final class PaymentGate: Sendable {
    /// How many payers' failures are remembered. Only payers that failed are.
    static let payersMaximum = 65_536

    private let policy: MerchantPolicy
    private let judge: PaymentJudge
    /// Guards the budgets by payer key. Taken last.
    private let payers = Mutex<[PublicKey: StepBudget]>([:])
    /// Whether any payword failed since the start.
    private let hasFailures = Atomic(false)

    init(policy: MerchantPolicy) {
        self.policy = policy
        judge = PaymentJudge(
            jumpMaximum: policy.jumpMaximum, paymentMaximum: policy.paymentMaximum)
    }

    /// Judges a payment and, if it is right, counts it ahead of the disk.
    /// Where `isHashed`, its paywords were found to lead down to where the channel stands. `hashed` is
    /// raised by the steps that this payment takes.
    ///
    /// - Returns: whether it was counted; false for one that was counted before.
    /// - Throws: why it is refused.
    func judge(
        _ request: borrowing PaymentRequest, isHashed: Bool, _ channel: LiveChannel,
        _ state: inout LiveChannel.State, at now: Timestamp, hashed: inout UInt64
    ) throws(Refusal) -> Bool {
        guard !state.ahead.isClosed else { throw Refusal(.channelClosed) }
        guard now <= channel.expiresAt else {
            throw Refusal(
                .commitmentExpired, "expired at \(channel.expiresAt), and it is \(now)")
        }
        let steps = try judge.checkBeforeHashing(request, state.ahead.chains)
        if steps > 0, isExhausted(channel, &state, now) {
            throw Refusal(
                .rateLimited, "too many paywords failed on this channel or of this payer")
        }
        if !isHashed {
            hashed += steps
            do throws(PaymentJudge.Failure) {
                try judge.hash(request.paywords, state.ahead.chains, channel.keys)
            } catch {
                spend(error.steps, channel, &state, now)
                throw error.refusal
            }
        }
        do throws(Refusal) {
            return try state.ahead.count(request.paywords, request.amount)
        } catch {
            // What was hashed for nothing can be asked for again.
            if steps > 0, !isHashed { spend(steps, channel, &state, now) }
            throw error
        }
    }

    private func spend(
        _ steps: UInt64, _ channel: LiveChannel, _ state: inout LiveChannel.State,
        _ now: Timestamp
    ) {
        state.failures.spend(steps, policy.failedStepsPerChannel, at: now)
        count(steps, of: channel.payer, now)
        hasFailures.store(true, ordering: .relaxed)
    }

    private func isExhausted(
        _ channel: LiveChannel, _ state: inout LiveChannel.State, _ now: Timestamp
    ) -> Bool {
        // Without a failure since the start there is nothing to look up.
        guard hasFailures.load(ordering: .relaxed) else { return false }
        return state.failures.isExhausted(policy.failedStepsPerChannel, at: now)
            || payers.withLock {
                $0[channel.payer]?.isExhausted(policy.failedStepsPerPayer, at: now) ?? false
            }
    }

    private func count(_ steps: UInt64, of payer: PublicKey, _ now: Timestamp) {
        payers.withLock { payers in
            if payers.count >= Self.payersMaximum, payers[payer] == nil {
                // Those that time has forgiven go first; if none is, one of the others.
                let forgiven = payers.filter { entry in
                    var budget = entry.value
                    return budget.isForgiven(policy.failedStepsPerPayer, at: now)
                }
                for key in forgiven.keys { payers[key] = nil }
                if forgiven.isEmpty, let any = payers.keys.first { payers[any] = nil }
            }
            payers[payer, default: StepBudget()].spend(
                steps, policy.failedStepsPerPayer, at: now)
        }
    }
}
