internal import PayWord
internal import Synchronization

/// Judges one payment on a live channel: open, not expired, within its budget of failed work, and
/// then its paywords. Keeps the budgets of payers, which reach over their channels.
final class PaymentGate: Sendable {
    /// How many payers' failures are remembered. Only payers that failed are.
    static let payersMaximum = 65_536

    private let policy: MerchantPolicy
    private let judge: PaymentJudge
    private let clock: @Sendable () -> Timestamp
    /// Guards the budgets by payer key. Taken last.
    private let payers = Mutex<[PublicKey: StepBudget]>([:])

    init(policy: MerchantPolicy, clock: @escaping @Sendable () -> Timestamp) {
        self.policy = policy
        self.clock = clock
        judge = PaymentJudge(
            jumpMaximum: policy.jumpMaximum, paymentMaximum: policy.paymentMaximum)
    }

    /// Judges a payment and, if it is right, moves the cursor.
    /// - Returns: why it is refused; nil if it is not.
    func judge(
        _ request: PaymentRequest, _ channel: LiveChannel, _ state: inout LiveChannel.State
    ) -> Refusal? {
        let now = clock()
        guard !state.status.isClosed else { return Refusal(.channelClosed) }
        guard now <= channel.expiresAt else {
            return Refusal(
                .commitmentExpired, "expired at \(channel.expiresAt), and it is \(now)")
        }
        let steps: UInt64
        do throws(Refusal) {
            steps = try judge.checkBeforeHashing(request, state.cursor)
        } catch { return error }
        if steps > 0, isExhausted(channel, &state, now) {
            return Refusal(
                .rateLimited, "too many paywords failed on this channel or of this payer")
        }
        do throws(PaymentJudge.Failure) {
            try judge.hash(request.paywords, &state.cursor)
            return nil
        } catch {
            state.failures.spend(error.steps, policy.failedStepsPerChannel, at: now)
            count(error.steps, of: channel.payer, now)
            return error.refusal
        }
    }

    private func isExhausted(
        _ channel: LiveChannel, _ state: inout LiveChannel.State, _ now: Timestamp
    ) -> Bool {
        state.failures.isExhausted(policy.failedStepsPerChannel, at: now)
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
