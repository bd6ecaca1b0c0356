internal import PayWord
internal import PeerProtocol

/// Holds what came after a misbehaviour against what a right wallet does.
struct DutyJudge {
    private let rule: String
    private let duty: WalletDuty
    private let entries: [PeerLog.Entry]

    init(_ misbehaviour: MerchantMisbehaviour, _ entries: [PeerLog.Entry]) {
        rule = misbehaviour.mode.rules
        duty = misbehaviour.duty
        self.entries = entries
    }

    /// The report of a whole run; without a misbehaviour, by the rules that hold always.
    static func report(
        _ misbehaviour: MerchantMisbehaviour?, _ entries: [PeerLog.Entry]
    ) -> PeerReport {
        let always = WalletConduct.findings(entries)
        guard let misbehaviour else {
            return always.isEmpty
                ? PeerReport(
                    mode: "honest", findings: [], verdict: .untested, note: "nobody said hello")
                : PeerReport(mode: "honest", findings: always)
        }
        let (findings, note) = DutyJudge(misbehaviour, entries).judge()
        return PeerReport(
            mode: misbehaviour.rawValue, findings: findings + always,
            verdict: note.isEmpty ? .passed : .untested, note: note)
    }

    private func judge() -> (findings: [PeerFinding], note: String) {
        var place: Int?
        var about: CommitmentID?
        for (number, entry) in entries.enumerated() where place == nil {
            if case .misbehaved(let channel) = entry.seen { (place, about) = (number, channel) }
        }
        guard let place else { return ([], "the wallet never came to where this happens") }
        let connection = entries[place].connection
        let later = entries[(place + 1)...]
        let here = later.filter { $0.connection == connection }
        switch duty {
        case .endsSession(let reasons): return (ends(here, reasons), "")
        case .givesUp: return (givesUp(here), "")
        case .leavesTheChannel, .paysNothing:
            let channel = if case .paysNothing = duty { nil as CommitmentID? } else { about }
            return ([noPayment(later, of: channel)], "")
        case .opensAgainFirst: return ([opensAgain(later, about)], "")
        case .comesBack:
            let came = later.contains { isOpen($0.seen, of: about) }
            return (
                [PeerFinding(rule, expected: duty.text, seen: "it came back", isRight: true)]
                    .filter { _ in came },
                came ? "" : "the wallet did not come back and open the channel again"
            )
        case .bearsIt: return ([bears(here)], "")
        case .keepsItsRecord:
            return (
                [PeerFinding(rule, expected: duty.text, seen: "as below", isRight: true)], ""
            )
        }
    }

    private func ends(
        _ here: [PeerLog.Entry], _ reasons: Set<Reason>
    ) -> [PeerFinding] {
        let told = here.compactMap { connectionError($0.seen) }.first
        // What came before it told was sent before it knew.
        let known = here.firstIndex { connectionError($0.seen) != nil } ?? here.startIndex
        return [
            PeerFinding(
                rule, expected: "tells \(WalletDuty.text(reasons))",
                seen: told.map { "told \($0.reasonText)" } ?? "told nothing",
                isRight: told?.reason.map(reasons.contains) ?? false),
            closes(here), noPayment(here[known...], of: nil),
        ]
    }

    private func givesUp(_ here: [PeerLog.Entry]) -> [PeerFinding] {
        let told = here.compactMap { connectionError($0.seen) }.first
        return [
            closes(here),
            PeerFinding(
                rule, expected: "tells timed-out, if anything",
                seen: told.map { "told \($0.reasonText)" } ?? "told nothing",
                isRight: told.map { $0.reason == .timedOut } ?? true),
        ]
    }

    private func closes(_ here: [PeerLog.Entry]) -> PeerFinding {
        let hasClosed = here.contains {
            if case .closed(byWallet: true) = $0.seen { true } else { false }
        }
        return PeerFinding(
            "TC-06.34", expected: "closes the connection",
            seen: hasClosed ? "closed it" : "left it open", isRight: hasClosed)
    }

    private func noPayment(
        _ later: ArraySlice<PeerLog.Entry>, of channel: CommitmentID?
    ) -> PeerFinding {
        var names: [Int: [Handle: CommitmentID]] = [:]
        var payments = 0
        for entry in entries[..<later.startIndex] { note(entry, &names) }
        for entry in later {
            note(entry, &names)
            guard case .received(.pay(let pay)) = entry.seen else { continue }
            if channel == nil || names[entry.connection]?[pay.handle] == channel { payments += 1 }
        }
        return PeerFinding(
            rule, expected: "pays nothing more",
            seen: payments == 0 ? "paid nothing" : "paid \(payments) times", isRight: payments == 0)
    }

    private func opensAgain(
        _ later: ArraySlice<PeerLog.Entry>, _ channel: CommitmentID?
    ) -> PeerFinding {
        var names: [Int: [Handle: CommitmentID]] = [:]
        for entry in entries[..<later.startIndex] { note(entry, &names) }
        for entry in later {
            note(entry, &names)
            if isOpen(entry.seen, of: channel) {
                return PeerFinding(
                    rule, expected: duty.text, seen: "opened it again first", isRight: true)
            }
            if case .received(.pay(let pay)) = entry.seen,
                names[entry.connection]?[pay.handle] == channel
            {
                return PeerFinding(rule, expected: duty.text, seen: "paid on", isRight: false)
            }
        }
        return PeerFinding(rule, expected: duty.text, seen: "paid nothing more", isRight: true)
    }

    private func bears(_ here: [PeerLog.Entry]) -> PeerFinding {
        let told = here.compactMap { connectionError($0.seen) }.first
        return PeerFinding(
            rule, expected: duty.text,
            seen: told.map { "ended the session: \($0.reasonText)" } ?? "bore it",
            isRight: told == nil)
    }

    private func note(_ entry: PeerLog.Entry, _ names: inout [Int: [Handle: CommitmentID]]) {
        guard case .received(.open(let open)) = entry.seen,
            let object = try? SignedObject<Commitment>(decoding: open.commitment)
        else { return }
        names[entry.connection, default: [:]][open.handle] = object.id
    }

    private func isOpen(_ seen: PeerLog.Seen, of channel: CommitmentID?) -> Bool {
        guard case .received(.open(let open)) = seen,
            let object = try? SignedObject<Commitment>(decoding: open.commitment)
        else { return false }
        return channel == nil || object.id == channel
    }

    private func connectionError(_ seen: PeerLog.Seen) -> PeerError? {
        guard case .received(.error(let error)) = seen, error.handle == nil else { return nil }
        return error
    }
}
