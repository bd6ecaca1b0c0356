import Foundation
import KeyFile
import PayWord
import TollCLI
import TollSQLite

/// What the doctor looks at in a broker's folder.
struct BrokerDoctor {
    let context: CommandContext

    func look() async -> [Finding] {
        let folder = context.places.folder(.broker)
        var findings = [
            MachineCheck.folder("broker folder", folder),
            MachineCheck.secret(
                "broker signing key", context.places.file(.broker, BrokerHome.signingKeyFile),
                bytes: SecretFile.byteCount),
            rootKey(),
            MachineCheck.disk("broker disk", folder),
        ]
        do throws(CommandError) {
            let settings = try JSONFile.read(
                BrokerSettings.self, from: context.places.file(.broker, BrokerSettings.fileName))
            findings.append(self.settings(settings))
            findings.append(certificate(settings))
        } catch {
            findings.append(.fault("broker settings", error.detail, fix: error.hint))
        }
        findings.append(await ledger())
        return findings
    }

    private func settings(_ settings: BrokerSettings) -> Finding {
        do throws(Refusal) { _ = try settings.policy() } catch {
            return .fault("broker settings", error.detail, fix: "mend broker.json")
        }
        guard settings.faucet == nil else {
            return .warning(
                "broker settings", "the faucet is on: it makes money of nothing",
                fix: "take faucet out of broker.json before anything real is sold")
        }
        return .ok("broker settings", "no mistake")
    }

    private func rootKey() -> Finding {
        let path = context.places.file(.broker, BrokerHome.rootKeyFile)
        guard FileManager.default.fileExists(atPath: path) else {
            return .ok("broker root key", "not on this machine")
        }
        let finding = MachineCheck.secret("broker root key", path, bytes: SecretFile.byteCount)
        guard finding.state == .ok else { return finding }
        return .warning(
            "broker root key", "it lies on a machine that serves",
            fix: "keep it offline: it is needed for a new signing key alone")
    }

    private func certificate(_ settings: BrokerSettings) -> Finding {
        let name = "broker signing certificate"
        guard let text = settings.signingCertificates.last, let bytes = Hex.decode(text),
            let object = try? SignedObject<Certificate>(decoding: bytes)
        else { return .fault(name, "there is none", fix: "bring back a copy of broker.json") }
        return MachineCheck.certificate(
            name, from: object.payload.notBefore.seconds, to: object.payload.notAfter.seconds,
            now: CommandContext.clock().seconds)
    }

    private func ledger() async -> Finding {
        let path = context.places.file(.broker, BrokerHome.storeFile)
        guard FileManager.default.fileExists(atPath: path) else {
            return .fault(
                "broker ledger", "‘\(path)’ is missing",
                fix: "put the newest copy there, with its -wal and -height files")
        }
        do throws(Refusal) {
            let store = try SQLiteLedgerStore(path: path)
            if let staleness = store.staleness {
                return .fault(
                    "broker ledger", staleness.detail,
                    fix: "stop, and look for the newest copy; only if there is none: toll broker "
                        + "restore (docs/operations.md, “When only an older copy is left”)")
            }
            if let takenUp = try await store.takenUp() {
                return .ok("broker ledger", "it opens; it was " + RoleCopies.words(takenUp))
            }
            return .ok("broker ledger", "it opens, and is the newest copy")
        } catch {
            return .fault(
                "broker ledger", error.detail,
                fix: "is it the broker's database, whole, and this program not older than it?")
        }
    }
}
