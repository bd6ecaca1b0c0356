import Foundation
import KeyFile
import PayWord
import TollCLI
import TollMerchant
import TollSQLite
import TollTransport

/// What the doctor looks at in a merchant's folder.
struct MerchantDoctor {
    let context: CommandContext
    let connection: ConnectionOptions

    func look() async -> [Finding] {
        let folder = context.places.folder(.merchant)
        let keyPath = context.places.file(.merchant, MerchantHome.keyFile)
        let key = MachineCheck.secret("merchant key", keyPath, bytes: SecretFile.byteCount)
        var findings = [MachineCheck.folder("merchant folder", folder), key]
        findings += files(folder)
        let configuration: MerchantConfiguration
        do throws(CommandError) { configuration = try context.merchantConfiguration() } catch {
            findings.append(.fault("merchant configuration", error.detail, fix: error.hint))
            return findings
        }
        findings += self.configuration(configuration)
        let values = configuration.values
        findings.append(
            MachineCheck.files(
                "merchant open files", connections: values.whole("limits.connections") ?? 4096))
        findings += tls(values)
        if let database = values.text("store") {
            findings += await server(database, values, key)
        } else {
            findings += await store(values, key)
        }
        findings += await brokers(values)
        findings += await counters(values)
        return findings
    }

    private func configuration(_ configuration: MerchantConfiguration) -> [Finding] {
        let faults = configuration.faults
        guard !faults.isEmpty else { return [.ok("merchant configuration", "no mistake")] }
        return faults.map { .configuration("merchant configuration", $0) }
    }

    private func files(_ folder: String) -> [Finding] {
        var findings = [MachineCheck.disk("merchant disk", folder)]
        findings.append(
            DiskProbe.fault(in: folder) == nil
                ? .ok("merchant disk writes", "a file was written and flushed")
                : .fault(
                    "merchant disk writes", "no file can be written and flushed in ‘\(folder)’",
                    fix: "look at dmesg and mount: is the disk full, broken or read-only?"))
        let path = context.places.file(.merchant, MerchantHome.storeFile)
        // Where the books are in a database, none is wanted.
        if FileManager.default.fileExists(atPath: path) {
            findings.append(MachineCheck.secret("merchant database file", path))
        }
        return findings
    }

    // MARK: TLS

    private func tls(_ values: ConfigurationValues) -> [Finding] {
        guard let certificate = values.text("tls.certificate"), let key = values.text("tls.key")
        else { return [] }
        let name = "merchant certificate"
        var findings = [MachineCheck.secret("merchant certificate key", key)]
        guard let chainBytes = FileManager.default.contents(atPath: certificate) else {
            return findings + [
                .fault(name, "‘\(certificate)’ cannot be read", fix: "correct tls.certificate")
            ]
        }
        guard let keyBytes = FileManager.default.contents(atPath: key) else { return findings }
        do throws(Refusal) {
            let identity = try ServerIdentity(
                certificateChainPEM: Array(chainBytes), privateKeyPEM: Array(keyBytes))
            findings.append(
                MachineCheck.certificate(
                    name, from: identity.notBefore.seconds, to: identity.notAfter.seconds,
                    now: CommandContext.clock().seconds))
        } catch {
            findings.append(
                .fault(
                    name, error.detail,
                    fix: "put a PEM chain and the key that belongs to it in place of these"))
        }
        return findings
    }

    // MARK: The database

    private func store(_ values: ConfigurationValues, _ key: Finding) async -> [Finding] {
        let path = context.places.file(.merchant, MerchantHome.storeFile)
        let name = "merchant database"
        guard FileManager.default.fileExists(atPath: path) else {
            return [
                .fault(
                    name, "‘\(path)’ is missing",
                    fix: "put the newest copy there, with its -wal and -height files, before the "
                        + "service starts: it would begin anew")
            ]
        }
        guard key.state != .fault,
            let seed = try? SecretFile.read(
                context.places.file(.merchant, MerchantHome.keyFile))
        else { return [.skipped(name, "its key cannot be read")] }
        let store: SQLiteChannelStore
        do throws(Refusal) {
            store = try SQLiteChannelStore(path: path, merchant: SigningKey(seed: seed).publicKey)
        } catch {
            return [.fault(name, error.detail, fix: Self.databaseHint(error))]
        }
        if let staleness = store.staleness {
            return [
                .fault(
                    "merchant newest copy", staleness.detail,
                    fix: "stop, and look for the newest copy; only if there is none: toll merchant "
                        + "restore (docs/operations.md, “When only an older copy is left”)")
            ]
        }
        var findings: [Finding] = [await newestCopy(store)]
        findings.append(await writable(name, store))
        findings.append(await durable("merchant durability", store))
        findings += serving(values, store)
        findings += await MerchantBooksCheck(store: store, values: values, seed: seed).look()
        return findings
    }

