internal import PayWord
internal import Testing
internal import TollBroker

extension LedgerBench {
    func partiesAreReadBackWhole() async throws {
        let terms = CreditTerms(
            limit: try parties.amount(1), limitPerCommitment: try parties.amount(2),
            guarantee: try parties.amount(3))
        let payer = EnrolmentRecord(
            key: EnrolmentKey(
                role: .payer, subject: parties.account.publicKey, asset: parties.asset),
            displayName: nil, enrolledAt: parties.now, answer: [1], renewAt: nil, credit: terms)
        let merchant = EnrolmentRecord(
            key: EnrolmentKey(
                role: .merchant, subject: parties.account.publicKey, asset: parties.asset),
            displayName: "Kiosk", enrolledAt: parties.now, answer: [2], renewAt: Timestamp(5),
            fee: Fee(share: BasisPoints(25) ?? .zero, fixed: try parties.amount(4)))
        let certificate = CertificateRecord(
            key: CertificateKey(
                account: parties.account.publicKey, subject: parties.payer.publicKey,
                asset: parties.asset), answer: [6], terms: terms, notAfter: Timestamp(7),
            renewAt: Timestamp(6))
        let guarantee = GuaranteeKey(
            account: parties.account.publicKey, merchant: parties.merchant.publicKey,
            asset: parties.asset)
        let used = try parties.amount(8)
        try await write {
            $0.enrolments = [payer, merchant]
            $0.certificates = [certificate]
            $0.guaranteesUsed[guarantee] = used
        }
        let snapshot = try await read {
            $0.enrolments = [payer.key, merchant.key]
            $0.certificates = [certificate.key]
            $0.guarantees = [guarantee]
        }
        #expect(snapshot.enrolments[payer.key] == payer)
        #expect(snapshot.enrolments[merchant.key] == merchant)
        #expect(snapshot.certificates[certificate.key] == certificate)
        #expect(snapshot.guaranteesUsed[guarantee] == used)
        var changed = payer
        changed.credit = nil
        changed.answer = [9]
        try await write { $0.enrolments = [changed] }
        #expect(try await store.enrolments(skipping: 0, limit: 9) == [changed, merchant])
        #expect(try await store.enrolments(skipping: 1, limit: 9) == [merchant])
    }

    func settlement(_ batch: BatchID) throws -> LedgerSettlement {
        LedgerSettlement(
            key: BatchKey(merchant: parties.merchant.publicKey, batchID: batch),
            redemptionDigest: parties.drawn(), settlementID: parties.drawn(),
            asset: parties.asset, gross: try parties.amount(5), fee: try parties.amount(1),
            settledAt: parties.now, answer: [1, 2, 3])
    }

