internal import PayWord

/// A claim on its way to judgement.
struct ReadClaim: Sendable {
    /// Its place in the batch.
    let position: UInt32
    /// The commitment's id; zeros if the embedded object cannot be read.
    let id: CommitmentID
    let paywords: PaywordClaims
    /// Few claims embed an object, and one in place would make them all large.
    private let embedded: Embedded?
    /// Why it is refused, once that is known.
    var refusal: Reason?

    /// The embedded object, where there is one that can be read.
    var object: SignedObject<Commitment>? { embedded?.object }

    private final class Embedded: Sendable {
        let object: SignedObject<Commitment>
        init(_ object: SignedObject<Commitment>) { self.object = object }
    }

    init(position: UInt32, _ claim: RedemptionClaim) {
        self.position = position
        paywords = claim.paywords
        switch claim.commitment {
        case .id(let id):
            self.id = id
            embedded = nil
        case .object(let encoded):
            do throws(Refusal) {
                let object = try SignedObject<Commitment>(decoding: encoded)
                embedded = Embedded(object)
                id = object.id
            } catch {
                embedded = nil
                id = .zero
                refusal = error.reason
            }
        }
    }

    /// Whether what it embeds, if anything, is the commitment of this row.
    func isOn(_ row: LedgerCommitment) -> Bool {
        guard let object else { return true }
        return object.digest == row.terms.digest
    }

    /// Whether the embedded object must be verified: not if it is, to the byte, the one that was
    /// verified when it was registered.
    func needsVerification(_ row: LedgerCommitment?) -> Bool {
        guard refusal == nil, let object else { return false }
        guard let row else { return true }
        return SHA256.digest(object.encoded) != row.terms.encodingDigest
    }
}
