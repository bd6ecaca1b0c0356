import PayWord

/// Holds the databases and the signed objects against each other and against what was acknowledged.
struct Audit {
    /// What is checked, each with how often it was.
    enum Invariant: String, CaseIterable {
        case acknowledgedIsDurable = "acknowledged ⊆ durable"
        case acceptedIsRevealed = "spent ≤ accepted ≤ revealed"
        case onceForEachReference = "no service twice for one reference"
        case settledIsClaimed = "settled = claimed − refused"
        case ledgerIsZero = "the ledger's sum is zero"
        case paywordsAreSigned = "paywords lead to the signed roots"
        case settlementsAreSigned = "settlements are signed and add up"
        case databasesAreSound = "databases are sound"
        case paymentsResume = "payments resume by themselves"
    }

    private(set) var checks: [Invariant: Int] = [:]
    private(set) var findings: [String] = []
    /// How far paywords and answers were checked before.
    private var walked: [String: [ChainVerifier]] = [:]
    private var answersRead = 0
    private var snapshotsSeen = 0

    mutating func expect(
        _ holds: Bool, _ invariant: Invariant, _ what: @autoclosure () -> String
    ) {
        checks[invariant, default: 0] += 1
        // A fault that repeats need not be read a thousand times.
        if !holds, findings.count < 20 { findings.append("\(invariant.rawValue): \(what())") }
    }

    /// Checks everything that must hold at any moment.
    mutating func check(_ snapshot: Snapshot) throws {
        try checkSoundness(snapshot)
        for (merchant, kind) in [
            (snapshot.merchant, "after SIGKILL"), (snapshot.durableMerchant, "after a power loss"),
        ] {
            try checkAcknowledged(snapshot, merchant, kind)
            checkReferences(snapshot, merchant, kind)
            checkRedemption(merchant, kind)
        }
        for wallets in [snapshot.wallets, snapshot.durableWallets] {
            checkRevealed(snapshot.merchant, wallets)
        }
        for broker in [snapshot.broker, snapshot.durableBroker] { checkLedger(broker) }
        checkSettled(snapshot)
        try walk(snapshot.merchant)
        try readAnswers(snapshot.broker)
    }

    /// Has the engines look at every page and row, which takes as long as all else: now and then.
    private mutating func checkSoundness(_ snapshot: Snapshot) throws {
        defer { snapshotsSeen += 1 }
        guard snapshotsSeen.isMultiple(of: 10) else { return }
        let readers: [(String, any RowReader)] =
            [
                ("merchant", snapshot.merchant.reader),
                ("merchant, after a power loss", snapshot.durableMerchant.reader),
                ("broker", snapshot.broker.reader),
                ("broker, after a power loss", snapshot.durableBroker.reader),
            ]
            + snapshot.wallets.map { ("a wallet", $0.reader) }
            + snapshot.durableWallets.map { ("a wallet, after a power loss", $0.reader) }
        for (name, reader) in readers {
            let damage = try reader.damage()
            expect(damage.isEmpty, .databasesAreSound, "\(name): \(damage.prefix(3))")
        }
    }

    private mutating func checkAcknowledged(
        _ snapshot: Snapshot, _ merchant: MerchantBooks, _ kind: String
    ) throws {
        for (id, paid) in snapshot.acknowledged {
            let spent = merchant.channels[id]?.spent ?? 0
            expect(
                spent >= max(paid.amount, paid.spent), .acknowledgedIsDurable,
                "\(kind), \(id) has spent \(spent), and \(max(paid.amount, paid.spent)) was "
                    + "acknowledged")
        }
        for (id, paid) in Dictionary(grouping: snapshot.fresh, by: \.channel) {
            let charges = try merchant.charges(id, paid.compactMap(\.reference))
            for payment in paid {
                guard let reference = payment.reference else { continue }
                expect(
                    charges[reference] == payment.amount, .acknowledgedIsDurable,
                    "\(kind), \(id) has \(charges[reference].map { "\($0)" } ?? "nothing") under the "
                        + "reference \(reference), and \(payment.amount) was acknowledged")
            }
        }
        for wallet in snapshot.wallets {
            for (id, channel) in wallet.channels {
                let spent = merchant.channels[id]?.spent ?? 0
                expect(
                    spent >= channel.acknowledgedAmount, .acknowledgedIsDurable,
                    "\(kind), \(id) has spent \(spent), and the wallet was told "
                        + "\(channel.acknowledgedAmount)")
                expect(
                    channel.dispute == nil, .acknowledgedIsDurable,
                    "\(id) is disputed: \(channel.dispute ?? "")")
            }
        }
    }

