import PayWord
import PeerProtocol
import StoreConformance
import Synchronization
import Testing
import TollWallet

@Suite("Dishonest merchants")
struct DishonestMerchantTests {
    private let world: World
    private let merchant: SimulatedMerchant

    init() throws {
        world = try World()
        merchant = SimulatedMerchant(key: try key(2))
    }

    private func paidChannel(_ wallet: Wallet) async throws -> CommitmentID {
        let id = try await world.channel(wallet, merchant, plan((1, 100), (10, 100)))
        try await wallet.connect(id, over: SimulatedLink(merchant))
        _ = try await wallet.pay(id, intents(25))
        return id
    }

    /// What a merchant may say in `opened` that is not true.
    enum Lie: CaseIterable {
        case higherIndexWithTheOldPayword, higherIndexWithAnyPayword, absentPayword
        case indexPastTheEnd, unknownChain, wrongPaywordAtTheRightIndex
        case moreAccepted, moreSpentThanAccepted

        func tell(_ opened: Opened) -> Opened {
            var lie = opened
            switch self {
            case .higherIndexWithTheOldPayword: lie.paywords[0] = raise(opened.paywords[0], 9)
            case .higherIndexWithAnyPayword:
                lie.paywords[0] = raise(opened.paywords[0], 9, Payword.zero)
            case .absentPayword: lie.paywords = PaywordClaims(lie.paywords.dropFirst())
            case .indexPastTheEnd: lie.paywords[0] = raise(opened.paywords[0], 1000)
            case .unknownChain:
                if let ordinal = Ordinal(5) {
                    lie.paywords.append(
                        PaywordClaim(ordinal: ordinal, index: ChainIndex(1), payword: .zero))
                }
            case .wrongPaywordAtTheRightIndex:
                lie.paywords[0] = raise(opened.paywords[0], 0, Payword.zero)
            case .moreAccepted: lie.accepted = .maximum
            case .moreSpentThanAccepted: lie.spent = .maximum
            }
            return lie
        }

        private func raise(
            _ claim: PaywordClaim, _ steps: UInt32, _ payword: Payword? = nil
        ) -> PaywordClaim {
            PaywordClaim(
                ordinal: claim.ordinal, index: ChainIndex(claim.index.value + steps),
                payword: payword ?? claim.payword)
        }
    }

