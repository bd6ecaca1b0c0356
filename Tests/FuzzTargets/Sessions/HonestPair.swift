import FixtureKit
import PayWord
import PeerProtocol

/// A payer's and a merchant's session joined, bytes chopped and late, answers in any order. Neither
/// may refuse the other but for what the merchant's store and limits refuse.
struct HonestPair {
    private let world: World
    private var payer: PayerDriver
    private var merchant: MerchantSession
    private var books: ChannelBooks
    private var toMerchant: [UInt8] = []
    private var toPayer: [UInt8] = []
    private var requests: [MerchantRequest] = []
    private var merchantEnd: SessionEnd?
    private let now = Samples.now

    init(_ reader: inout ByteReader) throws {
        world = try World.shared
        let shape = reader.byte()
        var configuration = MerchantSession.Configuration(
            limits: PeerLimits(
                jump: 400, unansweredFrames: UInt32(shape & 7), channels: UInt32(shape >> 3 & 3)))
        configuration.openingBytesMaximum = 1500
        merchant = MerchantSession(
            configuration: configuration, key: world.parties.merchant,
            nonce: world.samples.merchantNonce, certificate: nil, now: now)
        books = ChannelBooks(world)
        payer = try PayerDriver(joinedTo: world)
        toMerchant = payer.takeSent()
    }

    mutating func step(_ reader: inout ByteReader) throws {
        switch reader.choice(of: 8) {
        case 0, 1, 2: try payer.ask(&reader)
        case 3: try carryToMerchant(Int(reader.byte()))
        case 4: try carryToPayer(Int(reader.byte()))
        case 5, 6: try answer(Int(reader.byte()), isRefused: reader.byte() & 7 == 7)
        default:
            if reader.byte() == 0xff { try take(merchant.finish()) }
        }
        toMerchant += payer.takeSent()
        try checkPeace()
    }

    /// Everything that is under way arrives, and everything that was asked is answered.
    mutating func windUp() throws {
        var rounds = 0
        while rounds == 0 || !requests.isEmpty || !toMerchant.isEmpty && merchant.wantsInput
            || !toPayer.isEmpty
        {
            rounds += 1
            try promise(rounds < 1024, "it goes on for ever")
            try carryToMerchant(.max)
            try carryToPayer(.max)
            try answer(0, isRefused: false)
            toMerchant += payer.takeSent()
            try checkPeace()
        }
        guard merchantEnd == nil else { return }
        try promise(
            payer.session.unansweredFrames == 0, "\(payer.session.unansweredFrames) still wait")
        try promise(merchant.unansweredFrames == 0, "answers are still owed")
    }

    private func checkPeace() throws {
        if case .refused(let reason, let detail)? = payer.model.end {
            throw BrokenPromise("the payer falls out with the merchant: \(reason) \(detail)")
        }
        guard case .refused(let reason, let detail)? = merchantEnd else { return }
        // An honest wallet may still ask for what is not there, and be refused too often.
        try promise(reason == .rateLimited, "the merchant falls out: \(reason) \(detail)")
    }

    private mutating func carryToMerchant(_ count: Int) throws {
        // A driver leaves in the socket what the session does not want yet.
        guard merchant.wantsInput else { return }
        let piece = toMerchant.prefix(count)
        toMerchant.removeFirst(piece.count)
        try take(merchant.receive(piece, now: now))
    }

    private mutating func carryToPayer(_ count: Int) throws {
        let piece = toPayer.prefix(count)
        toPayer.removeFirst(piece.count)
        try payer.take(payer.session.receive(piece, now: now))
        try payer.model.check(payer.session)
    }

    private mutating func take(_ actions: [MerchantAction]) throws {
        for action in actions {
            switch action {
            case .send(let bytes): toPayer += bytes
            case .perform(.pay(let payments)): requests += payments.map { .pay([$0]) }
            case .perform(let request): requests.append(request)
            case .end(let end): merchantEnd = end
            }
        }
    }

    /// Answers one request that waits: of its handle the first, as the session demands.
    private mutating func answer(_ choice: Int, isRefused: Bool) throws {
        guard !requests.isEmpty else { return }
        let wanted = requests[choice % requests.count].handle
        guard let place = requests.firstIndex(where: { $0.handle == wanted }) else { return }
        let failure = Refusal(.storageFailed)
        switch requests.remove(at: place) {
        case .offer:
            try take(
                merchant.answerOffer(
                    isRefused ? .failure(failure) : .success(world.samples.offer.encoded),
                    now: now))
        case .open(let open):
            let channel = books.opened(open.commitment.id)
            try take(
                merchant.answerOpen(
                    open.handle, isRefused ? .failure(failure) : .success(channel), now: now))
        case .pay(let payments):
            var answers: [PaymentAnswer] = []
            for pay in payments {
                for claim in pay.paywords { books.reveal(pay, claim) }
                let outcome = isRefused ? .refused(failure) : try books.pay(pay)
                answers.append(
                    PaymentAnswer(handle: pay.handle, sequence: pay.sequence, outcome: outcome))
            }
            try take(merchant.answerPayments(answers, now: now))
        case .close(let handle, _, _):
            try take(
                merchant.answerClose(
                    handle,
                    isRefused
                        ? .failure(failure) : .success(ClosedChannel(close: [1], receipt: [2])),
                    now: now))
        case .receipt(let handle, _):
            try take(
                merchant.answerReceipt(
                    handle, isRefused ? .failure(failure) : .success([3]), now: now))
        }
    }
}

extension MerchantRequest {
    fileprivate var handle: Handle? {
        switch self {
        case .offer: nil
        case .open(let open): open.handle
        case .pay(let payments): payments.first?.handle
        case .close(let handle, _, _), .receipt(let handle, _): handle
        }
    }
}
