import Foundation
import PayWord
import TollMerchant

/// A broker whose settlements are also left in a folder, two files a batch: the redemption as it was
/// sent and the answer as it came. Whoever has the two can check every figure without any of us.
struct EvidenceKeeper: RedeemingBroker {
    private let broker: any RedeemingBroker
    private let folder: URL

    init(_ broker: any RedeemingBroker, folder: String) throws {
        self.broker = broker
        self.folder = URL(fileURLWithPath: folder, isDirectory: true)
        try FileManager.default.createDirectory(
            at: self.folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    func describe() async throws(Refusal) -> BrokerDescription { try await broker.describe() }

    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        try await broker.enrol(request)
    }

    func redeem(_ redemption: Verified<Redemption>) async throws(Refusal) -> SettlementAnswer {
        let answer = try await broker.redeem(redemption)
        let name = redemption.payload.batchID.hex
        try write(redemption.encoded, "\(name).redemption")
        try write(answer.encoded, "\(name).settlement")
        return answer
    }

    func deliver(_ close: Verified<Close>) async throws(Refusal) {
        try await broker.deliver(close)
    }

    private func write(_ bytes: [UInt8], _ name: String) throws(Refusal) {
        let file = folder.appendingPathComponent(name)
        do { try Data(bytes).write(to: file, options: .atomic) } catch {
            throw Refusal(.storageFailed, "‘\(file.path)’ cannot be written")
        }
    }
}
