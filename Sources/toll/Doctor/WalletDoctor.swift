import Foundation
import KeyFile
import PayWord
import TollCLI
import TollSQLite

/// What the doctor looks at in a wallet's folder.
struct WalletDoctor {
    let context: CommandContext
    let connection: ConnectionOptions

    func look() async -> [Finding] {
        let folder = context.places.folder(.wallet)
        var findings = [
            MachineCheck.folder("wallet folder", folder),
            MachineCheck.secret(
                "wallet secret", context.places.file(.wallet, WalletHome.secretFile),
                bytes: SecretFile.byteCount),
            MachineCheck.disk("wallet disk", folder),
            database(),
        ]
        let settings: WalletSettings
        do throws(CommandError) {
            settings = try JSONFile.read(
                WalletSettings.self, from: context.places.file(.wallet, WalletSettings.fileName))
        } catch {
            return findings + [.fault("wallet settings", error.detail, fix: error.hint)]
        }
        do throws(Refusal) {
            _ = try settings.policy()
            findings.append(.ok("wallet settings", "no mistake"))
        } catch {
            findings.append(.fault("wallet settings", error.detail, fix: "mend wallet.json"))
        }
        guard let broker = settings.broker else { return findings }
        let question = BrokerQuestion(context: context, connection: connection)
        return findings
            + (await question.ask(
                "wallet broker", broker.url, root: broker.root,
                asset: try? AssetText.asset(settings.asset)))
    }

    private func database() -> Finding {
        let path = context.places.file(.wallet, WalletHome.storeFile)
        guard FileManager.default.fileExists(atPath: path) else {
            return .fault(
                "wallet database", "‘\(path)’ is missing",
                fix: "toll wallet restore brings channels back from the secret and the broker")
        }
        do throws(Refusal) { _ = try SQLiteWalletStore(path: path) } catch {
            return .fault(
                "wallet database", error.detail,
                fix: "put a copy back, or move it away and run toll wallet restore")
        }
        return .ok("wallet database", "it opens")
    }
}
