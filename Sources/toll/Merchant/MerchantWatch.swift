import Foundation
import Logging
import PayWord
import ServiceLifecycle
import TollBrokerAPI
import TollMerchant
import TollSQLite

/// Finds out once a minute what takes too long to find out each time somebody asks: what all channels
/// come to, and whether the brokers answer.
struct MerchantWatch: Service {
    /// Of all its time, the adding up takes at most this part.
    static let restFactor = 20

    let watched: MerchantOperator
    let home: MerchantHome
    let clients: [(url: String, client: BrokerClient)]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await addUp() }
                for (url, client) in clients {
                    group.addTask { await ask(url, client) }
                }
            }
        }
    }

    private func addUp() async {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            let start = clock.now
            do throws(Refusal) { watched.note(try await home.store.balance(of: home.asset)) } catch
            {
                logger.warning("no balance", metadata: ["reason": "\(error.reason.code)"])
            }
            let rest = (clock.now - start) * Self.restFactor
            try? await Task.sleep(for: max(.seconds(60), rest))
        }
    }

    private func ask(_ url: String, _ client: BrokerClient) async {
        while !Task.isCancelled {
            do throws(Refusal) {
                _ = try await client.describe()
                watched.note(broker: url, fault: nil)
            } catch {
                guard !Task.isCancelled else { return }
                watched.note(broker: url, fault: error.reason.code)
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }
}

/// Tells that the service is about to stop, before anything else does.
struct DrainNotice: Service {
    let onDrain: @Sendable () -> Void

    func run() async throws {
        try? await gracefulShutdown()
        onDrain()
    }
}

/// Whether a store answers and takes a write.
enum StoreProbe {
    /// A code of what is wrong; nil if nothing is.
    static func fault(of store: any ChannelStore) async -> String? {
        do throws(Refusal) {
            let nobody = CommitmentID(hex: String(repeating: "0", count: 32))
            guard let nobody else { return nil }
            _ = try await store.channel(nobody)
            // A write that finds no row takes the writer's lock and changes nothing.
            try await store.markCloseDelivered(nobody)
            return nil
        } catch {
            return error.reason.code
        }
    }
}

/// Whether a folder takes a small file, on disk.
enum DiskProbe {
    static let fileName = ".probe"

    /// A code of what is wrong; nil if nothing is.
    static func fault(in folder: String) -> String? {
        let path = "\(folder)/\(fileName)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return "storage-failed" }
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = [UInt8](repeating: 0x2e, count: 4096)
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        return count == bytes.count && fsync(descriptor) == 0 ? nil : "storage-failed"
    }
}