    private static func databaseHint(_ refusal: Refusal) -> String {
        refusal.reason == .wrongMerchant
            ? "put the key back that belongs to this database"
            : "is it the merchant's database, whole, and this program not older than it?"
    }

    /// The tables of a PostgreSQL server, which says itself whether it keeps what it acknowledged.
    private func server(
        _ database: String, _ values: ConfigurationValues, _ key: Finding
    ) async -> [Finding] {
        let name = "merchant database"
        guard key.state != .fault,
            let seed = try? SecretFile.read(
                context.places.file(.merchant, MerchantHome.keyFile))
        else { return [.skipped(name, "its key cannot be read")] }
        do {
            let opened = try await RoleStore<any ChannelStore>.open(
                context, database: database, merchant: try SigningKey(seed: seed).publicKey)
            var findings = [await writable(name, opened.store)]
            findings.append(
                .ok("merchant durability", "fsync, full_page_writes and synchronous_commit are on"))
            findings += serving(values, isOurs: false)
            findings += await MerchantBooksCheck(
                store: opened.store, values: values, seed: seed
            ).look()
            return findings
        } catch {
            let error = CommandError(describing: error)
            return [.fault(name, error.detail, fix: error.hint)]
        }
    }

    private func newestCopy(_ store: SQLiteChannelStore) async -> Finding {
        let name = "merchant newest copy"
        do throws(Refusal) {
            let takenUp = try await store.takenUp()
            return .ok(name, takenUp.map(RoleCopies.words) ?? "nothing is missing")
        } catch {
            return .skipped(name, error.detail)
        }
    }

    private func writable(_ name: String, _ store: any ChannelStore) async -> Finding {
        guard let fault = await StoreProbe.fault(of: store) else {
            return .ok(name, "it answers and takes writes")
        }
        return .fault(
            name, "it does not take a write: \(fault)",
            fix: "is the disk full or read-only, or does another program hold the database?")
    }

    private func durable(_ name: String, _ store: SQLiteChannelStore) async -> Finding {
        switch try? await store.isDurable() {
        case true?: .ok(name, "write-ahead log, synchronous=FULL")
        case false?:
            .fault(
                name, "a loss of power loses what was acknowledged",
                fix: "report this: the program opens its database with synchronous=FULL")
        case nil: .skipped(name, "the database does not say")
        }
    }

    private func serving(_ values: ConfigurationValues, _ store: SQLiteChannelStore) -> [Finding] {
        var isOurs = false
        do throws(Refusal) { try store.takeServingLock() } catch { isOurs = error.reason == .busy }
        return serving(values, isOurs: isOurs)
    }

    private func serving(_ values: ConfigurationValues, isOurs: Bool) -> [Finding] {
        var findings: [Finding] = [
            .ok("merchant service", isOurs ? "it runs" : "it does not run")
        ]
        for (name, key) in [
            ("merchant port", "listen"), ("merchant operator port", "metrics.listen"),
        ] {
            guard let text = values.text(key), let endpoint = try? Endpoint(text),
                let port = UInt16(exactly: endpoint.port)
            else { continue }
            findings.append(PortCheck.free(name, host: endpoint.host, port: port, isOurs: isOurs))
        }
        return findings
    }

    // MARK: Brokers

    private func brokers(_ values: ConfigurationValues) async -> [Finding] {
        let question = BrokerQuestion(context: context, connection: connection.with(values))
        let asset = values.text("asset").flatMap { try? AssetText.asset($0) }
        var findings: [Finding] = []
        for place in 0..<values.count("brokers") {
            guard let url = values.text("brokers[\(place)].url"),
                let root = values.text("brokers[\(place)].root")
            else { continue }
            let name = "merchant broker" + (values.count("brokers") > 1 ? " \(place)" : "")
            findings += await question.ask(name, url, root: root, asset: asset)
        }
        return findings
    }
}
