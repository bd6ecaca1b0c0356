internal import DeterministicCBOR
internal import PayWord

/// A page of a statement, and the channels that a wallet's secret finds in it.
func restoreFixtures(_ samples: Samples) throws -> FixtureFile {
    let scripts = RestoreScripts(samples)
    return FixtureFile(
        subject: "wallet", name: "restores",
        description: """
            A wallet with its secret alone, and one page of the broker's statement. What is not \
            its own is `foreign`, with the reason; the page is accepted all the same.
            """, cases: try scripts.accepted() + (try scripts.refused()))
}

private struct RestoreScripts {
    let samples: Samples
    let address: String

    init(_ samples: Samples) {
        self.samples = samples
        address = "toll://\(samples.parties.merchant.publicKey)@shop.example:7600"
    }

    /// What the wallet sealed for itself when it made the commitment.
    private func note(
        for commitment: Verified<Commitment>, generation: UInt32 = 0, salt: TermsSalt? = nil,
        mode: UInt64 = 1, more: [CBORKey: CBORValue] = [:]
    ) throws -> [UInt8] {
        var fields: [CBORKey: CBORValue] = [
            1: .unsigned(UInt64(generation)), 2: .text(address), 4: .unsigned(mode),
        ].merging(more) { $1 }
        if let salt { fields[3] = .bytes(salt.bytes) }
        var random = SeededRandom(label: "note \(commitment.object.id)")
        return try SealedNote.seal(
            CBORValue.map(fields).encoded, associated: commitment.digest.bytes,
            key: samples.parties.wallet.noteKey(broker: commitment.payload.broker),
            using: &random)
    }

    private func entry(
        _ commitment: Verified<Commitment>, note: [UInt8]?,
        state: CommitmentEntry.State = .live, redeemed: [ChainMark] = []
    ) -> CommitmentEntry {
        CommitmentEntry(
            commitment: commitment.object, funding: [], note: note, state: state,
            redeemed: redeemed)
    }

    private func statement(
        _ entries: [CommitmentEntry], account: PublicKey? = nil, asset: Asset? = nil,
        cursor: CommitmentID? = nil
    ) throws -> [UInt8] {
        AccountStatement(
            account: account ?? samples.parties.account.publicKey, asset: asset ?? samples.asset,
            available: try Amount(units: 5_000), debt: .zero,
            reserved: try Amount(units: 31_000), payable: .zero, commitments: entries,
            cursor: cursor
        ).encoded
    }

    private func inputs(_ statement: [UInt8]) -> [(String, FixtureValue)] {
        [
            ("op", .text("wallet.restore")),
            ("wallet_secret", .hex(samples.parties.wallet.bytes.withBytes { Array($0) })),
            ("broker", .hex(samples.parties.broker.publicKey.bytes)),
            ("asset", .list([.text(samples.asset.code), .integer(UInt64(samples.asset.scale))])),
            ("statement", .hex(statement)),
        ]
    }

    private func channel(
        _ commitment: Verified<Commitment>, generation: UInt32 = 0, hasNote: Bool = true,
        address: String? = nil, salt: TermsSalt? = nil, funding: String = "reserved",
        state: String = "live",
        redeemed: [(UInt64, UInt64)] = []
    ) -> FixtureValue {
        let wallet = samples.parties.wallet
        let ordinals = Ordinal.all(count: commitment.payload.chains.count)
        return SessionScript.object([
            ("id", .hex(commitment.object.id.bytes)),
            ("merchant", .hex(commitment.payload.merchant.bytes)),
            ("generation", .integer(UInt64(generation))),
            ("address", .text(hasNote ? address ?? self.address : "")),
            ("salt", salt.map { .hex($0.bytes) } ?? .null), ("funding", .text(funding)),
            ("state", .text(state)),
            (
                "tips",
                .list(
                    ordinals.map {
                        .hex(
                            wallet.tip(context: commitment.object.context, ordinal: $0).bytes)
                    })
            ),
            (
                "redeemed",
                .list(
                    redeemed.map {
                        SessionScript.object([
                            ("ordinal", .integer($0.0)), ("index", .integer($0.1)),
                        ])
                    })
            ),
        ])
    }

