internal import DeterministicCBOR
internal import PayWord
internal import PeerProtocol

/// Channels that a merchant must not open.
extension WalletMisbehaviour {
    static let opens = proofs + commitments + fundings

    private static let proofs = [
        refused(
            "anothers-commitment", "15", "TC-06.14 TC-06.17",
            "opens a channel that another payer opened, with a proof by its own key", .badSignature
        ) { script, line in
            let others = try await script.channel()
            let owner = try await script.connect()
            try await script.open(others, on: owner)
            var open = try others.open(line.freshHandle(), line.transcript)
            open.proof = try OpenProof.sign(line.transcript, others.id, by: script.freshKey())
            return open
        },
        refused(
            "bad-proof", "32a", "TC-06.14", "alters one bit of its proof", .badSignature
        ) { script, line in
            let channel = try await script.channel()
            var open = try channel.open(line.freshHandle(), line.transcript)
            open.proof = Forgery.altered(open.proof)
            return open
        },
        refused(
            "replayed-proof", "32a", "TC-06.14",
            "shows the proof that it gave on another connection",
            .badSignature
        ) { script, line in
            let channel = try await script.channel()
            let other = try await script.connect()
            return try channel.open(line.freshHandle(), other.transcript)
        },
    ]

    private static let commitments = [
        refused(
            "altered-commitment", "8", "TC-05.15", "alters the nonce of a signed commitment",
            .badSignature
        ) { script, line in
            let channel = try await script.channel()
            let nonce = channel.commitment.payload.nonce.bytes
            return try forged(
                Forgery.replacing(
                    nonce, by: Forgery.altered(nonce), in: channel.commitment.encoded), channel,
                line)
        },
        refused(
            "signed-by-another", "9", "TC-05.15",
            "has a commitment signed by another key than its payer's", .badSignature
        ) { script, line in
            let channel = try await script.channel()
            let other = try script.freshKey().sign(Array("another's".utf8))
            return try forged(
                channel.commitment.encoded.dropLast(Signature.byteCount) + other.bytes, channel,
                line)
        },
        refused(
            "weak-payer-key", "10", "TC-02.3", "names a payer key of small order", .weakKey
        ) { script, line in
            let channel = try await script.channel()
            return try forged(
                Forgery.replacing(
                    channel.payer.publicKey.bytes, by: Forgery.weakKey.bytes,
                    in: channel.commitment.encoded), channel, line)
        },
        refused(
            "malformed-commitment", "29", "TC-05.15", "sends a commitment without its last byte",
            .malformed
        ) { script, line in
            let channel = try await script.channel()
            var open = try channel.open(line.freshHandle(), line.transcript)
            open.commitment.removeLast()
            return open
        },
        changed(
            "expired-commitment", "14", "opens a commitment that has expired", .commitmentExpired
        ) { script, terms in
            terms.issuedAt = script.now.subtracting(2 * .day)
            terms.expiresAt = script.now.subtracting(.day)
        },
        changed(
            "dates-out-of-order", "14", "opens a commitment that expires before it is issued",
            .malformed
        ) { script, terms in
            terms.expiresAt = script.now.subtracting(1)
        },
        changed(
            "not-yet-valid", "14", "opens a commitment that is dated an hour ahead", .notYetValid
        ) { script, terms in
            terms.issuedAt = script.now.adding(3600)
        },
        changed(
            "wrong-merchant", "20", "opens a commitment that is made out to another merchant",
            .wrongMerchant
        ) { script, terms in
            terms.merchant = try script.freshKey().publicKey
            // Its own broker: of no other commitment is the margin before redeem-by not looked at.
            terms.broker = terms.merchant
        },
        changed(
            "untrusted-broker", "11", "names a broker that nobody knows", .untrustedBroker
        ) { script, terms in
            terms.broker = try script.freshKey().publicKey
            terms.redeemBy = terms.expiresAt.adding(30 * .day)
        },
        changed(
            "wrong-asset", "24", "promises another asset", .wrongAsset
        ) { script, terms in
            terms.asset = try Asset(code: "X-TEST", scale: 6)
        },
        changed(
            "worth-overflows", "13", "promises more than an amount can be", .amountOverflow
        ) { _, terms in
            terms.denomination = 1 << 62
        },
        changed(
            "unknown-condition", "8", "carries a condition that nobody enforces",
            .unsupportedCondition
        ) { _, terms in
            terms.conditions = [
                Condition(
                    type: 60_000, ordinals: [PayerChannel.ordinal], parameters: .array([]))
            ]
        },
        refused(
            "duplicate-nonce", "8", "TC-04.6", "opens two commitments of one payer with one nonce",
            .duplicateCommitment
        ) { script, line in
            guard script.target.broker == nil else {
                throw script.skip("a broker reserves no second commitment of one nonce")
            }
            let first = try await script.channel()
            try await script.open(first, on: line)
            var terms = script.terms()
            terms.nonce = first.commitment.payload.nonce
            terms.expiresAt = terms.expiresAt.adding(1)
            let second = try await script.channel(terms, payer: first.payer)
            return try second.open(line.freshHandle(), line.transcript)
        },
    ]

