import PayWord
import StoreConformance
import Testing
import TollBroker

/// Shows an auditor what a store would show it, changed on the way.
private struct Tampering: LedgerStoreTap {
    var link: (LedgerLink) -> LedgerLink? = { $0 }
    var account: (LedgerAccount) -> LedgerAccount? = { $0 }
    var commitment: (LedgerCommitment) -> LedgerCommitment? = { $0 }
    var settlement: (LedgerSettlement) -> LedgerSettlement? = { $0 }
}

@Suite struct AuditTests {
    private func bench() async throws -> (BrokerBench, MemoryLedgerStore) {
        let store = MemoryLedgerStore()
        let bench = try BrokerBench(store) {
            $0.fee = Fee(share: BasisPoints(100) ?? .zero, fixed: .zero)
        }
        try await bench.enrolAll(funds: 10_000)
        let channel = try await bench.reserved()
        _ = try await bench.redeem([
            channel.claim([(1, 5)]), channel.forgedClaim([(1, 6)]),
        ])
        _ = try await bench.reserved()
        return (bench, store)
    }

    private func rules(
        _ bench: BrokerBench, _ store: MemoryLedgerStore, _ tampering: Tampering
    ) -> Set<LedgerReport.Fault.Rule> {
        let auditor = store.show(
            LedgerAuditor(root: bench.root.publicKey), through: tampering)
        return Set(auditor.finished().faults.map(\.rule))
    }

    @Test func aSoundLedgerHasNoFaults() async throws {
        let (bench, store) = try await bench()
        let report = try await bench.broker.checkLedger()
        #expect(report.faults == [])
        #expect(report.isSound)
        #expect(report.transactions == 4)
        #expect(report.commitments == 2)
        #expect(report.settlements == 1)
        #expect(report.sums == [bench.asset: 0])
        #expect(rules(bench, store, Tampering()) == [])
    }

    @Test func threat26ChangedHistoryBreaksTheLinks() async throws {
        let (bench, store) = try await bench()
        // An entry made smaller, on both sides, so that it still balances.
        var tampering = Tampering()
        tampering.link = { link in
            guard link.transaction.kind == .settlement else { return link }
            let entries = link.transaction.entries.map {
                LedgerEntry(account: $0.account, amount: $0.amount * 2)
            }
            let changed = try? LedgerTransaction(
                kind: .settlement, at: link.transaction.at, subject: link.transaction.subject,
                entries: entries)
            return LedgerLink(
                sequence: link.sequence, transaction: changed ?? link.transaction,
                previous: link.previous, hash: link.hash)
        }
        #expect(rules(bench, store, tampering).contains(.unbrokenLinks))
        // One left out, and one hashed anew, which breaks the next.
        tampering.link = { $0.sequence == 2 ? nil : $0 }
        #expect(rules(bench, store, tampering).contains(.unbrokenLinks))
        tampering.link = { link in
            link.sequence != 2
                ? link
                : LedgerLink(
                    sequence: 2, transaction: link.transaction, previous: LedgerLink.origin)
        }
        #expect(rules(bench, store, tampering) == [.unbrokenLinks])
    }

    @Test func aChangedBalanceIsFound() async throws {
        let (bench, store) = try await bench()
        var tampering = Tampering()
        tampering.account = { account in
            guard account.id.owner == .merchant else { return account }
            return LedgerAccount(id: account.id, balance: account.balance + 1)
        }
        #expect(rules(bench, store, tampering) == [.balances, .zeroSum])
        tampering.account = { account in
            account.id.purpose == .fees
                ? LedgerAccount(id: account.id, balance: account.balance, floor: 1000) : account
        }
        #expect(rules(bench, store, tampering) == [.floors])
        tampering.account = { $0.id.purpose == .fees ? nil : $0 }
        #expect(rules(bench, store, tampering) == [.balances, .zeroSum])
    }

    @Test func aChangedCommitmentIsFound() async throws {
        let (bench, store) = try await bench()
        var tampering = Tampering()
        tampering.commitment = { row in
            LedgerCommitment(
                id: row.id, terms: row.terms, chains: row.chains, state: row.state,
                locked: .zero, redeemed: row.redeemed, final: nil)
        }
        #expect(rules(bench, store, tampering) == [.commitments, .reservedCovered])
        tampering.commitment = { $0.redeemed > .zero ? nil : $0 }
        #expect(rules(bench, store, tampering) == [.settlements, .reservedCovered])
    }

    @Test func aChangedSettlementIsFound() async throws {
        let (bench, store) = try await bench()
        func changed(_ record: LedgerSettlement, fee: Amount, _ answer: [UInt8])
            -> LedgerSettlement
        {
            LedgerSettlement(
                key: record.key, redemptionDigest: record.redemptionDigest,
                settlementID: record.settlementID, asset: record.asset, gross: record.gross,
                fee: fee, settledAt: record.settledAt, answer: answer)
        }
        var tampering = Tampering()
        tampering.settlement = { changed($0, fee: .zero, $0.answer) }
        #expect(rules(bench, store, tampering) == [.settlements, .commitments])
        tampering.settlement = { record in
            var answer = record.answer
            answer[answer.count - 1] ^= 1
            return changed(record, fee: record.fee, answer)
        }
        #expect(rules(bench, store, tampering) == [.settlements, .commitments])
        tampering.settlement = { _ in nil }
        #expect(rules(bench, store, tampering) == [.settlements, .commitments])
    }
}
