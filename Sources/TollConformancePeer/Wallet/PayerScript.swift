internal import PayWord
internal import PeerProtocol

/// What a misbehaviour is written with: connections, channels, and what is expected of the merchant.
///
/// Each expectation becomes a finding. Where going on makes no sense, a ``Stop`` is thrown.
final class PayerScript {
    /// Why a script went no further.
    struct Stop: Error {
        let verdict: PeerReport.Verdict
        let note: String
    }

    let wallet: PeerWallet
    private(set) var findings: [PeerFinding] = []
    private var lines: [PayerLine] = []
    private var random = SystemRandomNumberGenerator()

    init(_ wallet: PeerWallet) { self.wallet = wallet }

    var target: PeerWallet.Target { wallet.target }
    var now: Timestamp { wallet.clock() }

    /// Whether the merchant was ever reached.
    var hasConnected: Bool { !lines.isEmpty }

    /// Closes what is open.
    func end() { for line in lines { line.close() } }

    func find(_ rule: String, _ expected: String, seen: String, _ isRight: Bool) {
        findings.append(PeerFinding(rule, expected: expected, seen: seen, isRight: isRight))
    }

    func skip(_ note: String) -> Stop { Stop(verdict: .skipped, note: note) }

    // MARK: Connections and channels

    /// A connection without a handshake.
    func dial() async throws -> PayerLine {
        let line = PayerLine(wallet, try await wallet.connect(), number: lines.count + 1)
        lines.append(line)
        return line
    }

    /// A connection with its handshake done.
    func connect() async throws -> PayerLine {
        let line = try await dial()
        try await line.shakeHands()
        return line
    }

    /// What an honest commitment to this merchant says.
    func terms() -> PayerChannel.Terms {
        PayerChannel.Terms(
            merchant: target.merchant, broker: target.broker ?? target.merchant,
            asset: target.asset, denomination: target.denomination, issuedAt: now,
            expiresAt: now.adding(.day), redeemBy: now.adding(9 * .day),
            nonce: .random(using: &random))
    }

    /// A channel that is not open yet, and funded if there is a broker.
    func channel(
        _ terms: PayerChannel.Terms? = nil, payer: SigningKey? = nil, isFunded: Bool = true
    ) async throws -> PayerChannel {
        let key = try payer ?? freshKey()
        var channel = try PayerChannel(
            terms ?? self.terms(), secret: .generate(using: &random), payer: key)
        if target.broker != nil, isFunded {
            channel.funding = try await target.fund(channel.commitment)
        }
        return channel
    }

    func freshKey() throws(Refusal) -> SigningKey { try SigningKey.generate(using: &random) }

    /// Opens a channel as an honest payer does.
    /// - Throws: a stop if the merchant does not open it.
    @discardableResult
    func open(_ channel: PayerChannel, on line: PayerLine) async throws -> Handle {
        let handle = line.freshHandle()
        await line.send(.open(try channel.open(handle, line.transcript)))
        let answer = await line.next()
        guard case .message(.opened(let opened)) = answer, opened.handle == handle else {
            find("TC-06.17", "an honest open is answered by opened", seen: answer.text, false)
            throw Stop(verdict: .failed, note: "the channel was not opened")
        }
        let worth = try channel.worth(channel.index)
        let isSame = opened.accepted == worth && opened.spent.units == channel.spent
        find(
            "TC-06.18", "opened shows \(worth) accepted and \(channel.spent) spent",
            seen: "\(opened.accepted) and \(opened.spent)", isSame)
        return handle
    }

    /// A channel open on a connection of its own, with one honest payment counted.
    func paidChannel() async throws -> (line: PayerLine, channel: PayerChannel, handle: Handle) {
        let line = try await connect()
        var channel = try await channel()
        let handle = try await open(channel, on: line)
        try await pay(&channel, handle, on: line, sequence: 0)
        return (line, channel, handle)
    }