    private static let fundings = [
        WalletMisbehaviour(
            "unfunded", row: "11", rules: "TC-05.16",
            does: "opens a commitment of the merchant's broker without a reservation",
            expects: "error not-reserved about the handle", needsBroker: true
        ) { script in
            let line = try await script.connect()
            let channel = try await script.channel(isFunded: false)
            try await refuse(
                try channel.open(line.freshHandle(), line.transcript), .notReserved, "TC-05.16",
                line, script)
        },
        WalletMisbehaviour(
            "reservation-of-another", row: "11", rules: "TC-05.16",
            does: "shows the reservation of another commitment",
            expects: "error reservation-mismatch about the handle", needsBroker: true
        ) { script in
            let line = try await script.connect()
            var channel = try await script.channel(isFunded: false)
            channel.funding = try await script.channel().funding
            try await refuse(
                try channel.open(line.freshHandle(), line.transcript), .reservationMismatch,
                "TC-05.16", line, script)
        },
        WalletMisbehaviour(
            "opened-twice", row: "7", rules: "TC-06.17 TC-06.44",
            does: "opens one channel on two connections, and pays on both",
            expects: "one channel and one state: the second sees what the first paid"
        ) { script in
            var (line, channel, handle) = try await script.paidChannel()
            let other = try await script.connect()
            let otherHandle = try await script.open(channel, on: other)
            try await script.pay(&channel, otherHandle, on: other, sequence: 0)
            try await script.pay(&channel, handle, on: line, sequence: 1)
        },
    ]

    /// An open that is refused with this reason, and a channel that is opened after it.
    private static func refused(
        _ name: String, _ row: String, _ rules: String, _ does: String, _ reason: Reason,
        _ make: @escaping @Sendable (PayerScript, PayerLine) async throws -> Open
    ) -> WalletMisbehaviour {
        WalletMisbehaviour(
            name, row: row, rules: rules, does: does,
            expects: "error \(reason.code) about the handle"
        ) { script in
            let line = try await script.connect()
            try await refuse(try await make(script, line), reason, rules, line, script)
        }
    }

    /// A commitment that is honest but for its terms.
    private static func changed(
        _ name: String, _ row: String, _ does: String, _ reason: Reason,
        _ change: @escaping @Sendable (PayerScript, inout PayerChannel.Terms) throws -> Void
    ) -> WalletMisbehaviour {
        refused(name, row, "TC-05.15", does, reason) { script, line in
            var terms = script.terms()
            try change(script, &terms)
            let channel = try await script.channel(terms, isFunded: false)
            return try channel.open(line.freshHandle(), line.transcript)
        }
    }

    private static func refuse(
        _ open: Open, _ reason: Reason, _ rules: String, _ line: PayerLine, _ script: PayerScript
    ) async throws {
        await line.send(.open(open))
        try await script.expectRefusal(reason, open.handle, on: line, rule: rules)
        // The handle of a refused open names no channel.
        await line.send(
            .pay(Pay(handle: open.handle, sequence: 0, paywords: [], amount: .zero)))
        try await script.expectRefusal(
            .unknownHandle, open.handle, 0, on: line, rule: "TC-06.16 TC-06.56")
        var honest = try await script.channel()
        let handle = try await script.open(honest, on: line)
        try await script.expectGoesOn(&honest, handle, on: line, sequence: 0)
    }

    /// An open of altered bytes, with the proof that belongs to them.
    private static func forged(
        _ bytes: [UInt8], _ channel: PayerChannel, _ line: PayerLine
    ) throws(Refusal) -> Open {
        let object = try SignedObject<Commitment>(decoding: bytes)
        return Open(
            handle: line.freshHandle(), commitment: bytes, funding: channel.funding,
            proof: try OpenProof.sign(line.transcript, object.id, by: channel.payer))
    }
}
