import PayWord
import TollCLI

/// What the demo shows at its end: the audit's figures and the crashes.
struct DemoReport {
    private let audit: DemoAudit
    private let options: DemoOptions
    private let kills: [DemoPerformance.Kill]
    private let isRepeatedIdentical: Bool
    private let elapsedMilliseconds: Int

    init(
        audit: DemoAudit, options: DemoOptions, kills: [DemoPerformance.Kill],
        isRepeatedIdentical: Bool, elapsed: Duration
    ) {
        self.audit = audit
        self.options = options
        self.kills = kills
        self.isRepeatedIdentical = isRepeatedIdentical
        let (seconds, attoseconds) = elapsed.components
        elapsedMilliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    var json: JSONText {
        [
            "payments": .integer(Int64(audit.payments)),
            "paywords": .unsigned(audit.paywords),
            "channels": .integer(Int64(audit.channels)),
            "wallets": .integer(Int64(options.wallets)),
            "settlements": .integer(Int64(audit.settlements)),
            "claims": .unsigned(audit.claims),
            "gross": .text(audit.gross), "fee": .text(audit.fee), "net": .text(audit.net),
            "asset": .text(audit.asset),
            "kills": .array(kills.map { .text($0.role) }),
            "unacknowledged_at_kill": .array(
                kills.map { .integer(Int64($0.unacknowledged)) }),
            "lost_payments": .integer(Int64(audit.lostPayments)),
            "double_payments": .integer(Int64(audit.doublePayments)),
            "redemption_repeated_identical": .bool(isRepeatedIdentical),
            "ledger_sum_zero": .bool(audit.isLedgerSumZero),
            "payment_frame_bytes": .integer(Int64(audit.paymentFrameBytes)),
            "seed": .unsigned(options.seed),
            "elapsed_ms": .integer(Int64(elapsedMilliseconds)),
        ]
    }

    /// A statement of account.
    func lines(style: TextStyle) -> [String] {
        let unit = " " + audit.asset
        var account = Table(["Statement", "Payments", "Paywords", "Amount"])
        account.add([
            .text("Paid over \(audit.channels) channels"), .count(audit.payments),
            .count(audit.paywords), .shown(audit.gross + unit, .text(audit.gross)),
        ])
        account.add([
            .text("Redeemed in \(audit.settlements) settlement, \(audit.claims) claims"),
            .count(audit.payments),
            .count(audit.paywords), .shown(audit.gross + unit, .text(audit.gross)),
        ])
        account.add([
            .text("Fee"), .text(""), .text(""), .shown(audit.fee + unit, .text(audit.fee)),
        ])
        account.setFooter([
            .text("To the merchant"), .text(""), .text(""),
            .shown(audit.net + unit, .text(audit.net)),
        ])
        var facts = Facts()
        for kill in kills {
            facts.add(
                "Killed the \(kill.role)",
                .text("with \(kill.unacknowledged) payments under way; it went on"))
        }
        facts.add("Payments lost", .count(audit.lostPayments))
        facts.add("Payments counted twice", .count(audit.doublePayments))
        facts.add(
            "Redemption sent again",
            .text(isRepeatedIdentical ? "same settlement, byte for byte" : "ANOTHER ANSWER"))
        facts.add(
            "Ledger",
            .text(audit.isLedgerSumZero ? "sums to zero" : "DOES NOT SUM TO ZERO"))
        facts.add("A payment on the wire", .text("\(audit.paymentFrameBytes) bytes"))
        facts.add("Time", .text("\(elapsedMilliseconds) ms"))
        return [""] + account.lines(style: style) + [""] + facts.lines(style: style)
    }

    /// Fails if anything was lost, doubled or does not add up.
    func check() throws {
        guard audit.lostPayments == 0, audit.doublePayments == 0, audit.isLedgerSumZero,
            isRepeatedIdentical, audit.settlements == 1, audit.payments == options.payments
        else {
            throw CommandError.checkFailed(
                "the books do not say what they should",
                hint: "run it again with --keep DIR and the same --seed, and look into DIR")
        }
    }
}
