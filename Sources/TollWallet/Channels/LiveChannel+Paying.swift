internal import Failpoints
internal import Logging
internal import PayWord

extension LiveChannel {
    /// How many payments one window holds at most: what one transaction writes ahead.
    private static let windowMaximum = 1024

    /// Makes payments in order, and stops after the first that is not acknowledged.
    func pay(_ intents: [PaymentIntent]) async -> [PaymentOutcome] {
        await gate.enter()
        let outcomes = await payInTurn(intents)
        await gate.leave()
        return outcomes
    }

    private func payInTurn(_ intents: [PaymentIntent]) async -> [PaymentOutcome] {
        var outcomes: [PaymentOutcome] = []
        var countMaximum = Self.windowMaximum
        while outcomes.count < intents.count {
            let window = window(intents[outcomes.count...].prefix(countMaximum))
            let answers = await pay(window: window)
            if window.count > 1, answers.first?.refusal?.reason == .budgetExceeded {
                // The budget is not enough for all of them: find out for how many it is.
                countMaximum = window.count / 2
                continue
            }
            outcomes += answers
            if let stopped = outcomes.last(where: { !$0.isAcknowledged }) {
                let rest = Self.notSent(because: stopped)
                while outcomes.count < intents.count { outcomes.append(rest) }
            }
        }
        return outcomes
    }

    private static func notSent(because outcome: PaymentOutcome) -> PaymentOutcome {
        switch outcome {
        case .refused(let refusal), .notSent(let refusal):
            .notSent(Refusal(refusal.reason, "stopped before it: \(refusal.detail)"))
        default: .notSent(Refusal(.timedOut, "stopped before it: a payment was not answered"))
        }
    }

    /// The next payments that may be unanswered together: at least one, no reference twice.
    private func window(_ intents: ArraySlice<PaymentIntent>) -> [PaymentIntent] {
        var window: [PaymentIntent] = []
        var references: Set<[UInt8]> = []
        var total = Amount.zero
        for intent in intents {
            guard let sum = try? total.adding(intent.amount) else { break }
            if let maximum = context.policy.unansweredMaximum, sum > maximum, !window.isEmpty {
                break
            }
            if let reference = intent.reference, !references.insert(reference).inserted { break }
            total = sum
            window.append(intent)
        }
        return window.isEmpty ? Array(intents.prefix(1)) : window
    }

    private func pay(window: [PaymentIntent]) async -> [PaymentOutcome] {
        if let halt { return [.notSent(halt)] }
        do throws(Refusal) {
            let turn = try await context.turn(on: record.id)
            defer { turn.end() }
            return try await payOnTurn(window)
        } catch { return [.notSent(error)] }
    }

    private func payOnTurn(
        _ window: [PaymentIntent]
    ) async throws(Refusal) -> [PaymentOutcome] {
        var plan = try await plan(window)
        guard !plan.payments.isEmpty else { return plan.outcomes() }
        do throws(Refusal) {
            do throws(Refusal) { try await writeAhead(plan) } catch {
                guard error.reason == .busy else { throw error }
                // Another program moved the channel, and has ended its turn.
                try await catchUp()
                plan = try await self.plan(window)
                guard !plan.payments.isEmpty else { return plan.outcomes() }
                try await writeAhead(plan)
            }
        } catch {
            if error.reason == .busy { halt = error }
            return plan.outcomes(otherwise: .notSent(error))
        }
        return await reveal(plan)
    }

    private func plan(_ window: [PaymentIntent]) async throws(Refusal) -> WindowPlan {
        var plan = WindowPlan(
            planner: planner(shown: record.progress.accepted), now: context.clock(),
            number: record.progress.payments)
        let known = try await known(window)
        for intent in window where !plan.isStopped {
            let slot = prepare(intent, known, &plan)
            plan.add(slot)
        }
        return plan
    }

    /// What the journal has of the references that the window bears.
    private func known(
        _ window: [PaymentIntent]
    ) async throws(Refusal) -> [[UInt8]: PaymentRecord] {
        let references = Set(window.compactMap(\.reference))
        guard !references.isEmpty else { return [:] }
        let payments = try await context.store.payments(record.id, references: references)
        return Dictionary(
            payments.compactMap { payment in payment.reference.map { ($0, payment) } },
            uniquingKeysWith: { first, _ in first })
    }

    private func prepare(
        _ intent: PaymentIntent, _ known: [[UInt8]: PaymentRecord], _ plan: inout WindowPlan
    ) -> WindowPlan.Slot {
        do throws(Refusal) {
            try intent.checkShape()
            if let reference = intent.reference, let payment = known[reference] {
                return try .done(repeated(payment, intent))
            }
            try check(intent, at: plan.now)
            let frames = try plan.planner.plan(intent.amount)
            // A payment that reveals nothing is safe to send again by its reference alone.
            let reference =
                frames.allSatisfy(\.marks.isEmpty)
                ? intent.reference ?? context.random.draw(RequestReference.self).bytes
                : intent.reference
            return .planned(intent, Entry(frames: frames, reference: reference))
        } catch { return .done(.notSent(error)) }
    }

    /// A payment with this reference was made before: it is not made again.
    private func repeated(
        _ payment: PaymentRecord, _ intent: PaymentIntent
    ) throws(Refusal) -> PaymentOutcome {
        guard payment.amount == intent.amount else {
            throw Refusal(
                .referenceConflict,
                "the reference was used for \(record.asset.textWithCode(payment.amount)), not "
                    + record.asset.text(intent.amount))
        }
        guard payment.state == .acknowledged else {
            throw Refusal(.busy, "the payment with this reference is under way: connect again")
        }
        return .acknowledged(
            AcknowledgedState(
                accepted: try record.commitment.payload.worth(at: record.progress.accepted),
                spent: record.progress.spent))
    }

