import PayWord
import TollCLI
import TollMerchant

/// What `toll merchant redeem --dry-run` shows: what would be claimed, by broker and channel.
struct MerchantDryRun {
    let home: MerchantHome
    let redeemer: Redeemer

    func show() async throws {
        var table = Table(["Broker", "Channel", "Claim", "Redeem by", "State"])
        table.emptyText = "nothing is due"
        var brokers: [JSONText] = []
        var notes: [String] = []
        var total = Amount.zero
        for broker in redeemer.brokers.keys.sorted() {
            let plan = try await redeemer.plan(at: broker)
            var expected = try plan.expected
            for batch in plan.unanswered {
                for claim in batch.claims {
                    table.add([
                        .text("\(broker)"), .text(claim.id.hex),
                        .amount(claim.expected, batch.asset), .optional(nil),
                        .text("sent in batch \(batch.id.hex), not answered"),
                    ])
                }
                expected = try expected.adding(try batch.expected)
            }
            for claim in plan.claims {
                table.add([
                    .text("\(broker)"), .text(claim.channel.hex),
                    .amount(claim.expected, home.asset), .text(UTCText.text(claim.redeemBy)),
                    .text("new"),
                ])
            }
            total = try total.adding(expected)
            notes += self.notes(broker, plan)
            brokers.append([
                "broker": .text("\(broker)"), "expected": .amount(expected, home.asset),
                "batches_sent_again": .unsigned(UInt64(plan.unanswered.count)),
                "claims": .unsigned(UInt64(plan.claims.count)),
                "not_expressible": .amount(plan.waiting, home.asset),
                "closes": .unsigned(UInt64(plan.closes)),
            ])
        }
        let json: JSONText = [
            "brokers": .array(brokers), "claims": table.json,
            "expected": .amount(total, home.asset), "asset": .text(home.asset.code),
            "dry_run": .bool(true),
        ]
        home.context.output.show(
            json,
            table.lines(style: home.context.output.data.style)
                + [
                    "",
                    "\(home.asset.textWithCode(total)) would be claimed, before the broker's fee",
                ])
        for note in notes { home.context.output.say(note) }
        home.context.output.say("nothing was sent, and nothing was written")
    }

    private func notes(_ broker: PublicKey, _ plan: RedemptionPlan) -> [String] {
        var notes: [String] = []
        if plan.waiting > .zero {
            notes.append(
                "\(home.asset.textWithCode(plan.waiting)) on \(plan.waitingChannels) channels at "
                    + "\(broker) cannot be expressed by their chains yet")
        }
        if plan.closes > 0 { notes.append("\(broker) would be told of \(plan.closes) closes") }
        return notes
    }
}
