public import PayWord
public import PeerProtocol

/// What a ``PeerServer`` needs of a merchant. `TollMerchant.Merchant` is one; tests have their own.
///
/// Each verb returns when what it did is durable.
public protocol PeerService: Sendable {
    /// A whole signed offer object for a resource.
    func offer(for resource: String) async throws(Refusal) -> [UInt8]

    /// Opens a channel or resumes it. The proof of possession was checked, the commitment was not.
    func open(_ request: OpenRequest) async throws(Refusal) -> OpenedChannel

    /// Payments of one connection that gathered while the last batch was under way.
    /// - Returns: what became of each, by position.
    func pay(_ batch: [PayRequest]) async -> [PaymentAnswer.Outcome]

    /// Closes a channel at its payer's request, whose signature was not checked.
    func close(
        _ id: CommitmentID, _ request: SignedObject<CloseRequest>
    ) async throws(Refusal) -> ClosedChannel

    /// A whole signed receipt object.
    func receipt(_ id: CommitmentID) async throws(Refusal) -> [UInt8]
}
