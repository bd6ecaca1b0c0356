import KeyFile
import PayWord
import TollBrokerAPI
import TollCLI
import TollMerchant

extension MerchantDoctor {
    /// Whether each broker has credited no more than the database knows to be settled.
    func counters(_ values: ConfigurationValues) async -> [Finding] {
        let name = "merchant counters"
        guard let asset = values.text("asset").flatMap({ try? AssetText.asset($0) }) else {
            return [.skipped(name, "the asset is not known")]
        }
        guard
            let seed = try? SecretFile.read(
                context.places.file(.merchant, MerchantHome.keyFile)),
            let key = try? SigningKey(seed: seed)
        else { return [.skipped(name, "the merchant's key cannot be read")] }
        let database = values.text("store")
        // A database that is missing is a finding of its own, and is not made here.
        guard database != nil || context.places.has(.merchant, MerchantHome.storeFile),
            let opened = try? await RoleStore<any ChannelStore>.open(
                context, database: database, merchant: key.publicKey)
        else { return [.skipped(name, "the merchant's database cannot be opened")] }
        let counters = BrokerCounters(store: opened.store, key: key, asset: asset)
        let connection = connection.with(values)
        var findings: [Finding] = []
        for place in 0..<values.count("brokers") {
            guard let url = values.text("brokers[\(place)].url"),
                let root = values.text("brokers[\(place)].root").flatMap({ PublicKey(text: $0) }),
                let client = try? connection.broker(url, context)
            else { continue }
            let name = "merchant counters" + (values.count("brokers") > 1 ? " \(place)" : "")
            findings.append(await ask(name, counters, root, client))
            await client.shutdown()
        }
        return findings
    }

    private func ask(
        _ name: String, _ counters: BrokerCounters, _ root: PublicKey, _ client: BrokerClient
    ) async -> Finding {
        do throws(Refusal) {
            let standing = try await counters.standing(at: root, client)
            guard standing.isOlderCopy else { return .ok(name, counters.soundWords(standing)) }
            let words = counters.words(standing, root)
            return .fault(name, words.problem, fix: words.fix)
        } catch {
            return .skipped(name, "the broker does not say: \(error.reason.code)")
        }
    }
}
