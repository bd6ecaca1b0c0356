import PayWord
import TollBrokerAPI
import TollCLI

/// An account of the live wallet at a broker for trials, with which it has its commitments reserved.
struct PeerAccount: Sendable {
    let root: PublicKey
    private let key: SigningKey
    private let client: BrokerClient

    /// Opens an account under a new key, and draws what all the modes need from the faucet.
    init(_ client: BrokerClient, asset: Asset) async throws {
        var random = SystemRandomNumberGenerator()
        let key = try SigningKey.generate(using: &random)
        let description = try await client.describe()
        guard description.isFaucetEnabled else {
            throw CommandError(
                Refusal(.notEnabled, "the broker has no faucet"),
                hint: "use a broker for trials: toll broker init --faucet")
        }
        let now = CommandContext.clock()
        _ = try await client.enrol(
            key.sign(
                Enrolment(
                    broker: description.root, subject: key.publicKey, role: .payer, asset: asset,
                    createdAt: now)))
        try await client.draw(
            key.sign(
                FaucetRequest(
                    broker: description.root, account: key.publicKey, asset: asset,
                    amount: try Amount(units: 1_000_000), reference: .random(using: &random),
                    createdAt: now)))
        (root, self.key, self.client) = (description.root, key, client)
    }

    /// Has a commitment reserved.
    /// - Returns: what travels with it.
    func reserve(_ commitment: SignedObject<Commitment>) async throws(Refusal) -> [[UInt8]] {
        try await client.reserve(
            key.sign(
                ReservationRequest(
                    broker: root, account: key.publicKey, commitment: commitment,
                    createdAt: CommandContext.clock()))
        ).funding
    }
}