    @Test(arguments: Lie.allCases)
    func threat17aOverclaimIsRefused(lie: Lie) async throws {
        let wallet = try await world.fundedWallet()
        let id = try await paidChannel(wallet)
        // The wallet is restored from its secret alone, and knows nothing of what was paid.
        let store = MemoryWalletStore()
        let restored = try world.wallet(store: store, seed: 9)
        _ = try await restored.restore(
            from: world.broker, root: world.broker.root, address: "", asset: world.asset)
        for victim in [restored, wallet] {
            let link = SimulatedLink(
                merchant, tampering: Tampering(opened: { lie.tell($0) }))
            await #expect(throws: Refusal(.overclaimed)) {
                try await victim.connect(id, over: link)
            }
            #expect(link.seen.isEmpty)
            let record = try await victim.channel(id)
            #expect(record.stage == .disputed)
            #expect(record.dispute?.isEmpty == false)
            // Nor later, when the merchant tells the truth.
            await #expect(throws: Refusal(.overclaimed)) {
                try await victim.connect(id, over: SimulatedLink(merchant))
            }
            await #expect(throws: Refusal(.unknownHandle)) {
                _ = try await victim.pay(id, intents(1))
            }
        }
    }

    @Test func moreSpentThanWasChargedIsADispute() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await world.channel(wallet, merchant, plan((10, 100)))
        try await wallet.connect(id, over: SimulatedLink(merchant))
        // Accepted is 30, charged 25.
        _ = try await wallet.pay(id, intents(25))
        let link = SimulatedLink(
            merchant,
            tampering: Tampering(opened: {
                var lie = $0
                lie.spent = lie.accepted
                return lie
            }))
        await #expect(throws: Refusal(.overclaimed)) {
            try await wallet.connect(id, over: link)
        }
    }

    @Test func aRestoredWalletBelievesWhatIsSpentWithinTheAccepted() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await world.channel(wallet, merchant, plan((10, 100)))
        try await wallet.connect(id, over: SimulatedLink(merchant))
        _ = try await wallet.pay(id, intents(25))
        let restored = try world.wallet(store: MemoryWalletStore(), seed: 9)
        _ = try await restored.restore(
            from: world.broker, root: world.broker.root, address: "", asset: world.asset)
        let report = try await restored.connect(id, over: SimulatedLink(merchant))
        #expect(report.isAdopted)
        #expect(try report.spent == units(25))
        // From here on its record is complete.
        let link = SimulatedLink(
            merchant,
            tampering: Tampering(opened: {
                var lie = $0
                lie.spent = lie.accepted
                return lie
            }))
        await #expect(throws: Refusal(.overclaimed)) {
            try await restored.connect(id, over: link)
        }
    }

    @Test(arguments: [true, false])
    func anAcknowledgementOfMoreThanWasPaidStopsPaying(isSpent: Bool) async throws {
        let wallet = try await world.fundedWallet()
        let id = try await world.channel(wallet, merchant, plan((10, 100)))
        let link = SimulatedLink(
            merchant,
            tampering: Tampering(paid: {
                AcknowledgedState(
                    accepted: isSpent ? $0.accepted : .maximum,
                    spent: isSpent ? $0.accepted : $0.spent)
            }))
        try await wallet.connect(id, over: link)
        let outcomes = try await wallet.pay(id, intents(25, 3))
        #expect(!areAcknowledged(outcomes))
        #expect(try await wallet.channel(id).stage == .ready)
        #expect(try await wallet.pay(id, intents(1)[0]) == .notSent(Refusal(.staleIndex)))
    }

    @Test func receiptsAreVerifiedAndKept() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await paidChannel(wallet)
        let receipt = try await wallet.receipt(id)
        #expect(try receipt.payload.spent == units(25))
        #expect(try await wallet.receipts(id) == [receipt.object])
        _ = try await wallet.receipt(id)
        #expect(try await wallet.receipts(id).count == 1)
    }

    /// What a receipt may say that is not true.
    enum ReceiptLie: CaseIterable {
        case anotherKey, anotherChannel, moreSpent, higherIndex, figures

        var reason: Reason {
            switch self {
            case .anotherKey: .badSignature
            case .anotherChannel: .unknownCommitment
            case .moreSpent, .higherIndex: .overclaimed
            case .figures: .amountMismatch
            }
        }

        func tell(_ object: SignedObject<Receipt>, _ key: SigningKey) -> SignedObject<Receipt> {
            let receipt = object.payload
            let marks = receipt.marks
            let raised = marks.map {
                ChainMark(ordinal: $0.ordinal, index: ChainIndex($0.index.value + 1))
            }
            // Chains of 1 and of 10, one index more on each.
            let more = (try? receipt.accepted.adding(units(11))) ?? .zero
            let lie = Receipt(
                commitmentID: self == .anotherChannel ? .zero : receipt.commitmentID,
                payer: receipt.payer, merchant: receipt.merchant, asset: receipt.asset,
                accepted: self == .higherIndex || self == .figures ? more : receipt.accepted,
                spent: self == .moreSpent ? receipt.accepted : receipt.spent,
                payments: receipt.payments, issuedAt: receipt.issuedAt,
                marks: self == .higherIndex ? raised : marks)
            let signer = self == .anotherKey ? try? TollWalletTests.key(9) : key
            if self == .anotherKey, let signer {
                let own = Receipt(
                    commitmentID: lie.commitmentID, payer: lie.payer,
                    merchant: signer.publicKey, asset: lie.asset, accepted: lie.accepted,
                    spent: lie.spent, payments: lie.payments, issuedAt: lie.issuedAt,
                    marks: lie.marks)
                return (try? signer.sign(own).object) ?? object
            }
            return (try? key.sign(lie).object) ?? object
        }
    }

    @Test(arguments: ReceiptLie.allCases)
    func aFalseReceiptIsRefused(lie: ReceiptLie) async throws {
        let wallet = try await world.fundedWallet()
        let id = try await world.channel(wallet, merchant, plan((1, 100), (10, 100)))
        let key = merchant.key
        let link = SimulatedLink(
            merchant, tampering: Tampering(receipt: { lie.tell($0, key) }))
        try await wallet.connect(id, over: link)
        _ = try await wallet.pay(id, intents(25))
        if lie == .moreSpent { merchant.refund(id, try units(10)) }
        if lie == .moreSpent {
            // Hears of the refund first, so that what was given back cannot be claimed again.
            try await wallet.connect(id, over: link)
        }
        await #expect(throws: Refusal(lie.reason)) { _ = try await wallet.receipt(id) }
        #expect(try await wallet.receipts(id).isEmpty)
        #expect(
            try await wallet.channel(id).stage
                == (lie.reason == .overclaimed ? .disputed : .ready))
    }
}