    private mutating func checkReferences(
        _ snapshot: Snapshot, _ merchant: MerchantBooks, _ kind: String
    ) {
        for wallet in snapshot.wallets + snapshot.durableWallets {
            for (id, paid) in wallet.channels {
                guard let channel = merchant.channels[id] else { continue }
                expect(
                    channel.spent <= paid.amount, .onceForEachReference,
                    "\(kind), \(id) has spent \(channel.spent), and its wallet paid \(paid.amount)")
                guard paid.hasReferences else { continue }
                expect(
                    channel.spent == channel.charged && channel.payments == channel.charges,
                    .onceForEachReference,
                    "\(kind), \(id) has spent \(channel.spent) in \(channel.payments) payments, and "
                        + "\(channel.charged) under \(channel.charges) references")
            }
        }
    }

    private mutating func checkRevealed(_ merchant: MerchantBooks, _ wallets: [WalletBooks]) {
        var revealed: [String: [UInt32]] = [:]
        for wallet in wallets {
            for (id, channel) in wallet.channels { revealed[id] = channel.revealed }
        }
        for (id, channel) in merchant.channels {
            let worth = channel.worth(\.accepted)
            expect(
                channel.spent <= worth && channel.accepted == worth, .acceptedIsRevealed,
                "\(id) has spent \(channel.spent) of \(channel.accepted); its paywords are worth "
                    + "\(worth)")
            let shown = revealed[id] ?? []
            let accepted = channel.chains.map(\.accepted)
            expect(
                shown.count == accepted.count && zip(accepted, shown).allSatisfy { $0 <= $1 },
                .acceptedIsRevealed, "\(id) has accepted \(accepted), and \(shown) was revealed")
        }
    }

    private mutating func checkRedemption(_ merchant: MerchantBooks, _ kind: String) {
        var settled: Int64 = 0
        for (id, channel) in merchant.channels {
            settled += channel.settled
            expect(
                channel.settled == channel.settledInBatches
                    && channel.claimed - channel.settled == channel.openInBatches
                    && channel.claimed == channel.worth(\.claimed)
                    && channel.settled == channel.worth(\.settled)
                    && channel.claimed <= channel.due,
                .settledIsClaimed,
                "\(kind), \(id): due \(channel.due), claimed \(channel.claimed), settled "
                    + "\(channel.settled); batches say \(channel.settledInBatches) settled, "
                    + "\(channel.openInBatches) open")
        }
        expect(
            settled == merchant.expected && merchant.gross == merchant.expected,
            .settledIsClaimed,
            "\(kind), channels have settled \(settled), settlements \(merchant.gross) of "
                + "\(merchant.expected)")
    }

    private mutating func checkLedger(_ broker: BrokerBooks) {
        expect(
            broker.sum == 0 && broker.unbalanced == 0 && broker.wrongAccounts == 0, .ledgerIsZero,
            "accounts sum to \(broker.sum); \(broker.unbalanced) transactions do not, "
                + "\(broker.wrongAccounts) accounts are not what was booked")
        let redeemed = broker.redeemed.values.reduce(0, +)
        expect(
            broker.gross == redeemed && broker.net == broker.earned, .settledIsClaimed,
            "the broker settled \(broker.gross) and redeemed \(redeemed); net \(broker.net), and the "
                + "merchant's account has \(broker.earned)")
    }