    private func check(_ intent: PaymentIntent, at now: Timestamp) throws(Refusal) {
        guard canReveal(at: now) else {
            throw Refusal(
                .commitmentExpired,
                "the commitment ends at \(record.commitment.payload.expiresAt), and the wallet "
                    + "stops \(context.policy.expiryMargin) s earlier")
        }
        try context.policy.budget(record.asset).check(
            payment: intent.amount, in: record.asset)
        let own = record.offer?.payload
        let offer = intent.offer?.payload ?? (own?.resource == intent.resource ? own : nil)
        if let offer {
            try OfferCheck.check(
                intent.amount, units: intent.units, against: offer, merchant: record.merchant,
                asset: record.asset, at: now)
        }
    }

    /// The whole window in one durable transaction, before any of it is shown.
    private func writeAhead(_ plan: WindowPlan) async throws(Refusal) {
        context.failpoints.reach(.walletBeforeWriteAhead)
        var progress = record.progress
        progress.version += 1
        progress.revealed = plan.planner.revealed
        progress.charged = plan.planner.charged
        progress.payments = plan.number
        let before = try plan.planner.worth(record.progress.revealed)
        let after = try plan.planner.worth(progress.revealed)
        try await context.writeAheads.submit(
            WriteAhead(
                channel: record.id, progress: progress, payments: plan.payments.map(\.record),
                spending: Spending(
                    merchant: record.merchant, asset: record.asset, at: plan.now,
                    amount: try after.subtracting(before),
                    budget: context.policy.budget(record.asset))))
        record.progress = progress
        context.failpoints.reach(.walletBeforeReveal)
    }

    private func reveal(_ plan: WindowPlan) async -> [PaymentOutcome] {
        do throws(Refusal) {
            var sent = try await send(
                plan.payments.map(\.entry), shown: record.progress.accepted,
                charged: record.progress.charged)
            sent.results = Self.explained(sent.results)
            context.failpoints.reach(.walletAfterReveal)
            try await settle(plan, sent)
            return plan.outcomes(sent.results)
        } catch {
            context.failpoints.reach(.walletAfterReveal)
            halt = error.reason == .overclaimed ? await dispute(error) : error
            return plan.outcomes()
        }
    }

    /// Keeps the answers of a window in one transaction.
    private func settle(_ plan: WindowPlan, _ sent: Sent) async throws(Refusal) {
        var outcomes: [UInt64: ProgressUpdate.Outcome] = [:]
        var progress = record.progress
        var isOpen = false
        for (payment, result) in zip(plan.payments, sent.results) {
            switch result {
            case .success:
                outcomes[payment.record.number] = .acknowledged
                progress.spent = try progress.spent.adding(payment.record.amount)
            case .failure(let refusal) where Self.leavesOpen.contains(refusal.reason):
                // It stays pending: the next connect finds out what became of it.
                isOpen = true
                halt = refusal
            case .failure(let refusal):
                outcomes[payment.record.number] = .refused(refusal.reason)
                progress.charged = progress.charged.subtractingOrZero(payment.record.amount)
                if Self.wantsConnecting.contains(refusal.reason) { halt = refusal }
                if refusal.reason == .staleIndex { progress.isShared = true }
            }
        }
        progress.accepted = sent.accepted
        // What the merchant says is spent may have what is open in it: that is found out from the
        // difference.
        if let last = sent.last, !isOpen {
            progress.spent = last.spent
            // Everything is answered, so a refund shows as less spent than was charged.
            progress.charged = min(progress.charged, last.spent)
            if last.accepted != (try plan.planner.worth(sent.accepted)) {
                progress.isShared = true
                halt = Refusal(
                    .staleIndex, "the merchant's state is not what was sent: connect again")
            }
        }
        do throws(Refusal) { try await keep(progress, outcomes) } catch {
            // The merchant has it; the journal says pending, and the next connect finds out.
            halt = error
            context.logger.error(
                "answers could not be stored",
                metadata: ["channel": "\(record.id)", "reason": "\(error.reason.code)"])
        }
    }

    /// Each payment shows what it spends, so a merchant that misses money has counted payments that
    /// this wallet does not know: another copy's. That is a state which is behind, and no lack of
    /// money. After a refusal of another kind it may be the refused payment's money that is missing.
    private static func explained(
        _ results: [Result<AcknowledgedState, Refusal>]
    ) -> [Result<AcknowledgedState, Refusal>] {
        let first = results.lazy.compactMap(\.refusal).first?.reason
        guard first == .insufficientFunds || first == .staleIndex else { return results }
        return results.map { result in
            guard let refusal = result.refusal, refusal.reason == .insufficientFunds else {
                return result
            }
            return .failure(
                Refusal(
                    .staleIndex,
                    "another copy of this wallet paid: connect again (\(refusal.detail))"))
        }
    }

    /// Refusals after which the payment may have been counted all the same: a store that fails while
    /// it commits does not always know whether it has.
    static let leavesOpen: Set<Reason> = [.storageFailed, .internal]

    /// Refusals which mean that wallet and merchant do not have the same state.
    private static let wantsConnecting: Set<Reason> = [
        .staleIndex, .badPayword, .unknownHandle, .channelClosed, .timedOut,
    ]
}
