public import PayWord

/// Judges a payment's paywords against where a channel's chains stand. A value, without clock, store
/// or lock.
public struct PaymentJudge: Sendable {
    /// The most steps that one payment may advance a chain.
    public let jumpMaximum: UInt32
    /// The most that one payment may spend.
    public let paymentMaximum: Amount

    /// A judge with the merchant's two limits for one payment.
    public init(jumpMaximum: UInt32, paymentMaximum: Amount) {
        self.jumpMaximum = jumpMaximum
        self.paymentMaximum = paymentMaximum
    }

    /// A refusal, and how many steps were hashed in vain.
    struct Failure: Error {
        let refusal: Refusal
        let steps: UInt64
    }

    /// Checks what can be told without hashing: the form, the amount, and every index, so that a
    /// stale index or a jump too long on the last chain costs nothing on the first.
    ///
    /// - Returns: how many steps the paywords would take.
    /// - Throws: `malformed`, `too-large`, `limit-exceeded`, `unknown-chain`, `index-past-end`,
    ///   `stale-index` or `jump-too-long`.
    public func checkBeforeHashing(
        _ request: PaymentRequest, _ chains: [ChannelChain]
    ) throws(Refusal) -> UInt64 {
        if let reference = request.reference {
            guard !reference.isEmpty else {
                throw Refusal(.malformed, "a reference has at least one byte")
            }
            guard reference.count <= PaymentRequest.referenceBytesMaximum else {
                throw Refusal(.tooLarge, "a reference of \(reference.count) bytes")
            }
        }
        guard request.amount <= paymentMaximum else {
            throw Refusal(
                .limitExceeded,
                "\(request.amount) units at once; this merchant takes up to \(paymentMaximum)")
        }
        var previous: Ordinal?
        var steps: UInt64 = 0
        for position in request.paywords.indices {
            let claim = request.paywords[position]
            guard previous.map({ $0 < claim.ordinal }) ?? true else {
                throw Refusal(.malformed, "ordinals must ascend")
            }
            previous = claim.ordinal
            steps += UInt64(try checkIndex(claim, chains))
        }
        return steps
    }

    private func checkIndex(
        _ claim: PaywordClaim, _ chains: [ChannelChain]
    ) throws(Refusal) -> UInt32 {
        guard claim.ordinal.position < chains.count else {
            throw Refusal(
                .unknownChain, "chain \(claim.ordinal) of a commitment with \(chains.count)")
        }
        let chain = chains[claim.ordinal.position]
        guard claim.index <= chain.length else {
            throw Refusal(
                .indexPastEnd, "index \(claim.index) of a chain of \(chain.length) paywords")
        }
        guard claim.index >= chain.accepted.index else {
            throw Refusal(
                .staleIndex,
                "index \(claim.index) is below the accepted \(chain.accepted.index)")
        }
        let steps = claim.index.steps(downTo: chain.accepted.index)
        guard steps <= jumpMaximum else {
            throw Refusal(
                .jumpTooLong, "\(steps) steps at once are more than \(jumpMaximum)")
        }
        return steps
    }

    /// Walks every payword down to the accepted one. The chains are those of the checks before, and
    /// `keys` has one for each.
    func hash(
        _ claims: PaywordClaims, _ chains: [ChannelChain], _ keys: [ChainKey]
    ) throws(Failure) {
        var steps: UInt64 = 0
        for position in claims.indices {
            let claim = claims[position]
            let chain = chains[claim.ordinal.position]
            steps += UInt64(claim.index.steps(downTo: chain.accepted.index))
            let verifier = ChainVerifier(
                key: keys[claim.ordinal.position], length: chain.length, accepted: chain.accepted)
            do throws(Refusal) {
                _ = try verifier.check(claim.position, stepsMaximum: jumpMaximum)
            } catch {
                throw Failure(refusal: error, steps: steps)
            }
        }
    }
}
