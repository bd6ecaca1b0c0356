import ArgumentParser
import PayWord
import TollBrokerAPI
import TollCLI

/// `toll merchant enrol`: an account at one more broker.
struct MerchantEnrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Open an account at one more broker, and say what to add to merchant.json.",
        discussion: """
            The broker must keep accounts in the merchant's asset. Payers of the broker are served, \
            and it pays you, once it stands among brokers in merchant.json and the service was \
            restarted. Enrolling twice is safe.

            EXAMPLES
              toll merchant enrol https://second.example
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The address of the broker's API.")
    var broker: String

    func run() async throws {
        let home = try await MerchantHome(common.context())
        let client = try connection.with(home.values).broker(broker, home.context)
        let root = try await askingBroker(client) { client in
            let description = try await client.describe()
            guard description.assets.contains(home.asset) else {
                throw Refusal(.wrongAsset, "the broker there keeps no accounts in \(home.asset)")
            }
            _ = try await client.enrol(
                home.key.sign(
                    Enrolment(
                        broker: description.root, subject: home.key.publicKey, role: .merchant,
                        asset: home.asset, createdAt: CommandContext.clock(),
                        displayName: home.settings.name)))
            return description.root
        }
        var facts = Facts()
        facts.add("Root", .text("\(root)"))
        facts.add("URL", .text(broker))
        home.context.output.show(facts)
        let entry: JSONText = ["root": .text("\(root)"), "url": .text(broker)]
        let file = home.context.places.file(.merchant, MerchantSettings.fileName)
        guard !home.settings.brokers.contains(where: { $0.root == "\(root)" }) else { return }
        home.context.output.say("add to brokers in \(file), and restart the service: \(entry.text)")
    }
}
