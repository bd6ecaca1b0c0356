internal import Logging
internal import PayWord

extension Redeemer {
    /// Tells the broker which channels ended, so that it frees what is left of their reservations.
    /// - Returns: how many it was told of.
    func deliverCloses(
        at broker: PublicKey, _ client: any RedeemingBroker
    ) async throws(Refusal) -> Int {
        var delivered = 0
        while true {
            let closes = try await store.undeliveredCloses(at: broker, limit: Self.pageMaximum)
            for (id, encoded) in closes {
                let close = try SignedObject<Close>(decoding: encoded).verified()
                do throws(Refusal) {
                    try await client.deliver(close)
                    delivered += 1
                } catch {
                    // Refused for now stays for the next run; refused for good would never pass.
                    guard !error.reason.isRetryable else { throw error }
                    logger.warning(
                        "the broker refuses a close",
                        metadata: ["channel": "\(id)", "reason": "\(error.reason.code)"])
                }
                try await store.markCloseDelivered(id)
            }
            guard closes.count == Self.pageMaximum else { return delivered }
        }
    }
}
