internal import PayWord
internal import PeerProtocol

/// Payments that a merchant must not count.
extension WalletMisbehaviour {
    static let payments = [
        refused(
            "wrong-payword", "3", "TC-06.23", "pays with a payword that is not the chain's",
            .badPayword
        ) { channel, unit in
            Payment([channel.forgedClaim(channel.index + 1)], unit)
        },
        refused(
            "payword-at-wrong-index", "3", "TC-06.23",
            "pays with a right payword, and says that it stands one above its place", .badPayword
        ) { channel, unit in
            let right = channel.claim(channel.index + 1)
            return Payment(
                [
                    PaywordClaim(
                        ordinal: right.ordinal, index: ChainIndex(right.index.value + 1),
                        payword: right.payword)
                ], unit)
        },
        refused(
            "index-over-length", "3", "TC-06.23", "pays with an index above the chain's length",
            .indexPastEnd
        ) { channel, unit in
            Payment([channel.forgedClaim(PayerChannel.length.value + 1)], unit)
        },
        refused(
            "unknown-chain", "3", "TC-06.23", "pays on a chain that the commitment has not",
            .unknownChain
        ) { channel, unit in
            Payment([channel.forgedClaim(1, ordinal: Ordinal.all(count: 2)[1])], unit)
        },
        refused(
            "amount-over-credit", "12", "TC-06.23", "charges more than its paywords are worth",
            .insufficientFunds
        ) { channel, unit in
            Payment([channel.claim(channel.index + 1)], unit + 1)
        },
        WalletMisbehaviour(
            "stale-index", row: "2", rules: "TC-06.27",
            does: "pays with an index below the accepted one",
            expects: "error stale-index, then a paid that shows how the channel stands"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            try await script.pay(&channel, handle, on: line, sequence: 1)
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 2, paywords: [channel.claim(1)],
                        amount: try Amount(units: script.target.denomination))))
            try await script.expectRefusal(.staleIndex, handle, 2, on: line, rule: "TC-06.27")
            try await script.expectPaid(channel, handle, 2, on: line, rule: "TC-06.27")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 3)
            try await script.expectUnharmed(channel)
        },
        WalletMisbehaviour(
            "replayed-payword", row: "1", rules: "TC-06.23",
            does: "pays with the payword that was accepted last",
            expects: "paid, with nothing more accepted or spent"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 1, paywords: [channel.claim(1)],
                        amount: try Amount(units: script.target.denomination))))
            try await script.expectPaid(channel, handle, 1, on: line, rule: "TC-06.23")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 2)
            try await script.expectUnharmed(channel)
        },
        WalletMisbehaviour(
            "jump-over-limit", row: "4", rules: "TC-06.23 TC-03.9",
            does: "pays with an index further up than the merchant walks at once",
            expects: "error jump-too-long about the payment"
        ) { script in
            let line = try await script.connect()
            let (longer, overflows) = line.limits.jump.addingReportingOverflow(1)
            guard !overflows else { throw script.skip("this merchant walks any distance") }
            var terms = script.terms()
            terms.length = ChainIndex(longer)
            terms.hasRandomRoot = true
            let channel = try await script.channel(terms)
            let handle = try await script.open(channel, on: line)
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 0, paywords: [channel.forgedClaim(longer)],
                        amount: .zero)))
            try await script.expectRefusal(.jumpTooLong, handle, 0, on: line, rule: "TC-06.23")
            try await script.expectServesOthers()
        },
        WalletMisbehaviour(
            "reference-reused", row: "34", rules: "TC-06.23",
            does: "uses a reference again for another amount, then for the same",
            expects: "error reference-conflict, then paid with nothing more accepted or spent"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            let reference = Array("tollchain conformance".utf8)
            try await script.pay(&channel, handle, on: line, sequence: 1, reference: reference)
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 2, paywords: [channel.claim(channel.index + 1)],
                        amount: .zero, reference: reference)))
            try await script.expectRefusal(
                .referenceConflict, handle, 2, on: line, rule: "TC-06.23")
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 3, paywords: [channel.claim(channel.index + 1)],
                        amount: try Amount(units: script.target.denomination),
                        reference: reference)))
            try await script.expectPaid(channel, handle, 3, on: line, rule: "TC-06.23 TC-06.43")
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 4)
            try await script.expectUnharmed(channel)
        },
        WalletMisbehaviour(
            "duplicated-frames", row: "1", rules: "TC-06.42 TC-06.21",
            does: "connects again, and sends every frame that it sent before",
            expects: "nothing counted twice: stale-index below, paid at the accepted index"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            try await script.pay(&channel, handle, on: line, sequence: 1)
            line.close()
            let again = try await script.connect()
            let name = try await script.open(channel, on: again)
            let unit = try Amount(units: script.target.denomination)
            for sequence in 0..<2 as Range<UInt32> {
                await again.send(
                    .pay(
                        Pay(
                            handle: name, sequence: sequence,
                            paywords: [channel.claim(sequence + 1)], amount: unit)))
            }
            try await script.expectRefusal(.staleIndex, name, 0, on: again, rule: "TC-06.27")
            try await script.expectLastPaid(channel, name, 1, on: again, rule: "TC-06.21")
            try await script.expectUnharmed(channel)
        },
    ]

    private struct Payment {
        let paywords: PaywordClaims
        let amount: UInt64

        init(_ paywords: PaywordClaims, _ amount: UInt64) {
            (self.paywords, self.amount) = (paywords, amount)
        }
    }

    /// A payment that is refused with this reason on a channel that goes on.
    private static func refused(
        _ name: String, _ row: String, _ rule: String, _ does: String, _ reason: Reason,
        _ make: @escaping @Sendable (PayerChannel, UInt64) -> Payment
    ) -> WalletMisbehaviour {
        WalletMisbehaviour(
            name, row: row, rules: rule, does: does,
            expects: "error \(reason.code) about the payment"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            let payment = make(channel, script.target.denomination)
            await line.send(
                .pay(
                    Pay(
                        handle: handle, sequence: 1, paywords: payment.paywords,
                        amount: try Amount(units: payment.amount))))
            try await script.expectRefusal(reason, handle, 1, on: line, rule: rule)
            try await script.expectGoesOn(&channel, handle, on: line, sequence: 2)
            try await script.expectUnharmed(channel)
        }
    }
}
