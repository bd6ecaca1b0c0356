import PayWord
import PeerProtocol
import Synchronization
import TollWallet

/// A merchant that keeps to the protocol and verifies every payword, until a test makes it lie.
final class SimulatedMerchant: Sendable {
    struct Channel: Sendable {
        var commitment: SignedObject<Commitment>
        var verifiers: [ChainVerifier]
        var accepted = Amount.zero
        var spent = Amount.zero
        var references: [[UInt8]: Amount] = [:]
        var payments: UInt64 = 0
        var isClosed = false

        var claims: PaywordClaims {
            PaywordClaims(
                zip(Ordinal.all(count: verifiers.count), verifiers).compactMap {
                    $1.accepted.index == .zero
                        ? nil
                        : PaywordClaim(
                            ordinal: $0, index: $1.accepted.index, payword: $1.accepted.payword)
                })
        }
        var state: AcknowledgedState { AcknowledgedState(accepted: accepted, spent: spent) }
    }

    struct State: Sendable {
        var channels: [CommitmentID: Channel] = [:]
        /// Refuses the next payments with these.
        var refusals: [Refusal] = []
        /// Counts so many of the next payments, and says that its store failed.
        var uncertain = 0
    }

    let key: SigningKey
    let jumpMaximum: UInt32
    let state = Mutex(State())

    init(key: SigningKey, jumpMaximum: UInt32 = 1 << 16) {
        self.key = key
        self.jumpMaximum = jumpMaximum
    }

    func channel(_ id: CommitmentID) -> Channel? { state.withLock { $0.channels[id] } }

    func open(
        _ commitment: SignedObject<Commitment>, proof: Signature, transcript: Digest
    ) throws(Refusal) -> Channel {
        let verified = try commitment.verified().object
        guard verified.payload.merchant == key.publicKey else { throw Refusal(.wrongMerchant) }
        try OpenProof.verify(proof, transcript, verified)
        return state.withLock { state in
            let fresh = Channel(commitment: verified, verifiers: verified.chainVerifiers)
            let channel = state.channels[verified.id] ?? fresh
            state.channels[verified.id] = channel
            return channel
        }
    }

    func pay(
        _ id: CommitmentID, _ payment: OutgoingPayment
    ) -> Result<AcknowledgedState, Refusal> {
        state.withLock { state in
            if !state.refusals.isEmpty { return .failure(state.refusals.removeFirst()) }
            guard var channel = state.channels[id] else {
                return .failure(Refusal(.unknownHandle))
            }
            do throws(Refusal) {
                try Self.judge(payment, &channel, jumpMaximum)
            } catch { return .failure(error) }
            state.channels[id] = channel
            if state.uncertain > 0 {
                state.uncertain -= 1
                return .failure(Refusal(.storageFailed))
            }
            return .success(channel.state)
        }
    }

    private static func judge(
        _ payment: OutgoingPayment, _ channel: inout Channel, _ jump: UInt32
    ) throws(Refusal) {
        guard !channel.isClosed else { throw Refusal(.channelClosed) }
        if let reference = payment.reference, let amount = channel.references[reference] {
            guard amount == payment.amount else { throw Refusal(.referenceConflict) }
            return
        }
        var next = channel
        var steps: UInt32 = 0
        for claim in payment.paywords {
            guard claim.ordinal.position < next.verifiers.count else {
                throw Refusal(.unknownChain)
            }
            steps += try next.verifiers[claim.ordinal.position].check(
                claim.position, stepsMaximum: jump)
            next.verifiers[claim.ordinal.position].accept(claim.position)
        }
        // All equal: acknowledged as paid already, and nothing is spent.
        if !payment.paywords.isEmpty, steps == 0, payment.reference == nil { return }
        next.accepted = try next.commitment.payload.worth(
            at: next.verifiers.map(\.accepted.index))
        next.spent = try next.spent.adding(payment.amount)
        guard next.spent <= next.accepted else { throw Refusal(.insufficientFunds) }
        if let reference = payment.reference { next.references[reference] = payment.amount }
        if payment.amount > .zero { next.payments += 1 }
        channel = next
    }

    func refund(_ id: CommitmentID, _ amount: Amount) {
        state.withLock {
            guard let spent = $0.channels[id]?.spent else { return }
            $0.channels[id]?.spent = spent.subtractingOrZero(amount)
        }
    }

    func receipt(_ id: CommitmentID) throws(Refusal) -> SignedObject<Receipt> {
        guard let channel = channel(id) else { throw Refusal(.unknownHandle) }
        let commitment = channel.commitment.payload
        return try key.sign(
            Receipt(
                commitmentID: id, payer: commitment.payer, merchant: commitment.merchant,
                asset: commitment.asset, accepted: channel.accepted, spent: channel.spent,
                payments: channel.payments, issuedAt: start, marks: channel.claims.map(\.mark))
        ).object
    }

    func close(
        _ id: CommitmentID, _ request: Verified<CloseRequest>
    ) throws(Refusal) -> (close: SignedObject<Close>, receipt: SignedObject<Receipt>) {
        guard let channel = channel(id) else { throw Refusal(.unknownHandle) }
        _ = try request.object.verified(signedBy: channel.commitment.payload.payer)
        state.withLock { $0.channels[id]?.isClosed = true }
        let close = try key.sign(
            Close(
                commitmentID: id, broker: channel.commitment.payload.broker,
                merchant: key.publicKey, final: channel.claims.map(\.mark), createdAt: start))
        return (close.object, try receipt(id))
    }
}