    /// Pays one payword as an honest payer does.
    func pay(
        _ channel: inout PayerChannel, _ handle: Handle, on line: PayerLine, sequence: UInt32,
        reference: [UInt8]? = nil
    ) async throws {
        await line.send(
            .pay(
                Pay(
                    handle: handle, sequence: sequence,
                    paywords: [channel.claim(channel.index + 1)],
                    amount: try Amount(units: target.denomination), reference: reference)))
        channel.index += 1
        channel.spent += target.denomination
        try await expectPaid(channel, handle, sequence, on: line)
    }

    // MARK: Expectations

    /// A paid that covers the sequence, and shows the channel as it must stand.
    func expectPaid(
        _ channel: PayerChannel, _ handle: Handle, _ sequence: UInt32, on line: PayerLine,
        rule: String = "TC-06.26"
    ) async throws {
        let answer = await line.next()
        let worth = try channel.worth(channel.index)
        let expected = "paid, \(worth) accepted and \(channel.spent) spent"
        guard case .message(.paid(let paid)) = answer else {
            find(rule, expected, seen: answer.text, false)
            throw Stop(verdict: .failed, note: "")
        }
        find(
            rule, expected, seen: "paid, \(paid.accepted) accepted and \(paid.spent) spent",
            paid.handle == handle && paid.sequence >= sequence && paid.accepted == worth
                && paid.spent.units == channel.spent)
    }

    /// A paid that covers the sequence, after any number of others, and shows the channel as it must
    /// stand.
    func expectLastPaid(
        _ channel: PayerChannel, _ handle: Handle, _ sequence: UInt32, on line: PayerLine,
        rule: String
    ) async throws {
        let worth = try channel.worth(channel.index)
        let expected = "paid up to \(sequence), \(worth) accepted and \(channel.spent) spent"
        while true {
            let answer = await line.next()
            guard case .message(.paid(let paid)) = answer, paid.handle == handle else {
                find(rule, expected, seen: answer.text, false)
                throw Stop(verdict: .failed, note: "")
            }
            guard paid.sequence >= sequence else { continue }
            return find(
                rule, expected,
                seen: "paid up to \(paid.sequence), \(paid.accepted) and \(paid.spent)",
                paid.accepted == worth && paid.spent.units == channel.spent)
        }
    }

    /// An error about a handle, and about a payment if a sequence is given.
    func expectRefusal(
        _ reason: Reason, _ handle: Handle?, _ sequence: UInt32? = nil, on line: PayerLine,
        rule: String
    ) async throws {
        let answer = await line.next()
        var isRight = false
        if case .message(.error(let error)) = answer {
            isRight =
                error.reason == reason && error.handle == handle && error.sequence == sequence
        }
        find(rule, "error \(reason.code)", seen: answer.text, isRight)
        if case .message = answer { return }
        throw Stop(verdict: .failed, note: "")
    }

    /// An error about the connection, then the connection's end.
    func expectEnd(
        _ reason: Reason, on line: PayerLine, within time: Duration? = nil, rule: String
    ) async {
        var told: PeerError?
        while true {
            let answer = await line.next(within: time)
            switch answer {
            case .message(.error(let error)) where error.handle == nil && told == nil:
                told = error
                continue
            case .message: continue
            case .unreadable, .silence, .closed: break
            }
            find(
                rule, "error \(reason.code) about the connection",
                seen: told.map { "error \($0.reasonText)" } ?? "no error",
                told?.reason == reason)
            var isClosed = false
            if case .closed = answer { isClosed = true }
            return find(
                "TC-06.34", "the end of the connection", seen: answer.text, isClosed)
        }
    }

    /// The session goes on: the next honest payment is counted.
    func expectGoesOn(
        _ channel: inout PayerChannel, _ handle: Handle, on line: PayerLine, sequence: UInt32
    ) async throws {
        try await pay(&channel, handle, on: line, sequence: sequence)
    }

    /// On a new connection the channel stands as it must, and an honest payment is counted: nothing
    /// was lost and nothing won by the misbehaviour.
    func expectUnharmed(_ channel: PayerChannel) async throws {
        var channel = channel
        let line = try await connect()
        let handle = try await open(channel, on: line)
        try await pay(&channel, handle, on: line, sequence: 0)
        line.close()
    }

    /// An honest stranger is served.
    func expectServesOthers() async throws {
        let (line, _, _) = try await paidChannel()
        line.close()
    }
}
