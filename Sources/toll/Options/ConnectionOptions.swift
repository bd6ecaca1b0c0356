import ArgumentParser
import Foundation
import Logging
import PayWord
import TollBrokerAPI
import TollCLI
import TollTransport

/// Whether TLS may be left out where it matters.
struct TransportOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Do without TLS even off the loopback address.",
            discussion: "Whoever is on the way can then read and change what is sent."))
    var allowInsecureTransport = false

    func allowsInsecure(_ context: CommandContext) -> Bool {
        context.settings.isOn("allowInsecureTransport", flag: allowInsecureTransport)
    }
}

/// How a command trusts the servers that it talks to.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: "Trust the authorities in this PEM file in place of the system's.",
        completion: .file(extensions: ["pem"]))
    var trust: String?

    @OptionGroup var transport: TransportOptions

    /// These options, with what a merchant's configuration says where no flag does.
    func with(_ values: ConfigurationValues) -> ConnectionOptions {
        var connection = self
        connection.trust = trust ?? values.text("trust")
        if values.isOn("allowInsecureTransport") {
            connection.transport.allowInsecureTransport = true
        }
        return connection
    }

    /// How a connection to a merchant is protected. The address names the merchant's key, which the
    /// merchant proves over the certificate that the wallet saw, so TLS needs no authorities unless
    /// they are asked for.
    func peerTrust(
        _ address: MerchantAddress, _ context: CommandContext
    ) throws(Refusal) -> PeerTrust {
        guard address.isTLS else {
            return .plain(allowOffLoopback: transport.allowsInsecure(context))
        }
        guard let file = context.settings.string("trust", flag: trust) else { return .merchantKey }
        guard let pem = FileManager.default.contents(atPath: file) else {
            throw Refusal(.storageFailed, "‘\(file)’ cannot be read")
        }
        return .authorities(pem: Array(pem))
    }

    /// How long a person waits for a broker that does not run.
    private static let unreachedTime: Duration = .seconds(3)

    /// A client of the broker at an address. For a person it says when it tries again, and gives up
    /// soon where nobody listens; for a service it keeps trying.
    func broker(
        _ url: String, _ context: CommandContext, forService: Bool = false
    ) throws(CommandError) -> BrokerClient {
        var configuration = BrokerClientConfiguration()
        if !forService {
            configuration.unreachedTime = Self.unreachedTime
            configuration.onFirstRetry = { [output = context.output] refusal, time in
                let seconds = time.components.seconds + 1
                output.say("\(refusal.detail); trying again for up to \(seconds) s …")
            }
        }
        configuration.allowsPlainHTTPOffLoopback = transport.allowsInsecure(context)
        do {
            if let file = context.settings.string("trust", flag: trust) {
                configuration.trust = try .authorities(file: file)
            }
            return try BrokerClient(
                url, configuration: configuration, logger: context.logger("toll.broker-client"))
        } catch {
            switch error.reason {
            case .malformed:
                throw .typed(
                    error, hint: "give the URL that toll broker serve prints: http://127.0.0.1:8420"
                )
            case .insecureTransport:
                throw CommandError(
                    error,
                    hint: "use its https:// address, or --allow-insecure-transport if you know the "
                        + "risk")
            default: throw CommandError(error)
            }
        }
    }
}

/// Does work with a client for a person, and ends it. If nobody answers, the hint says how somebody
/// would.
func askingBroker<Value>(
    _ client: BrokerClient, _ work: (BrokerClient) async throws -> Value
) async throws -> Value {
    do { return try await withBroker(client, work) } catch let refusal as Refusal {
        guard let hint = brokerHint(refusal) else { throw refusal }
        throw CommandError(refusal, hint: hint)
    }
}

/// What to do about a broker that cannot be asked; nil where it gave a reason of its own.
func brokerHint(_ refusal: Refusal) -> String? {
    switch refusal.reason {
    case .timedOut:
        "is the broker running at this address? toll broker serve starts one; then run this again"
    case .malformed:
        "does a broker answer at this address, and not a merchant, or a broker with TLS (https://)? "
            + "toll broker serve prints the broker's"
    case .insecureTransport:
        "if plain HTTP is spoken there, use the http:// address that toll broker serve prints; else "
            + "name the authority of its certificate: --trust FILE"
    default: nil
    }
}

/// Does work with a client and ends it, whatever becomes of the work.
func withBroker<Value>(
    _ client: BrokerClient, _ work: (BrokerClient) async throws -> Value
) async throws -> Value {
    do {
        let value = try await work(client)
        await client.shutdown()
        return value
    } catch {
        await client.shutdown()
        throw error
    }
}
