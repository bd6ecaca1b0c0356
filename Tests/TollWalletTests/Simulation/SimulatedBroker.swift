import PayWord
import Synchronization
import TollWallet

/// A broker with one asset that keeps its word, until a test makes it fail.
final class SimulatedBroker: FundingBroker {
    struct State: Sendable {
        var available: [PublicKey: Amount] = [:]
        var entries: [(account: PublicKey, entry: CommitmentEntry)] = []
        var requests: [[UInt8]] = []
        var references: Set<RequestReference> = []
        var closes: [Verified<Close>] = []
        /// Throws these before doing anything.
        var refusals: [Refusal] = []
        /// Does what is asked, and then loses that many answers.
        var answersLost = 0
    }

    let key: SigningKey
    let asset: Asset
    let creditLimit: Amount?
    /// What the broker signs reservations with; its root unless a test sets another.
    let signer: SigningKey
    let state = Mutex(State())
    let pageMaximum = 2

    init(
        key: SigningKey, asset: Asset, creditLimit: Amount? = nil, signer: SigningKey? = nil
    ) {
        self.key = key
        self.asset = asset
        self.creditLimit = creditLimit
        self.signer = signer ?? key
    }

    var root: PublicKey { key.publicKey }
    var reservations: Int { state.withLock { $0.entries.count } }

    private func begin() throws(Refusal) {
        let refusal = state.withLock { $0.refusals.isEmpty ? nil : $0.refusals.removeFirst() }
        if let refusal { throw refusal }
    }

    private func finish() throws(Refusal) {
        let isLost = state.withLock { state in
            guard state.answersLost > 0 else { return false }
            state.answersLost -= 1
            return true
        }
        if isLost { throw Refusal(.timedOut) }
    }

    func describe() async throws(Refusal) -> BrokerDescription {
        BrokerDescription(
            root: root, signingCertificates: [], assets: [asset], isFaucetEnabled: true,
            batchStepsMaximum: 1 << 28)
    }

    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        state.withLock { state in
            let present = state.available[request.payload.subject]
            state.available[request.payload.subject] = present ?? .zero
        }
        return BrokerAnswer(objects: [], signingCertificates: [])
    }

    func certify(_ request: Verified<CertificateRequest>) async throws(Refusal) -> BrokerAnswer {
        try begin()
        guard let creditLimit else { throw Refusal(.notEnabled) }
        return BrokerAnswer(
            objects: [try certificate(request.payload.subject, creditLimit)],
            signingCertificates: [])
    }

    private func certificate(
        _ subject: PublicKey, _ limit: Amount
    ) throws(Refusal) -> [UInt8] {
        try signer.sign(
            Certificate.payerWithCredit(
                serial: .zero, broker: root, subject: subject, asset: asset, notBefore: start,
                notAfter: start.adding(30 * .day), limitPerCommitment: limit, guarantee: limit)
        ).encoded
    }

    func reserve(_ request: Verified<ReservationRequest>) async throws(Refusal) -> BrokerAnswer {
        try begin()
        state.withLock { $0.requests.append(request.encoded) }
        let commitment = try request.payload.commitment.verified()
        let account = request.payload.account
        let answer: [UInt8]
        if let creditLimit {
            answer = try certificate(commitment.payload.payer, creditLimit)
        } else {
            answer = try reservation(commitment)
        }
        let worth = try commitment.payload.worth
        let entry = CommitmentEntry(
            commitment: commitment.object, funding: [answer], note: request.payload.note,
            state: .live, redeemed: [])
        let isFunded = state.withLock { state in
            if state.entries.contains(where: { $0.entry.commitment.id == commitment.object.id }) {
                return true
            }
            let available = state.available[account] ?? .zero
            guard creditLimit != nil || available >= worth else { return false }
            if creditLimit == nil {
                state.available[account] = available.subtractingOrZero(worth)
            }
            state.entries.append((account, entry))
            return true
        }
        guard isFunded else { throw Refusal(.insufficientFunds) }
        try finish()
        return BrokerAnswer(objects: [answer], signingCertificates: [])
    }

    private func reservation(_ commitment: Verified<Commitment>) throws(Refusal) -> [UInt8] {
        let promised = commitment.payload
        return try signer.sign(
            Reservation(
                commitmentDigest: commitment.digest, broker: root, payer: promised.payer,
                merchant: promised.merchant, asset: promised.asset, amount: promised.worth,
                issuedAt: start, validUntil: promised.redeemBy)
        ).encoded
    }

    func statement(_ request: Verified<StatementRequest>) async throws(Refusal) -> AccountStatement
    {
        try begin()
        let account = request.payload.account
        let state = state.withLock { $0 }
        let own = state.entries.filter { $0.account == account }.map(\.entry)
            .sorted { $0.commitment.id < $1.commitment.id }
        let rest = own.filter { entry in
            request.payload.after.map { entry.commitment.id > $0 } ?? true
        }
        let page = Array(rest.prefix(pageMaximum))
        return AccountStatement(
            account: account, asset: asset, available: state.available[account] ?? .zero,
            debt: .zero, reserved: try own.map(\.commitment.payload).map(Self.worth).sum(),
            payable: .zero, commitments: page,
            cursor: rest.count > pageMaximum ? page.last?.commitment.id : nil)
    }

    private static func worth(_ commitment: Commitment) -> Amount {
        (try? commitment.worth) ?? .zero
    }

    func withdraw(_ request: Verified<Withdrawal>) async throws(Refusal) {
        try move(request.payload.account, request.payload.reference) {
            (available) throws(Refusal) in try available.subtracting(request.payload.amount)
        }
    }

    func draw(_ request: Verified<FaucetRequest>) async throws(Refusal) {
        try move(request.payload.account, request.payload.reference) {
            (available) throws(Refusal) in try available.adding(request.payload.amount)
        }
    }

    private func move(
        _ account: PublicKey, _ reference: RequestReference,
        _ change: (Amount) throws(Refusal) -> Amount
    ) throws(Refusal) {
        try state.withLock { (state) throws(Refusal) in
            guard let available = state.available[account] else { throw Refusal(.unknownAccount) }
            guard !state.references.contains(reference) else { return }
            state.available[account] = try change(available)
            state.references.insert(reference)
        }
    }

    func deliver(_ close: Verified<Close>) async throws(Refusal) {
        try begin()
        state.withLock { $0.closes.append(close) }
        try finish()
    }
}
