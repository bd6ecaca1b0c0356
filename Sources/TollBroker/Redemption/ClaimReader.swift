internal import PayWord

/// The part of a redemption that comes before the transaction: it reads the claims, bounds the work,
/// verifies embedded objects and walks the chains, on all cores.
struct ClaimReader: Sendable {
    let rules: ClaimRules
    let stepsMaximum: UInt64

    /// The claims with what is known against them before a chain is walked, the walks that remain,
    /// and the work that came to nothing, in steps.
    struct Result: Sendable {
        var claims: [ReadClaim]
        var walks: [ChainWalk]
        var failedSteps: UInt64

        /// Refuses the claims whose paywords do not lead down.
        /// - Returns: whether there are any.
        mutating func take(_ leadsDown: [Bool]) -> Bool {
            let failed = zip(walks, leadsDown).filter { !$1 }.map(\.0)
            for walk in failed {
                claims[walk.claim].refusal = .badPayword
                failedSteps += walk.steps
            }
            return !failed.isEmpty
        }
    }

    /// Judges all that does not depend on what other batches do meanwhile, but for the walks.
    /// - Throws: `too-large` if the batch asks for more work than is allowed, before any is done.
    func judge(
        _ claims: [ReadClaim], on claimed: ClaimedRows, rows: [LedgerCommitment?]
    ) async throws(Refusal) -> Result {
        var claims = claims
        var unverified: [Int] = []
        var walks: [ChainWalk] = []
        walks.reserveCapacity(claims.count)
        for place in claims.indices where claims[place].refusal == nil {
            let row = claimed.place(ofClaim: place).flatMap { rows[$0] }
            if claims[place].needsVerification(row) { unverified.append(place) }
            do throws(Refusal) {
                try rules.check(claims[place], row)
                if let row { add(claims[place], at: place, row, to: &walks) }
            } catch { claims[place].refusal = error.reason }
        }
        try checkWork(walks, verifications: unverified.count)
        let failed = await verify(unverified, in: &claims)
        if failed > 0 { walks.removeAll { claims[$0.claim].refusal != nil } }
        return Result(claims: claims, walks: walks, failedSteps: failed)
    }

    private func add(
        _ claim: ReadClaim, at place: Int, _ row: LedgerCommitment, to walks: inout [ChainWalk]
    ) {
        for number in claim.paywords.indices {
            let payword = claim.paywords[number]
            let chain = row.chains[payword.ordinal.position]
            guard payword.index > chain.redeemed.index else { continue }
            walks.append(
                ChainWalk(
                    claim: place, key: chain.key, from: payword.position, to: chain.redeemed))
        }
    }

    private func checkWork(_ walks: [ChainWalk], verifications: Int) throws(Refusal) {
        // Below 2^19 walks of below 2^32 steps each: the sum fits.
        let steps = walks.reduce(
            UInt64(verifications) * FailedWorkPolicy.stepsPerSignature
        ) { $0 + $1.steps }
        guard steps <= stepsMaximum else {
            throw Refusal(
                .tooLarge, "the batch takes \(steps) steps, more than \(stepsMaximum)")
        }
    }

    /// A signature comes before dates and parties in the order of checks, so what it gives stands
    /// in place of what those gave.
    private func verify(_ places: [Int], in claims: inout [ReadClaim]) async -> UInt64 {
        let objects = places.map { claims[$0].object }
        let reasons = await CostedWork.map(
            objects, cost: { _ in FailedWorkPolicy.stepsPerSignature }
        ) { object -> Reason? in
            do throws(Refusal) {
                _ = try object?.verified()
                return nil
            } catch { return error.reason }
        }
        var failed: UInt64 = 0
        for (place, reason) in zip(places, reasons) {
            guard let reason else { continue }
            claims[place].refusal = reason
            failed += FailedWorkPolicy.stepsPerSignature
        }
        return failed
    }
}
