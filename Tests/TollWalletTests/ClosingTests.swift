import PayWord
import PeerProtocol
import StoreConformance
import Synchronization
import Testing

@testable import TollWallet

@Suite("Closing")
struct ClosingTests {
    private let world: World
    private let merchant: SimulatedMerchant

    init() throws {
        world = try World()
        merchant = SimulatedMerchant(key: try key(2))
    }

    private func paidChannel(
        _ wallet: Wallet, _ link: SimulatedLink
    ) async throws -> CommitmentID {
        let id = try await world.channel(wallet, merchant, plan((1, 100), (10, 100)))
        try await wallet.connect(id, over: link)
        _ = try await wallet.pay(id, intents(25))
        return id
    }

    @Test func theCloseFreesTheRest() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await paidChannel(wallet, SimulatedLink(merchant))
        try await wallet.close(id, at: world.broker)
        let record = try await wallet.channel(id)
        #expect(record.stage == .closed)
        #expect(record.isCloseDelivered)
        #expect(try await wallet.receipts(id).first?.payload.spent == units(25))
        #expect(world.broker.state.withLock { $0.closes.map(\.payload.commitmentID) } == [id])
        try await wallet.close(id, at: world.broker)
        #expect(world.broker.state.withLock { $0.closes.count } == 1)
        await #expect(throws: Refusal(.channelClosed)) {
            try await wallet.connect(id, over: SimulatedLink(merchant))
        }
        await #expect(throws: Refusal(.unknownHandle)) {
            _ = try await wallet.pay(id, intents(1))
        }
    }

    @Test func aCloseThatDidNotReachTheBrokerIsDeliveredLater() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await paidChannel(wallet, SimulatedLink(merchant))
        world.broker.state.withLock { $0.refusals = [Refusal(.busy)] }
        await #expect(throws: Refusal(.busy)) {
            try await wallet.close(id, at: world.broker)
        }
        #expect(try await wallet.channel(id).stage == .closed)
        #expect(try await wallet.channel(id).isCloseDelivered == false)
        let again = try world.wallet(seed: 8)
        #expect(
            try await again.deliverCloses(of: world.broker.root, at: world.broker) == 1)
        #expect(
            try await again.deliverCloses(of: world.broker.root, at: world.broker) == 0)
        #expect(try await again.channel(id).isCloseDelivered)
    }

    @Test func aCloseWhoseAnswerWasLostIsAskedForAgain() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await paidChannel(wallet, SimulatedLink(merchant))
        let payer = try secret().payerKey(
            broker: world.broker.root, merchant: merchant.key.publicKey, generation: 0)
        _ = try merchant.close(
            id,
            payer.sign(
                CloseRequest(
                    commitmentID: id, merchant: merchant.key.publicKey, createdAt: start)))
        #expect(
            try await wallet.pay(id, intents(1)[0]) == .refused(Refusal(.channelClosed)))
        try await wallet.connect(id, over: SimulatedLink(merchant))
        try await wallet.close(id, at: world.broker)
        #expect(try await wallet.channel(id).isCloseDelivered)
    }

    @Test func aCloseThatKeepsMoreThanWasPaidIsADispute() async throws {
        let wallet = try await world.fundedWallet()
        let key = merchant.key
        let link = SimulatedLink(
            merchant,
            tampering: Tampering(close: { object in
                let close = object.payload
                let lie = Close(
                    commitmentID: close.commitmentID, broker: close.broker,
                    merchant: close.merchant,
                    final: close.final.map {
                        ChainMark(ordinal: $0.ordinal, index: ChainIndex(99))
                    }, createdAt: close.createdAt)
                return (try? key.sign(lie).object) ?? object
            }))
        let id = try await paidChannel(wallet, link)
        await #expect(throws: Refusal(.overclaimed)) {
            try await wallet.close(id, at: world.broker)
        }
        #expect(try await wallet.channel(id).stage == .disputed)
        #expect(world.broker.state.withLock { $0.closes.isEmpty })
    }

    /// What was revealed and never acknowledged is not the merchant's to keep without a receipt.
    @Test func aCloseThatKeepsMoreThanItsReceiptIsRefused() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await paidChannel(wallet, SimulatedLink(merchant))
        let record = try await wallet.channel(id)
        let commitment = record.commitment.payload
        let marks = zip(Ordinal.all(count: 2), record.progress.revealed).map {
            ChainMark(ordinal: $0, index: $1)
        }
        let close = Close(
            commitmentID: id, broker: record.broker, merchant: record.merchant, final: marks,
            createdAt: start)
        func receipt(_ accepted: Amount) -> Receipt {
            Receipt(
                commitmentID: id, payer: commitment.payer, merchant: record.merchant,
                asset: commitment.asset, accepted: accepted, spent: .zero, payments: 0,
                issuedAt: start, marks: marks)
        }
        let kept = try commitment.worth(at: record.progress.revealed)
        try ReceiptCheck.check(close, receipt: receipt(kept), record: record)
        let less = try kept.subtracting(Amount(units: 1))
        #expect(throws: Refusal(.overclaimed)) {
            try ReceiptCheck.check(close, receipt: receipt(less), record: record)
        }
    }

    @Test func aCloseOfAnotherChannelIsRefused() async throws {
        let wallet = try await world.fundedWallet()
        let key = merchant.key
        let link = SimulatedLink(
            merchant,
            tampering: Tampering(close: { object in
                let close = object.payload
                let lie = Close(
                    commitmentID: .zero, broker: close.broker, merchant: close.merchant,
                    final: close.final, createdAt: close.createdAt)
                return (try? key.sign(lie).object) ?? object
            }))
        let id = try await paidChannel(wallet, link)
        await #expect(throws: Refusal(.unknownCommitment)) {
            try await wallet.close(id, at: world.broker)
        }
        #expect(try await wallet.channel(id).stage == .ready)
    }
}

