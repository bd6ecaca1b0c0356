import Foundation
import PayWord
import TollCLI
import TollMerchant

/// A broker whose settlements are also left in a folder, two files a batch: the redemption as it was
/// sent and the answer as it came. Whoever has the two can check every figure without any of us.
struct EvidenceKeeper: RedeemingBroker {
    private let broker: any RedeemingBroker
    private let folder: URL

    init(_ broker: any RedeemingBroker, folder: String) throws {
        self.broker = broker
        self.folder = try Self.make(folder)
    }

    /// Leaves one batch in a folder.
    static func write(
        _ redemption: [UInt8], _ answer: [UInt8], _ batch: BatchID, in folder: String
    ) throws {
        let folder = try make(folder)
        try write(redemption, folder.appendingPathComponent("\(batch.hex).redemption"))
        try write(answer, folder.appendingPathComponent("\(batch.hex).settlement"))
    }

    /// Makes the folder, and tries it before anything is sent: an answer that cannot be left there
    /// would not be booked.
    private static func make(_ folder: String) throws(CommandError) -> URL {
        let place = URL(fileURLWithPath: folder, isDirectory: true)
        let isMade: Void? = try? FileManager.default.createDirectory(
            at: place, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        guard isMade != nil, DiskProbe.fault(in: place.path) == nil else {
            throw CommandError(
                Refusal(.storageFailed, "no file can be written in the folder ‘\(folder)’"),
                hint: "name a folder on a disk with room, where this user may write")
        }
        return place
    }

    func describe() async throws(Refusal) -> BrokerDescription { try await broker.describe() }

    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        try await broker.enrol(request)
    }

    func redeem(_ redemption: Verified<Redemption>) async throws(Refusal) -> SettlementAnswer {
        let answer = try await broker.redeem(redemption)
        let name = redemption.payload.batchID.hex
        try Self.write(
            redemption.encoded, folder.appendingPathComponent("\(name).redemption"))
        try Self.write(answer.encoded, folder.appendingPathComponent("\(name).settlement"))
        return answer
    }

    func deliver(_ close: Verified<Close>) async throws(Refusal) {
        try await broker.deliver(close)
    }

    private static func write(_ bytes: [UInt8], _ file: URL) throws(Refusal) {
        do { try Data(bytes).write(to: file, options: .atomic) } catch {
            throw Refusal(.storageFailed, "‘\(file.path)’ cannot be written")
        }
    }
}
