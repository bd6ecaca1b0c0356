import FixtureKit
import PayWord
import Synchronization
import TollBrokerAPI

/// A broker that does what one must towards HTTP, with the samples as its answers: it checks every
/// signature, answers the same request alike, and records what it was sent.
final class FaithfulBroker: BrokerService {
    typealias Hook = @Sendable (ObjectKind) async throws(Refusal) -> Void

    let samples: Samples
    /// Runs before each verb; what it throws is the verb's refusal.
    private let before: Hook
    /// The encodings that arrived, in order; guarded, since requests are tasks of their own.
    private let arrived = Mutex<[[UInt8]]>([])

    init(before: @escaping Hook = { (_) throws(Refusal) in }) throws(Refusal) {
        samples = try Samples()
        self.before = before
    }

    var requests: [[UInt8]] { arrived.withLock { $0 } }

    private func enter<Payload: SignedPayload>(
        _ request: SignedObject<Payload>
    ) async throws(Refusal) {
        arrived.withLock { $0.append(request.encoded) }
        try await before(Payload.kind)
        _ = try request.verified()
    }

    private func answer(_ objects: [[UInt8]]) -> BrokerAnswer {
        BrokerAnswer(
            objects: objects, signingCertificates: [samples.signingCertificate.object])
    }

    func describe() async throws(Refusal) -> BrokerDescription {
        BrokerDescription(
            root: samples.parties.broker.publicKey,
            signingCertificates: [samples.signingCertificate.object], assets: [samples.asset],
            isFaucetEnabled: true, batchStepsMaximum: 1 << 28)
    }

    func enrol(_ request: SignedObject<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        try await enter(request)
        return answer([])
    }

    func certify(
        _ request: SignedObject<CertificateRequest>
    ) async throws(Refusal) -> BrokerAnswer {
        try await enter(request)
        return answer([samples.signingCertificate.encoded])
    }

    func reserve(
        _ request: SignedObject<ReservationRequest>
    ) async throws(Refusal) -> BrokerAnswer {
        try await enter(request)
        return answer([samples.reservation.encoded])
    }

    func statement(
        _ request: SignedObject<StatementRequest>
    ) async throws(Refusal) -> AccountStatement {
        try await enter(request)
        return AccountStatement(
            account: request.payload.account, asset: samples.asset,
            available: try Amount(units: 7), debt: .zero, reserved: try Amount(units: 5),
            payable: .zero,
            commitments: [
                CommitmentEntry(
                    commitment: samples.commitment.object,
                    funding: [samples.reservation.encoded], note: nil, state: .live, redeemed: [])
            ], cursor: nil)
    }

    func withdraw(_ request: SignedObject<Withdrawal>) async throws(Refusal) {
        try await enter(request)
    }

    func draw(_ request: SignedObject<FaucetRequest>) async throws(Refusal) {
        try await enter(request)
    }

    func close(_ close: SignedObject<Close>) async throws(Refusal) { try await enter(close) }

    func redeem(
        _ redemption: SignedObject<Redemption>
    ) async throws(Refusal) -> SettlementAnswer {
        try await enter(redemption)
        return try samples.settlementAnswer
    }
}

extension Samples {
    /// The first sample of a kind, encoded.
    func encoded(_ kind: ObjectKind) throws -> [UInt8] {
        guard let sample = try objects.first(where: { $0.kind == kind }) else {
            throw Refusal(.internal, "no sample of a \(kind.rawValue)")
        }
        return sample.encoded
    }

    /// The first sample of a kind, its signature checked.
    func verified<Payload: SignedPayload>(_ type: Payload.Type) throws -> Verified<Payload> {
        try SignedObject<Payload>(decoding: try encoded(Payload.kind)).verified()
    }
}