    private func result(
        _ channels: [FixtureValue], foreign: [(Verified<Commitment>, Reason)] = [],
        cursor: CommitmentID? = nil
    ) -> [(String, FixtureValue)] {
        [
            ("account", .hex(samples.parties.account.publicKey.bytes)),
            ("channels", .list(channels)),
            (
                "foreign",
                .list(
                    foreign.map {
                        SessionScript.object([
                            ("id", .hex($0.object.id.bytes)), ("reason", .text($1.code)),
                        ])
                    })
            ), ("cursor", cursor.map { .hex($0.bytes) } ?? .null),
        ]
    }

    func accepted() throws -> [FixtureCase] {
        let own = samples.commitment
        let other = try samples.commitment("to restore")
        let third = try samples.commitment("of the third generation") { $0.generation = 3 }
        let salt = samples.termsSalt
        let marks = [ChainMark(ordinal: Ordinal.all(count: 1)[0], index: ChainIndex(40))]
        func accept(
            _ id: String, _ about: String, _ entries: [CommitmentEntry],
            cursor: CommitmentID? = nil, _ channels: [FixtureValue],
            foreign: [(Verified<Commitment>, Reason)] = []
        ) throws -> FixtureCase {
            .accept(
                "restore-\(id)", about, inputs(try statement(entries, cursor: cursor)),
                result(channels, foreign: foreign, cursor: cursor))
        }
        let whole = entry(own, note: try note(for: own, salt: salt))
        return [
            try accept("none", "no commitment", [], []),
            try accept("one", "a live channel with its note", [whole], [channel(own, salt: salt)]),
            try accept(
                "several", "two live channels, one of them redeemed in part, and a closed one",
                [
                    whole, entry(other, note: try note(for: other), redeemed: marks),
                    entry(
                        third, note: try note(for: third, generation: 3, mode: 2), state: .closed),
                ],
                [
                    channel(own, salt: salt), channel(other, redeemed: [(0, 40)]),
                    channel(third, generation: 3, funding: "credit", state: "ended"),
                ]),
            try accept(
                "without-note", "no note: the generation is found by trying",
                [entry(third, note: nil)], [channel(third, generation: 3, hasNote: false)]),
            try accept(
                "strange-note", "a note that does not open is passed over",
                [entry(other, note: [UInt8](repeating: 7, count: 64))],
                [channel(other, hasNote: false)]),
            try accept(
                "cursor", "a page that is not the last", [whole], cursor: own.object.id,
                [channel(own, salt: salt)]),
        ] + (try notes()) + (try foreignCases(whole, channel(own, salt: salt)))
    }

    /// Notes at their bounds, and beyond them: then the wallet goes on without.
    private func notes() throws -> [FixtureCase] {
        let own = try samples.commitment("with a note")
        let longest = String(repeating: "a", count: 256)
        func note(
            _ id: String, _ about: String, _ fields: [CBORKey: CBORValue], _ channel: FixtureValue
        ) throws -> FixtureCase {
            let note = try self.note(for: own, more: fields)
            return .accept(
                "restore-note-\(id)", about, inputs(try statement([entry(own, note: note)])),
                result([channel]))
        }
        let passedOver = channel(own, hasNote: false)
        return [
            try note(
                "longest-address", "a note with an address of 256 bytes, of no form",
                [2: .text(longest)], channel(own, address: longest)),
            try note(
                "no-address", "a note with an address of no bytes", [2: .text("")],
                channel(own, address: "")),
            try note(
                "extended", "a note with an extension", [-1: .bytes(count: 100)], channel(own)),
            try note(
                "long-address", "a note with an address of 257 bytes is passed over",
                [2: .text(count: 257)], passedOver),
            try note(
                "far-generation", "a note with the generation 2^32 is passed over",
                [1: .unsigned(1 << 32)], passedOver),
            try note(
                "salt", "a note with a salt of 17 bytes is passed over", [3: .bytes(count: 17)],
                passedOver),
            try note(
                "funding", "a note with the funding 4 is passed over", [4: .unsigned(4)],
                passedOver),
            try note(
                "unknown-field", "a note with an unknown field is passed over", [99: .null],
                passedOver),
        ]
    }

