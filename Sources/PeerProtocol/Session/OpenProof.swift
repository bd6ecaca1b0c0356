public import PayWord

/// The payer key's signature that opens or resumes a channel on one connection and no other.
///
/// It covers `"tollchain/1 open" || transcript(32) || commitment id(16)`, 64 bytes.
///
/// ```swift
/// let proof = try OpenProof.sign(established.transcript, commitment.id, by: payerKey)
/// try OpenProof.verify(proof, established.transcript, commitment)  // as the merchant does
/// ```
public enum OpenProof {
    /// What stands before the transcript.
    public static let label = "tollchain/1 open"

    /// What the payer key signs.
    public static func signatureInput(_ transcript: Digest, _ id: CommitmentID) -> [UInt8] {
        Array(label.utf8) + transcript.bytes + id.bytes
    }

    /// The proof for one commitment on the connection with this transcript.
    /// - Throws: `internal` if libcrypto cannot sign.
    public static func sign(
        _ transcript: Digest, _ id: CommitmentID, by payer: SigningKey
    ) throws(Refusal) -> Signature {
        try payer.sign(signatureInput(transcript, id))
    }

    /// Checks a proof.
    /// - Throws: `weak-key` or `bad-signature`.
    public static func verify(
        _ proof: Signature, _ transcript: Digest, _ commitment: SignedObject<Commitment>
    ) throws(Refusal) {
        try Ed25519.verify(
            proof, over: signatureInput(transcript, commitment.id), by: commitment.payload.payer)
    }
}
