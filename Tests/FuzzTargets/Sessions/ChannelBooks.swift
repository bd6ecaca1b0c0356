import PayWord
import PeerProtocol
import TollMerchant

/// The channels of the samples' payer as a merchant's store has them. Payments are judged by the
/// merchant's own rules, and what comes of it is checked by other means: from the paywords that the
/// payer really revealed, and whole numbers that cannot wrap.
struct ChannelBooks {
    private struct Book {
        let channel: World.Channel
        var state: ChannelState
        var verifiers: [ChainVerifier]
        /// The highest index of each chain that the payer revealed.
        var revealed: [UInt32]
    }

    private let jumpMaximum: UInt32 = 400
    private var books: [CommitmentID: Book] = [:]

    init(_ world: World) {
        for channel in world.channels {
            let commitment = channel.commitment.object
            books[channel.id] = Book(
                channel: channel, state: ChannelState(opening: commitment),
                verifiers: channel.verifiers,
                revealed: channel.paywords.map { _ in 0 })
        }
    }

    func index(_ channel: World.Channel, _ ordinal: Ordinal) -> UInt32 {
        guard let chains = books[channel.id]?.state.chains, ordinal.position < chains.count else {
            return 0
        }
        return chains[ordinal.position].accepted.index.value
    }

    mutating func reveal(_ channel: World.Channel, _ ordinal: Ordinal, _ index: ChainIndex) {
        guard let highest = books[channel.id]?.revealed[ordinal.position] else { return }
        books[channel.id]?.revealed[ordinal.position] = max(highest, index.value)
    }

    /// Notes a payword of a payment, if it is a right one.
    mutating func reveal(_ pay: PayRequest, _ claim: PaywordClaim) {
        guard let channel = books[pay.commitmentID]?.channel,
            channel.payword(claim.ordinal, claim.index) == claim.payword, claim.payword != .zero
        else { return }
        reveal(channel, claim.ordinal, claim.index)
    }

    func opened(_ id: CommitmentID) -> OpenedChannel {
        guard let state = books[id]?.state else {
            return OpenedChannel(
                paywords: [], amounts: ChannelAmounts(accepted: .zero, spent: .zero))
        }
        return OpenedChannel(
            paywords: state.paywords,
            amounts: ChannelAmounts(accepted: state.accepted, spent: state.spent))
    }

    func amounts(_ pay: PayRequest) -> ChannelAmounts { opened(pay.commitmentID).amounts }

    /// Counts a payment, and checks what the channel holds afterwards.
    mutating func pay(_ pay: PayRequest) throws -> PaymentAnswer.Outcome {
        guard var book = books[pay.commitmentID] else {
            throw BrokenPromise("a payment of no channel")
        }
        let before = book.state
        let request = PaymentRequest(
            commitmentID: pay.commitmentID, paywords: pay.paywords, amount: pay.amount,
            reference: pay.reference)
        let judge = PaymentJudge(jumpMaximum: jumpMaximum, paymentMaximum: .maximum)
        var steps: UInt64 = 0
        do throws(Refusal) {
            steps = try judge.checkBeforeHashing(request, book.state.chains)
            for claim in pay.paywords {
                _ = try book.verifiers[claim.ordinal.position].check(
                    claim.position, stepsMaximum: jumpMaximum)
            }
            _ = try book.state.count(pay.paywords, pay.amount)
            for claim in pay.paywords {
                book.verifiers[claim.ordinal.position].accept(claim.position)
            }
        } catch {
            try promise(book.state == before, "refused, and changed")
            return .refused(error, error.reason == .staleIndex ? amounts(pay) : nil)
        }
        try promise(
            steps <= UInt64(jumpMaximum) * UInt64(Ordinal.countMaximum), "\(steps) steps at once")
        books[pay.commitmentID] = book
        try check(book, before)
        return .accepted(
            ChannelAmounts(accepted: book.state.accepted, spent: book.state.spent))
    }

    private func check(_ book: Book, _ before: ChannelState) throws {
        let committed = book.channel.commitment.payload.chains
        var accepted: Int128 = 0
        var worth: Int128 = 0
        for (position, chain) in book.state.chains.enumerated() {
            let index = chain.accepted.index.value
            try promise(index <= book.revealed[position], "credit for what was not revealed")
            try promise(
                chain.accepted.payword == book.channel.paywords[position][Int(index)],
                "a payword that is not of its chain")
            accepted += Int128(index) * Int128(committed[position].denomination.units)
            worth +=
                Int128(committed[position].length.value)
                * Int128(committed[position].denomination.units)
        }
        let state = book.state
        try promise(Int128(state.accepted.units) == accepted, "accepted is not what was paid")
        try promise(state.spent <= state.accepted, "more spent than accepted")
        try promise(accepted <= worth, "more accepted than promised")
        try promise(state.accepted >= before.accepted, "what was accepted went back")
        try promise(state.spent >= before.spent, "what was spent went back")
    }
}
