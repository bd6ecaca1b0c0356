internal import PayWord
internal import Testing
internal import TollBroker

extension LedgerBench {
    func whatIsRegisteredIsReadBackWhole() async throws {
        let channel = try parties.channel()
        let row = try LedgerCommitment(
            channel.commitment, account: parties.account.publicKey, funding: .credit,
            guarantee: parties.amount(9))
        let record = CommitmentRecord(
            commitment: row,
            documents: CommitmentDocuments(
                commitment: channel.commitment.encoded, answer: [], note: [7, 8, 9]))
        try await write { $0.registered = [record] }
        let snapshot = try await read {
            $0.commitments = [row.id]
            $0.documents = [row.id]
            $0.nonce = NonceKey(payer: row.terms.payer, nonce: row.terms.nonce)
        }
        #expect(snapshot.commitments[row.id] == row)
        #expect(snapshot.documents[row.id] == record.documents)
        #expect(snapshot.nonceHolder == row.id)
    }

    func aKnownCommitmentOrNonceIsDuplicate() async throws {
        let channel = try parties.lightChannel()
        try await write { $0.registered = [record(channel)] }
        await #expect(throws: Refusal(.duplicateCommitment)) {
            try await write { $0.registered = [record(channel)] }
        }
        let terms = channel.row.terms
        let other = LedgerCommitment(
            id: parties.drawn(), terms: terms, chains: channel.row.chains, state: .live,
            locked: .zero, redeemed: .zero, final: nil)
        await #expect(throws: Refusal(.duplicateCommitment)) {
            try await write {
                $0.registered = [
                    CommitmentRecord(
                        commitment: other,
                        documents: CommitmentDocuments(commitment: [], answer: [], note: nil))
                ]
            }
        }
    }

    func updatesAreReadBack() async throws {
        let channel = try parties.lightChannel()
        try await write { $0.registered = [record(channel)] }
        let row = channel.row
        var chain = row.chains[0]
        chain.redeemed = ChainPosition(index: ChainIndex(5), payword: parties.drawn())
        let changed = LedgerCommitment(
            id: row.id, terms: row.terms, chains: [chain], state: .closed,
            locked: try parties.amount(3), redeemed: try parties.amount(15),
            final: [ChainIndex(6)])
        try await write { $0.updated = [changed] }
        #expect(try await read { $0.commitments = [row.id] }.commitments[row.id] == changed)
    }

    func rowsReadEarlierAreReadAsTheyStand() async throws {
        // More than one run of a statement looks up, and then some.
        let rows = try (0..<150).map { _ in try parties.lightChannel().row }
        let records = rows.map { row in
            CommitmentRecord(
                commitment: row,
                documents: CommitmentDocuments(commitment: [], answer: [], note: nil))
        }
        try await write { $0.registered = records }
        let ids = rows.map(\.id).sorted()
        let early = Array(ids[..<100])
        let earlier = try await read { $0.commitments = early }
        #expect(earlier.commitments.count == early.count)
        // Nothing was written since: all of them, some of them, and some that were not read.
        for wanted in [early, Array(ids[50..<120]), ids, [parties.drawn()]] {
            let snapshot = try await read {
                $0.commitments = wanted
                $0.earlier = earlier
            }
            let fresh = try await read { $0.commitments = wanted }
            #expect(snapshot.commitments == fresh.commitments)
        }
        // A state, an index or an amount that moves is seen, and what was not asked for is not.
        let moved = ids[..<3].compactMap { earlier.commitments[$0] }
        var chain = moved[0].chains[0]
        chain.redeemed = ChainPosition(index: ChainIndex(2), payword: parties.drawn())
        let changes = [
            moved[0].moved(
                to: [chain], state: .live, locked: moved[0].locked,
                redeemed: moved[0].redeemed, final: nil),
            moved[1].moved(
                to: moved[1].chains, state: .closed, locked: moved[1].locked,
                redeemed: moved[1].redeemed, final: [ChainIndex(4)]),
            moved[2].moved(
                to: moved[2].chains, state: .released, locked: .zero,
                redeemed: try parties.amount(7), final: nil),
        ]
        try await write { $0.updated = changes }
        for wanted in [early, Array(ids[..<2]), Array(ids[2..<120])] {
            let snapshot = try await read {
                $0.commitments = wanted
                $0.earlier = earlier
            }
            let fresh = try await read { $0.commitments = wanted }
            #expect(snapshot.commitments == fresh.commitments)
        }
        let all = try await read { $0.commitments = ids }.commitments
        #expect(changes.allSatisfy { all[$0.id] == $0 })
    }

    func pagesListWhatIsNotReleased() async throws {
        var live: [LightChannel] = []
        for number in 0..<9 {
            let channel = try parties.lightChannel(isReleased: number % 3 == 2)
            try await write { $0.registered = [record(channel)] }
            if number % 3 != 2 { live.append(channel) }
        }
        let ids = live.map(\.id).sorted()
        func page(_ after: CommitmentID?, _ asset: Asset) async throws -> [CommitmentID] {
            try await read {
                $0.page = LedgerQuery.CommitmentPage(
                    account: parties.account.publicKey, asset: asset, after: after, limit: 4)
            }.page.map(\.commitment.id)
        }
        #expect(try await page(nil, parties.asset) == Array(ids[..<4]))
        #expect(try await page(ids[3], parties.asset) == Array(ids[4...]))
        #expect(try await page(ids[5], parties.asset).isEmpty)
        #expect(try await page(nil, parties.otherAsset).isEmpty)
    }

    func unreleasedComeInOrder() async throws {
        var cursors: [ReleaseCursor] = []
        for number in [5, 1, 3, 1, 9] as [UInt64] {
            let channel = try parties.lightChannel(redeemBy: Timestamp(number))
            try await write { $0.registered = [record(channel)] }
            if number <= 5 { cursors.append(ReleaseCursor(channel.row)) }
        }
        let released = try parties.lightChannel(redeemBy: Timestamp(2), isReleased: true)
        try await write { $0.registered = [record(released)] }
        let order = cursors.sorted { $0.order < $1.order }
        func page(_ after: ReleaseCursor?, _ limit: Int) async throws -> [ReleaseCursor] {
            try await store.unreleased(redeemBy: Timestamp(5), after: after, limit: limit)
                .map { ReleaseCursor($0) }
        }
        #expect(try await page(nil, 10) == order)
        #expect(try await page(order[0], 2) == Array(order[1...2]))
        #expect(try await page(order[3], 2).isEmpty)
    }

    func manyCommitmentsAreOneTransaction() async throws {
        let count = 10_000
        let channels = try (0..<count).map { _ in try parties.lightChannel(length: 2) }
        try await write { $0.transactions = [try transfer(60_000, from: outside, to: purse)] }
        try await parties.register(channels)
        let ids = channels.map(\.id)
        let rows = try await read { $0.commitments = ids }.commitments
        #expect(rows.count == count)
        #expect(channels.allSatisfy { rows[$0.id] == $0.row })
        let closed = channels.map { channel in
            LedgerCommitment(
                id: channel.id, terms: channel.row.terms, chains: channel.row.chains,
                state: .closed, locked: channel.row.locked, redeemed: .zero,
                final: [ChainIndex(2)])
        }
        try await write { $0.updated = closed }
        let after = try await read { $0.commitments = ids }.commitments
        #expect(closed.allSatisfy { after[$0.id] == $0 })
        #expect(try await report().isSound)
    }
}