    /// One commitment that is not the wallet's, beside one that is.
    private func foreignCases(
        _ entry: CommitmentEntry, _ found: FixtureValue
    ) throws -> [FixtureCase] {
        let parties = samples.parties
        func foreign(
            _ id: String, _ about: String, _ reason: Reason, _ commitment: Verified<Commitment>,
            note: [UInt8]? = nil
        ) throws -> FixtureCase {
            .accept(
                "restore-foreign-\(id)", "one channel, and one that is foreign: \(about)",
                inputs(try statement([entry, self.entry(commitment, note: note)])),
                result([found], foreign: [(commitment, reason)]))
        }
        let stranger = try WalletSecret(Parties.secret("stranger's wallet"))
        let draft = samples.commitment.payload
        let strangers = try stranger.payerKey(
            broker: draft.broker, merchant: draft.merchant, generation: 0)
        func rewritten(_ payer: PublicKey, chains: [CommittedChain]) -> Commitment {
            Commitment(
                nonce: .zero, payer: payer, merchant: draft.merchant, broker: draft.broker,
                asset: draft.asset, chains: chains, issuedAt: draft.issuedAt,
                expiresAt: draft.expiresAt, redeemBy: draft.redeemBy)
        }
        let short = [
            CommittedChain(
                denomination: try Amount(units: 1), length: ChainIndex(5), root: .zero)
        ]
        let otherBroker = try samples.commitment("restored elsewhere") {
            $0.broker = parties.otherBroker.publicKey
        }
        let late = try samples.commitment("of the sixteenth generation") { $0.generation = 16 }
        return [
            try foreign(
                "payer", "another wallet's key signed it", .badSignature,
                strangers.sign(rewritten(strangers.publicKey, chains: short))),
            try foreign(
                "roots", "the wallet's key, but roots of other chains", .badPayword,
                parties.payer.sign(rewritten(parties.payer.publicKey, chains: short))),
            try foreign("broker", "of another broker", .wrongBroker, otherBroker),
            try foreign(
                "generation", "without a note, of a generation beyond those that are tried",
                .badSignature, late),
            try foreign(
                "note-generation", "a note that names another generation", .badSignature, late,
                note: try note(for: late, generation: 4)),
        ]
    }

    func refused() throws -> [FixtureCase] {
        let own = samples.commitment
        let entries = [entry(own, note: try note(for: own, salt: samples.termsSalt))]
        func refuse(
            _ id: String, _ about: String, _ statement: [UInt8], _ reason: Reason
        ) -> FixtureCase {
            .refuse(
                "restore-\(id)", about, inputs(statement), reason, base: "restore-one")
        }
        let right = try statement(entries)
        guard case .array(let parts) = try CBORValue(decoding: right) else {
            throw Refusal(.internal)
        }
        func changed(_ place: Int, _ value: CBORValue) -> [UInt8] {
            var parts = parts
            parts[place] = value
            return CBORValue.array(parts).encoded
        }
        return [
            refuse(
                "other-account", "the statement of another account",
                try statement(entries, account: samples.parties.stranger.publicKey),
                .unknownAccount),
            refuse(
                "other-asset", "the statement in another asset",
                try statement(entries, asset: try Asset(code: "USD", scale: 6)), .unknownAccount),
            refuse("cut", "a statement cut short", right.dropLast(), .malformed),
            refuse(
                "too-few", "a statement without its cursor",
                CBORValue.array(parts.dropLast()).encoded, .malformed),
            refuse(
                "too-many", "257 commitments", changed(6, .array((0..<257).map { _ in .null })),
                .tooLarge),
            refuse(
                "available", "2^63 available", changed(2, .unsigned(1 << 63)), .amountOverflow),
            refuse(
                "cursor-length", "a cursor of 15 bytes",
                changed(7, .bytes([UInt8](repeating: 1, count: 15))), .malformed),
            refuse(
                "state", "a state that is not known",
                try changedEntry(parts) { $0[3] = .unsigned(4) }.encoded, .malformed),
            refuse(
                "long-note", "a note of 513 bytes",
                try changedEntry(parts) { $0[2] = .bytes([UInt8](repeating: 1, count: 513)) }
                    .encoded, .tooLarge),
        ]
    }

    private func changedEntry(
        _ parts: [CBORValue], _ change: (inout [CBORValue]) -> Void
    ) throws -> CBORValue {
        var parts = parts
        guard case .array(var entries) = parts[6], case .array(var entry)? = entries.first else {
            throw Refusal(.internal)
        }
        change(&entry)
        entries[0] = .array(entry)
        parts[6] = .array(entries)
        return .array(parts)
    }
}