    /// Between merchant and broker, whoever writes first must not forget it.
    private mutating func checkSettled(_ snapshot: Snapshot) {
        let (merchant, broker) = (snapshot.merchant, snapshot.durableBroker)
        for (id, channel) in merchant.channels {
            let redeemed = broker.redeemed[id]
            expect(
                redeemed.map { channel.settled <= $0 } ?? false, .settledIsClaimed,
                "\(id): the merchant was told that \(channel.settled) is settled, the broker has "
                    + "\(redeemed.map { "\($0)" } ?? "no such commitment")")
        }
        for (id, redeemed) in snapshot.broker.redeemed {
            let claimed = snapshot.durableMerchant.channels[id]?.claimed ?? 0
            expect(
                redeemed <= claimed, .settledIsClaimed,
                "\(id): the broker has redeemed \(redeemed), the merchant claimed \(claimed)")
        }
        for (batch, _) in snapshot.broker.settlements {
            expect(
                snapshot.durableMerchant.batches.contains(batch), .settledIsClaimed,
                "the broker has settled the batch \(batch), which the merchant does not know")
        }
    }

    /// Walks what was accepted since the last time down to what the payer signed.
    private mutating func walk(_ merchant: MerchantBooks) throws {
        for (id, channel) in merchant.channels {
            let indexes = channel.chains.map(\.accepted)
            guard walked[id]?.map(\.accepted.index.value) != indexes else { continue }
            var verifiers = walked[id] ?? []
            if zip(verifiers, indexes).contains(where: { $0.accepted.index.value > $1 })
                || verifiers.isEmpty
            {
                let signed = try SignedObject<Commitment>(decoding: merchant.commitment(id))
                    .verified()
                verifiers = signed.object.chainVerifiers
                expect(signed.object.id.hex == id, .paywordsAreSigned, "\(id) is another channel")
            }
            for (place, chain) in channel.chains.enumerated() where place < verifiers.count {
                let position = ChainPosition(
                    index: ChainIndex(chain.accepted), payword: Payword(chain.payword) ?? .zero)
                let steps = try? verifiers[place].check(position, stepsMaximum: .max)
                expect(
                    steps != nil, .paywordsAreSigned,
                    "\(id): payword \(chain.accepted) does not lead to the root")
                verifiers[place].accept(position)
            }
            walked[id] = verifiers
        }
    }

    /// Checks the broker's signature under each settlement, and that its figures add up.
    private mutating func readAnswers(_ broker: BrokerBooks) throws {
        for bytes in try broker.answers(after: answersRead) {
            answersRead += 1
            let answer = try SettlementAnswer(decoding: bytes)
            let identity = try BrokerIdentity(
                root: answer.settlement.payload.broker,
                signingCertificates: answer.signingCertificates)
            let settlement = try answer.settlement.verified(by: identity).payload
            let outcomes = try answer.leaves.map { try ClaimOutcome(decoding: $0[...]) }
            let sum = try outcomes.map(\.amount).sum()
            let isSame = MerkleTree(leaves: answer.leaves).root == settlement.outcomesRoot
            expect(
                isSame && sum == settlement.gross
                    && broker.settlements[settlement.batchID.hex] == Int64(sum.units),
                .settlementsAreSigned, "the batch \(settlement.batchID.hex)")
        }
    }

    /// Checks what must hold once nothing is under way any more.
    mutating func finish(_ snapshot: Snapshot) {
        for wallet in snapshot.wallets {
            for (id, paid) in wallet.channels {
                let channel = snapshot.merchant.channels[id]
                expect(
                    channel?.spent ?? 0 == paid.acknowledgedAmount && paid.pending == 0,
                    .onceForEachReference,
                    "\(id): paid \(paid.acknowledgedAmount), \(paid.pending) pending, spent "
                        + "\(channel?.spent ?? 0)")
            }
        }
        for (id, channel) in snapshot.merchant.channels {
            expect(
                channel.isSettled, .settledIsClaimed,
                "\(id): due \(channel.due), settled \(channel.settled)")
        }
    }
}
