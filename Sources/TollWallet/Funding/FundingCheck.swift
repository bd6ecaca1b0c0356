internal import PayWord

/// Holds what a broker answers against what was asked: nothing is sent to a merchant that the merchant
/// would refuse.
enum FundingCheck {
    /// The identity behind an answer, from the certificates that came with it.
    static func identity(
        _ root: PublicKey, _ answer: BrokerAnswer
    ) throws(Refusal) -> BrokerIdentity {
        try BrokerIdentity(root: root, signingCertificates: answer.signingCertificates)
    }

    /// Checks that an answer reserves the whole commitment.
    /// - Throws: `not-reserved` if it carries no reservation, `reservation-mismatch`, or what is
    ///   wrong with the signature.
    static func checkReservation(
        _ answer: BrokerAnswer, of commitment: SignedObject<Commitment>
    ) throws(Refusal) {
        let identity = try identity(commitment.payload.broker, answer)
        guard let object = answer.objects.first else {
            throw Refusal(.notReserved, "the broker's answer carries no reservation")
        }
        let reservation = try SignedObject<Reservation>(decoding: object).verified(by: identity)
        try reservation.payload.check(covers: commitment)
    }

    /// Checks that an answer carries a credit certificate of this key, for as much as is wanted.
    /// - Throws: `not-reserved` if it carries none, `limit-exceeded`, `wrong-asset`,
    ///   `certificate-expired` and the like.
    static func checkCredit(
        _ answer: BrokerAnswer, subject: PublicKey, broker: PublicKey, asset: Asset,
        worth: Amount, at now: Timestamp
    ) throws(Refusal) {
        let identity = try identity(broker, answer)
        guard let object = answer.objects.first else {
            throw Refusal(.notReserved, "the broker's answer carries no certificate")
        }
        let certificate = try SignedObject<Certificate>(decoding: object)
            .verified(by: identity).payload
        guard certificate.role == .payer, certificate.funding == .credit,
            certificate.subject == subject
        else { throw Refusal(.notReserved, "the certificate is not of this key's credit") }
        guard certificate.asset == asset else { throw Refusal(.wrongAsset) }
        try certificate.checkPeriod(at: now)
        if let limit = certificate.limitPerCommitment, worth > limit {
            throw Refusal(
                .limitExceeded,
                "\(asset.textWithCode(worth)); the broker allows \(asset.text(limit)) a commitment")
        }
    }
}
