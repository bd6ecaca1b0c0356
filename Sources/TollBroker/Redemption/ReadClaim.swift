internal import PayWord

/// A claim on its way to judgement.
struct ReadClaim: Sendable {
    /// Its place in the batch.
    let position: UInt32
    /// The commitment's id; zeros if the embedded object cannot be read.
    let id: CommitmentID
    let paywords: PaywordClaims
    /// The embedded object, where there is one that can be read.
    let object: SignedObject<Commitment>?
    /// Why it is refused, once that is known.
    var refusal: Reason?

    init(position: UInt32, _ claim: RedemptionClaim) {
        self.position = position
        paywords = claim.paywords
        switch claim.commitment {
        case .id(let id):
            self.id = id
            object = nil
        case .object(let encoded):
            do throws(Refusal) {
                let object = try SignedObject<Commitment>(decoding: encoded)
                self.object = object
                id = object.id
            } catch {
                object = nil
                id = .zero
                refusal = error.reason
            }
        }
    }

    /// Whether the embedded object must be verified: not if it is, to the byte, the one that was
    /// verified when it was registered.
    func needsVerification(_ row: LedgerCommitment?) -> Bool {
        guard refusal == nil, let object else { return false }
        guard let row else { return true }
        return SHA256.digest(object.encoded) != row.terms.encodingDigest
    }
}
