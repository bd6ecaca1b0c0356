public import PayWord
public import PeerProtocol
public import TollMerchant

/// A merchant as a ``PeerServer`` drives it.
extension Merchant: PeerService {
    /// The resource's offer of the present period, as it goes on the wire; it is signed once and
    /// kept.
    /// - Throws: `unknown-resource`.
    public func offer(for resource: String) async throws(Refusal) -> [UInt8] {
        let offer: Verified<Offer> = try await offer(for: resource)
        return offer.encoded
    }

    /// Judges commitment and funding, and opens or finds the channel; it is on disk when this
    /// returns.
    /// - Throws: the first reason of `spec/05-funding.md`, "What a merchant checks", from the
    ///   commitment's decoding on.
    public func open(_ request: OpenRequest) async throws(Refusal) -> OpenedChannel {
        let status = try await open(
            request.commitment, funding: request.funding, salt: request.salt)
        return OpenedChannel(paywords: status.paywords, amounts: status.amounts)
    }

    /// Counts the batch in one go, so its payments share transactions. Those that are counted are
    /// on disk when this returns; a stale index is answered with how the channel stands.
    public func pay(_ batch: [PayRequest]) async -> [PaymentAnswer.Outcome] {
        let results = await pay(
            batch.map {
                PaymentRequest(
                    commitmentID: $0.commitmentID, paywords: $0.paywords, amount: $0.amount,
                    reference: $0.reference)
            })
        var outcomes: [PaymentAnswer.Outcome] = []
        outcomes.reserveCapacity(batch.count)
        for (payment, result) in zip(batch, results) {
            switch result {
            case .success(let outcome): outcomes.append(.accepted(outcome.amounts))
            case .failure(let refusal):
                outcomes.append(
                    .refused(refusal, await amounts(after: refusal, payment.commitmentID)))
            }
        }
        return outcomes
    }

    /// Closes the channel, or finds it closed, and gives the close and the receipt as they go on
    /// the wire.
    /// - Throws: `unknown-commitment`; `bad-signature` or `weak-key` if the payer did not sign;
    ///   `wrong-merchant`; `malformed` for a request about another channel; `not-yet-valid`; `busy`
    ///   if payments never ceased to arrive.
    public func close(
        _ id: CommitmentID, _ request: SignedObject<CloseRequest>
    ) async throws(Refusal) -> ClosedChannel {
        let closed = try await close(id, request: request)
        return ClosedChannel(close: closed.close.encoded, receipt: closed.receipt.encoded)
    }

    /// A receipt of the channel as it stands, signed for this call.
    /// - Throws: `unknown-commitment`.
    public func receipt(_ id: CommitmentID) async throws(Refusal) -> [UInt8] {
        let receipt: Verified<Receipt> = try await receipt(id)
        return receipt.encoded
    }

    /// A stale index is answered with how the channel stands, since the payer does not know it.
    private func amounts(
        after refusal: Refusal, _ id: CommitmentID
    ) async -> ChannelAmounts? {
        guard refusal.reason == .staleIndex else { return nil }
        do throws(Refusal) { return try await amounts(id) } catch { return nil }
    }
}

extension ChannelStatus {
    fileprivate var amounts: ChannelAmounts { ChannelAmounts(accepted: accepted, spent: spent) }
}