@Suite("Restoring")
struct RestoringTests {
    @Test func findsEveryChannelFromTheSecretAlone() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let merchants = try (10...14).map { SimulatedMerchant(key: try key($0)) }
        var ids: [CommitmentID: SimulatedMerchant] = [:]
        for merchant in merchants {
            try await wallet.rotatePayerKey(
                broker: world.broker.root, merchant: merchant.key.publicKey)
            let id = try await world.channel(wallet, merchant, plan((1, 50), (10, 50)))
            ids[id] = merchant
            try await wallet.connect(id, over: SimulatedLink(merchant))
            _ = try await wallet.pay(id, intents(33, 4))
        }
        let restored = try world.wallet(store: MemoryWalletStore(), seed: 9)
        let report = try await restored.restore(
            from: world.broker, root: world.broker.root, address: "https://broker",
            asset: world.asset)
        #expect(Set(report.live) == Set(ids.keys))
        #expect(report.foreign.isEmpty)
        for (id, merchant) in ids {
            let record = try await restored.channel(id)
            #expect(record.address == "pay.example:7070")
            #expect(record.generation == 1)
            let resumed = try await restored.connect(id, over: SimulatedLink(merchant))
            #expect(resumed.isAdopted)
            #expect(try await restored.pay(id, intents(5)[0]).isAcknowledged)
            #expect(try merchant.channel(id)?.spent == units(42))
            #expect(try merchant.channel(id)?.accepted == units(42))
        }
        let again = try await restored.restore(
            from: world.broker, root: world.broker.root, address: "https://broker",
            asset: world.asset)
        #expect(again.live.isEmpty)
        #expect(Set(again.known) == Set(ids.keys))
    }

    @Test func refusesCommitmentsThatItDidNotMake() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        let id = try await world.channel(wallet, merchant, plan((1, 50)))
        // The broker lists another wallet's commitment, and one of right keys and wrong chains.
        let other = try world.wallet(store: MemoryWalletStore(), secret: secret(66), seed: 66)
        _ = try await other.enrol(
            at: world.broker, root: world.broker.root, address: "", asset: world.asset)
        try await other.drawFaucet(
            units(1000), at: world.broker, root: world.broker.root, asset: world.asset)
        let foreign = try await world.channel(other, merchant, plan((1, 50)))
        let genuine = try await wallet.channel(id).commitment.payload
        let payer = try secret().payerKey(
            broker: world.broker.root, merchant: merchant.key.publicKey, generation: 0)
        let forged = try payer.sign(
            Commitment(
                nonce: genuine.nonce, payer: genuine.payer, merchant: genuine.merchant,
                broker: genuine.broker, asset: genuine.asset,
                chains: genuine.chains.map {
                    CommittedChain(
                        denomination: $0.denomination, length: $0.length, root: .zero)
                }, issuedAt: genuine.issuedAt, expiresAt: genuine.expiresAt,
                redeemBy: genuine.redeemBy)
        ).object
        let account = try wallet.accountKey(at: world.broker.root)
        world.broker.state.withLock { state in
            state.entries = state.entries.map { (account, $0.entry) }
            state.entries.append(
                (
                    account,
                    CommitmentEntry(
                        commitment: forged, funding: [], note: nil, state: .live, redeemed: [])
                ))
        }
        let restored = try world.wallet(store: MemoryWalletStore(), seed: 9)
        let report = try await restored.restore(
            from: world.broker, root: world.broker.root, address: "", asset: world.asset)
        #expect(report.live == [id])
        #expect(report.foreign[foreign]?.reason == .badSignature)
        #expect(report.foreign[forged.id]?.reason == .badPayword)
        #expect(try await restored.channels().map(\.id) == [id])
    }

    @Test func worksWithoutTheNoteWhereTheKeyIsFound() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        let id = try await world.channel(wallet, merchant, plan((1, 50)))
        world.broker.state.withLock { state in
            state.entries = state.entries.map { account, entry in
                (
                    account,
                    CommitmentEntry(
                        commitment: entry.commitment, funding: entry.funding,
                        note: [UInt8](repeating: 1, count: 40), state: .closed, redeemed: [])
                )
            }
        }
        let restored = try world.wallet(store: MemoryWalletStore(), seed: 9)
        let report = try await restored.restore(
            from: world.broker, root: world.broker.root, address: "", asset: world.asset)
        #expect(report.ended == [id])
        #expect(try await restored.channel(id).stage == .closed)
    }
}