    func aBatchHasOneSettlement() async throws {
        let first = try settlement(parties.drawn())
        let second = try settlement(parties.drawn())
        try await write { $0.settlement = first }
        try await write { $0.settlement = second }
        let again = try settlement(first.key.batchID)
        await #expect(throws: Refusal(.batchConflict)) {
            try await write { $0.settlement = again }
        }
        #expect(try await read { $0.batch = first.key }.settlement == first)
        #expect(try await store.settlements(skipping: 0, limit: 5) == [second, first])
        #expect(try await store.settlements(skipping: 1, limit: 5) == [first])
    }

    func movement(
        _ reference: [UInt8], _ units: UInt64, kind: MovementKey.Kind = .faucet,
        at: Timestamp? = nil, memo: String? = nil
    ) throws -> MovementRecord {
        MovementRecord(
            key: MovementKey(kind: kind, scope: .zero, reference: reference), owner: .payer,
            party: parties.account.publicKey, asset: parties.asset,
            amount: try parties.amount(units), memo: memo, at: at ?? parties.now)
    }

    func aReferenceHasOneMovement() async throws {
        let first = try movement([1], 5, memo: "IBAN")
        try await write { $0.movement = first }
        await #expect(throws: Refusal(.referenceConflict)) {
            try await write { $0.movement = try movement([1], 6) }
        }
        let other = try movement([1], 6, kind: .payout)
        try await write { $0.movement = other }
        #expect(try await read { $0.movement = first.key }.movement == first)
        #expect(try await store.movements(.payout, skipping: 0, limit: 5) == [other])
    }

    func faucetUseIsSummed() async throws {
        for (number, units) in ([5, 7, 11] as [UInt64]).enumerated() {
            let at = Timestamp(100 * UInt64(number + 1))
            try await write { $0.movement = try movement([UInt8(number)], units, at: at) }
        }
        try await write { $0.movement = try movement([9], 100, kind: .deposit) }
        func drawn(since: UInt64) async throws -> UInt64 {
            try await read {
                $0.faucetUse = LedgerQuery.FaucetUse(
                    account: parties.account.publicKey, asset: parties.asset,
                    since: Timestamp(since))
            }.faucetDrawn.units
        }
        #expect(try await drawn(since: 0) == 23)
        #expect(try await drawn(since: 100) == 18)
        #expect(try await drawn(since: 300) == 0)
    }

    func accountsArePagedInOrder() async throws {
        for key in [parties.account, parties.otherAccount, parties.merchant] {
            let id = LedgerAccountID(.payer, key.publicKey, .available, parties.asset)
            try await write { $0.transactions = [try transfer(5, from: outside, to: id)] }
        }
        let all = try await store.accounts(after: nil, limit: 10)
        #expect(all.count == 4)
        #expect(all.map(\.id) == all.map(\.id).sorted())
        let rest = try await store.accounts(after: all[1].id, limit: 10)
        #expect(rest == Array(all[2...]))
    }

    func gapsBetweenBeatsAreOutages() async throws {
        #expect(try await store.beat(at: Timestamp(1000), gap: 100) == nil)
        #expect(try await store.beat(at: Timestamp(1100), gap: 100) == nil)
        let outage = Outage(from: Timestamp(1100), to: Timestamp(1201))
        #expect(try await store.beat(at: Timestamp(1201), gap: 100) == outage)
        #expect(try await store.beat(at: Timestamp(1150), gap: 100) == nil)
        #expect(try await store.beat(at: Timestamp(1300), gap: 100) == nil)
        let other = Outage(from: Timestamp(500), to: Timestamp(600))
        try await store.record(other)
        #expect(try await store.outages(endingAfter: Timestamp(0)) == [other, outage])
        #expect(try await store.outages(endingAfter: Timestamp(600)) == [outage])
    }

    func theAuditSeesEverything() async throws {
        let channels = try (0..<3).map { _ in try parties.lightChannel() }
        try await write { $0.transactions = [try transfer(1000, from: outside, to: purse)] }
        try await parties.register(channels)
        let report = try await report()
        #expect(report.faults == [])
        #expect(report.transactions == 2)
        #expect(report.accounts == 3)
        #expect(report.commitments == 3)
        #expect(report.sums == [parties.asset: 0])
        // A commitment that locks more than its account's reserved money is seen.
        let row = channels[0].row
        let damaged = LedgerCommitment(
            id: row.id, terms: row.terms, chains: row.chains, state: .live,
            locked: try parties.amount(1), redeemed: .zero, final: nil)
        try await write { $0.updated = [damaged] }
        let rules = try await self.report().faults.map(\.rule)
        #expect(Set(rules) == [.reservedCovered, .commitments])
    }

    func oddTextIsData() async throws {
        let texts = [
            "'; DROP TABLE ledger_accounts; --", "\u{1b}[2J\u{7}", "a\nb", "<b>&amp;</b>", "",
            "\u{202e}evil", "名",
        ]
        for (number, text) in texts.enumerated() {
            let record = try movement([UInt8(number)], 1, kind: .withdrawal, memo: text)
            try await write { $0.movement = record }
            let read = try await read { $0.movement = record.key }.movement
            #expect(read == record)
            let merchant = EnrolmentRecord(
                key: EnrolmentKey(
                    role: .merchant, subject: parties.drawn(), asset: parties.asset),
                displayName: text, enrolledAt: parties.now, answer: [], renewAt: nil)
            try await write { $0.enrolments = [merchant] }
            let listed = try await store.enrolments(skipping: number, limit: 1)
            #expect(listed == [merchant])
        }
        #expect(try await store.movements(.withdrawal, skipping: 0, limit: 9).count == texts.count)
    }
}
