internal import PayWord

/// The part of a redemption that comes before the transaction: it reads the claims, bounds the work,
/// verifies embedded objects and walks the chains, on all cores.
struct ClaimReader: Sendable {
    let rules: ClaimRules
    let stepsMaximum: UInt64

    /// The claims with what is known against them, and the work that came to nothing, in steps.
    struct Result: Sendable {
        var claims: [ReadClaim]
        var failedSteps: UInt64
    }

    /// Judges all that does not depend on what other batches do meanwhile.
    /// - Throws: `too-large` if the batch asks for more work than is allowed, before any is done.
    func judge(
        _ claims: [ReadClaim], rows: [CommitmentID: LedgerCommitment]
    ) async throws(Refusal) -> Result {
        var claims = claims
        var unverified: [Int] = []
        var walks: [ChainWalk] = []
        for place in claims.indices where claims[place].refusal == nil {
            let row = rows[claims[place].id]
            if claims[place].needsVerification(row) { unverified.append(place) }
            do throws(Refusal) {
                try rules.check(claims[place], row)
                if let row { walks += self.walks(claims[place], at: place, row) }
            } catch { claims[place].refusal = error.reason }
        }
        try checkWork(walks, verifications: unverified.count)
        var failed = await verify(unverified, in: &claims)
        failed += await walk(walks, in: &claims)
        return Result(claims: claims, failedSteps: failed)
    }

    private func walks(
        _ claim: ReadClaim, at place: Int, _ row: LedgerCommitment
    ) -> [ChainWalk] {
        claim.paywords.compactMap { payword in
            let chain = row.chains[payword.ordinal.position]
            guard payword.index > chain.redeemed.index else { return nil }
            return ChainWalk(
                claim: place, key: chain.key, from: payword.position, to: chain.redeemed)
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

    private func walk(_ walks: [ChainWalk], in claims: inout [ReadClaim]) async -> UInt64 {
        let wanted = walks.filter { claims[$0.claim].refusal == nil }
        let reached = await ChainWalk.leadDown(wanted)
        var failed: UInt64 = 0
        for (walk, isRight) in zip(wanted, reached) where !isRight {
            claims[walk.claim].refusal = .badPayword
            failed += walk.steps
        }
        return failed
    }
}
