import PayWord
import TollCLI
import TollTransport

extension WalletHome {
    /// How long a merchant may take that is asked whether it is there at all.
    private static let probeSeconds: Seconds = 3
    /// What took longer than this was not refused, but not answered: asking again is no use.
    private static let promptTime: Duration = .seconds(5)

    /// Connects to a merchant for a person: what fails ends with what to do about it.
    func dial(
        _ address: MerchantAddress, _ connection: ConnectionOptions
    ) async throws -> PeerConnection {
        let start = ContinuousClock.now
        do { return try await connect(address, connection) } catch {
            let isPrompt = ContinuousClock.now - start < Self.promptTime
            throw CommandError(error, hint: await hint(error, address, isPrompt: isPrompt))
        }
    }

    /// Does work on a connection and ends it, whatever becomes of the work.
    func dialling<Value>(
        _ address: MerchantAddress, _ connection: ConnectionOptions,
        _ work: (PeerConnection) async throws -> Value
    ) async throws -> Value {
        let link = try await dial(address, connection)
        do {
            let value = try await work(link)
            await link.end()
            return value
        } catch {
            await link.end()
            throw error
        }
    }

    private func hint(
        _ refusal: Refusal, _ address: MerchantAddress, isPrompt: Bool
    ) async -> String? {
        switch refusal.reason {
        case .wrongMerchant, .badSignature:
            return "another merchant answers there: copy the address anew from what toll merchant "
                + "serve prints"
        case .insecureTransport:
            return "use the merchant's toll:// address, or --allow-insecure-transport if you know "
                + "the risk"
        case .timedOut, .tooLarge, .malformed, .unexpectedMessage:
            if isPrompt, let other = await otherWay(address) {
                return
                    "the merchant there speaks \(other.isTLS ? "TLS" : "plain TCP"): use \(other)"
            }
            if refusal.reason == .tooLarge {
                return
                    "no merchant answers there: is it the broker's address? a merchant's is what "
                    + "toll merchant serve prints"
            }
            return "is the merchant running there? toll merchant serve starts it, and prints the "
                + "address to pay"
        default:
            return nil
        }
    }

    /// The same merchant with TLS in place of plain TCP, or the other way round, if it answers so.
    /// Nothing but a greeting is sent, and never in the clear off the loopback address.
    private func otherWay(_ address: MerchantAddress) async -> MerchantAddress? {
        let other = MerchantAddress(
            merchant: address.merchant, host: address.host, port: address.port,
            isTLS: !address.isTLS)
        let link = try? await PeerConnection.connect(
            to: PeerAddress(host: other.host, port: other.port),
            trust: other.isTLS ? .merchantKey : .plain(), merchant: other.merchant,
            agent: "toll/1", clock: CommandContext.clock, answerSeconds: Self.probeSeconds)
        await link?.end()
        return link == nil ? nil : other
    }
}
