import PayWord
import PeerProtocol
import Synchronization
import TollWallet

/// What a test does to what passes a link.
struct Tampering: Sendable {
    var opened: @Sendable (Opened) -> Opened = { $0 }
    var paid: @Sendable (AcknowledgedState) -> AcknowledgedState = { $0 }
    var receipt: @Sendable (SignedObject<Receipt>) -> SignedObject<Receipt> = { $0 }
    var close: @Sendable (SignedObject<Close>) -> SignedObject<Close> = { $0 }
    var offer: SignedObject<Offer>?
}

/// A connection to a simulated merchant that a test can cut at any frame.
final class SimulatedLink: MerchantLink {
    struct State: Sendable {
        /// How many more frames reach the merchant; nil for all.
        var framesLeft: Int?
        /// Whether the answers to the frames that did reach it are lost too, as on a cut line.
        var isCut = false
        /// Frames that are still on their way when the line is cut, and come in later.
        var late: [(CommitmentID, OutgoingPayment)] = []
        var handles: [Handle: CommitmentID] = [:]
        /// All payments that reached the merchant, for tests that look at them.
        var seen: [OutgoingPayment] = []
    }

    let merchant: PublicKey
    let transcript: Digest
    let limits: PeerLimits
    let peer: SimulatedMerchant
    let tampering: Tampering
    let state: Mutex<State>

    init(
        _ peer: SimulatedMerchant, framesLeft: Int? = nil, tampering: Tampering = Tampering(),
        transcript: UInt8 = 1
    ) {
        self.peer = peer
        self.tampering = tampering
        merchant = peer.key.publicKey
        limits = PeerLimits(jump: peer.jumpMaximum)
        self.transcript = Digest([UInt8](repeating: transcript, count: 32)) ?? .zero
        state = Mutex(State(framesLeft: framesLeft))
    }

    var seen: [OutgoingPayment] { state.withLock { $0.seen } }

    /// Has the frames that were on their way come in.
    func deliverLate() {
        let late = state.withLock { state in
            defer { state.late = [] }
            return state.late
        }
        for (id, payment) in late { _ = peer.pay(id, payment) }
    }

    func quote(_ resource: String) async throws(Refusal) -> SignedObject<Offer> {
        guard let offer = tampering.offer else { throw Refusal(.unknownResource) }
        return offer
    }

    func open(
        _ commitment: SignedObject<Commitment>, funding: [[UInt8]], proof: Signature,
        salt: TermsSalt?
    ) async throws(Refusal) -> Opened {
        try checkLine()
        let channel = try peer.open(commitment, proof: proof, transcript: transcript)
        let handle = state.withLock { state in
            let handle = Handle(UInt16(state.handles.count))
            state.handles[handle] = commitment.id
            return handle
        }
        return tampering.opened(
            Opened(
                handle: handle, paywords: channel.claims, accepted: channel.accepted,
                spent: channel.spent))
    }

    func pay(
        _ handle: Handle, _ payments: [OutgoingPayment]
    ) async throws(Refusal) -> [Result<AcknowledgedState, Refusal>] {
        try checkLine()
        let id = try channel(handle)
        var answers: [Result<AcknowledgedState, Refusal>] = []
        for payment in payments {
            let passes = state.withLock { state in
                guard let left = state.framesLeft else { return true }
                state.framesLeft = max(0, left - 1)
                if left == 0 {
                    state.isCut = true
                    state.late.append((id, payment))
                }
                return left > 0
            }
            guard passes else { continue }
            state.withLock { $0.seen.append(payment) }
            answers.append(peer.pay(id, payment).map(tampering.paid))
        }
        try checkLine()
        return answers
    }

    func close(
        _ handle: Handle, _ request: Verified<CloseRequest>
    ) async throws(Refusal) -> (close: SignedObject<Close>, receipt: SignedObject<Receipt>) {
        try checkLine()
        let answer = try peer.close(try channel(handle), request)
        return (tampering.close(answer.close), tampering.receipt(answer.receipt))
    }

    func receipt(_ handle: Handle) async throws(Refusal) -> SignedObject<Receipt> {
        try checkLine()
        return tampering.receipt(try peer.receipt(try channel(handle)))
    }

    func end() async { state.withLock { $0.isCut = true } }

    private func checkLine() throws(Refusal) {
        if state.withLock({ $0.isCut }) { throw Refusal(.timedOut) }
    }

    private func channel(_ handle: Handle) throws(Refusal) -> CommitmentID {
        guard let id = state.withLock({ $0.handles[handle] }) else {
            throw Refusal(.unknownHandle)
        }
        return id
    }
}
