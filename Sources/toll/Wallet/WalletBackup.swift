import ArgumentParser
import PayWord
import TollCLI
import TollSQLite

/// `toll wallet backup`: a copy of the records while programs pay.
struct WalletBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the wallet's records into a file, while programs pay.",
        discussion: """
            The secret is not in it; with the secret alone, toll wallet restore finds every channel \
            again. An older copy costs history and budgets: a merchant that has seen more paywords \
            says so, and the wallet goes on from there. To use a copy, put it in the place of \
            wallet.sqlite while nothing pays.

            EXAMPLES
              toll wallet backup /backup/wallet-$(date +%F).sqlite
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The file to write; there must be none yet.", completion: .file())
    var file: String

    func run() async throws {
        let context = try await common.context()
        guard context.places.has(.wallet, WalletSettings.fileName) else {
            throw CommandError(
                code: "not-found",
                detail: "there is no wallet in ‘\(context.places.folder(.wallet))’",
                hint: "make one: toll wallet init --broker URL", exitCode: .unknown)
        }
        let settings: WalletSettings = try JSONFile.read(
            WalletSettings.self, from: context.places.file(.wallet, WalletSettings.fileName))
        try RoleCopies.checkFile("wallet", settings.store)
        let store = try SQLiteWalletStore(
            path: context.places.file(.wallet, WalletHome.storeFile))
        let copy = try await RoleCopies.make(file) { () throws(Refusal) in
            try await store.copy(to: file)
        }
        RoleCopies.show(
            copy, at: file, secret: context.places.file(.wallet, WalletHome.secretFile), context)
    }
}
