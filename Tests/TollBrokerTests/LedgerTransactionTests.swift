import PayWord
import Testing
import TollBroker

@Suite struct LedgerTransactionTests {
    private let euro: Asset
    private let dollar: Asset

    init() throws {
        euro = try Asset(code: "EUR", scale: 6)
        dollar = try Asset(code: "USD", scale: 6)
    }

    private func account(
        _ purpose: LedgerAccountID.Purpose, _ asset: Asset
    ) -> LedgerAccountID {
        LedgerAccountID(.payer, .zero, purpose, asset)
    }

    private func book(_ moves: LedgerMoves) throws -> LedgerTransaction {
        try LedgerTransaction(kind: .deposit, at: Timestamp(1), subject: [], moves: moves)
    }

    @Test func whatIsTakenMustBeGiven() throws {
        let five = try Amount(units: 5)
        var moves = LedgerMoves()
        moves.take(five, from: account(.reserved, euro))
        #expect(throws: Refusal(.internal)) { try book(moves) }
        moves.give(try Amount(units: 4), to: account(.available, euro))
        #expect(throws: Refusal(.internal)) { try book(moves) }
        moves.give(try Amount(units: 1), to: account(.payable, euro))
        #expect(try book(moves).entries.map(\.amount) == [4, -5, 1])
    }

    @Test func eachAssetBalancesByItself() throws {
        let five = try Amount(units: 5)
        var moves = LedgerMoves()
        moves.take(five, from: account(.reserved, euro))
        moves.give(five, to: account(.available, dollar))
        #expect(throws: Refusal(.internal)) { try book(moves) }
    }

    @Test func entriesThatWereReadBackBalanceToo() throws {
        let entries = [
            LedgerEntry(account: account(.available, euro), amount: 5),
            LedgerEntry(account: account(.reserved, euro), amount: -5),
        ]
        func read(_ entries: [LedgerEntry]) throws -> LedgerTransaction {
            try LedgerTransaction(
                kind: .release, at: Timestamp(1), subject: [], entries: entries)
        }
        #expect(try read(entries).entries == entries)
        #expect(throws: Refusal(.internal)) { try read([entries[0]]) }
        #expect(throws: Refusal(.internal)) { try read(entries.reversed()) }
        #expect(throws: Refusal(.internal)) { try read([entries[0], entries[0]]) }
        let nothing = LedgerEntry(account: account(.payable, euro), amount: 0)
        #expect(throws: Refusal(.internal)) { try read(entries + [nothing]) }
    }
}
