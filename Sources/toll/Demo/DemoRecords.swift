import Foundation
import KeyFile
import PayWord
import TollBroker
import TollCLI
import TollMerchant
import TollSQLite
import TollWallet

/// What the wallets' databases say of each channel.
struct WalletRecords {
    struct Channel {
        let revealed: [ChainIndex]
        let charged: Amount
        let spent: Amount
        let payments: [PaymentRecord]
    }

    var channels: [CommitmentID: Channel] = [:]

    init(_ stage: ThreeParties) async throws {
        for number in 0..<stage.walletCount {
            let store = try SQLiteWalletStore(
                path: "\(stage.walletHome(number))/wallet/\(WalletHome.storeFile)")
            for record in try await store.channels() {
                channels[record.id] = Channel(
                    revealed: record.progress.revealed, charged: record.progress.charged,
                    spent: record.progress.spent,
                    payments: try await Self.payments(of: record.id, in: store))
            }
        }
    }

    private static func payments(
        of id: CommitmentID, in store: SQLiteWalletStore
    ) async throws -> [PaymentRecord] {
        var payments: [PaymentRecord] = []
        while true {
            let page = try await store.payments(
                id, after: payments.last?.number ?? 0, limit: 10_000)
            payments += page
            if page.count < 10_000 { return payments }
        }
    }
}

/// What the merchant's database says of each channel.
struct MerchantRecords {
    var channels: [CommitmentID: TollMerchant.ChannelRecord] = [:]

    init(_ stage: ThreeParties) async throws {
        let folder = "\(stage.merchantHome)/merchant"
        let key = try SigningKey(seed: SecretFile.read("\(folder)/\(MerchantHome.keyFile)"))
        let store = try SQLiteChannelStore(
            path: "\(folder)/\(MerchantHome.storeFile)", merchant: key.publicKey)
        var cursor: CommitmentID?
        repeat {
            let page = try await store.channels(after: cursor, limit: 1000)
            for record in page { channels[record.terms.id] = record }
            cursor = page.count == 1000 ? page.last?.terms.id : nil
        } while cursor != nil
    }
}

/// What the broker's database says, and the redemptions as the merchant kept them.
struct BrokerRecords {
    var accounts: [LedgerAccount] = []
    /// The answers by batch.
    var answers: [BatchID: [UInt8]] = [:]
    var evidence: [DemoEvidence] = []

    init(_ stage: ThreeParties) async throws {
        let store = try SQLiteLedgerStore(
            path: "\(stage.brokerHome)/broker/\(BrokerHome.storeFile)")
        var cursor: LedgerAccountID?
        repeat {
            let page = try await store.accounts(after: cursor, limit: 1000)
            accounts += page
            cursor = page.count == 1000 ? page.last?.id : nil
        } while cursor != nil
        while true {
            let page = try await store.settlements(skipping: answers.count, limit: 100)
            for record in page { answers[record.key.batchID] = record.answer }
            if page.count < 100 { break }
        }
        evidence = try DemoEvidence.batches(in: stage.evidence)
    }
}
