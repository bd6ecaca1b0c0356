import PayWord
import TollBrokerAPI
import TollCLI

/// What the doctor asks a broker, whoever its customer is.
struct BrokerQuestion {
    let context: CommandContext
    let connection: ConnectionOptions

    /// Whether it answers, is the one that it should be, knows the asset, has keys that hold, and has
    /// the same time.
    func ask(_ name: String, _ url: String, root: String, asset: Asset?) async -> [Finding] {
        let client: BrokerClient
        do { client = try connection.broker(url, context) } catch {
            return [.fault(name, error.detail, fix: error.hint)]
        }
        var findings: [Finding] = []
        do throws(Refusal) {
            let description = try await client.describe()
            findings.append(isItself(name, url, description, root, asset))
            findings.append(Self.keys("\(name) keys", description))
            findings.append(await clock("\(name) clock", client))
        } catch {
            findings.append(
                .fault(
                    name, "\(url): \(error.detail)",
                    fix: brokerHint(error) ?? "ask its operator: \(error.reason.code)"))
        }
        await client.shutdown()
        return findings
    }

    private func isItself(
        _ name: String, _ url: String, _ description: BrokerDescription, _ root: String,
        _ asset: Asset?
    ) -> Finding {
        guard "\(description.root)" == root else {
            return .fault(
                name, "another broker answers at \(url): \(description.root)",
                fix: "correct the root key or the address; if neither changed, trust nothing there")
        }
        if let asset, !description.assets.contains(asset) {
            return .fault(
                name, "it keeps no accounts in \(asset)",
                fix: "use one of \(description.assets.map { "\($0)" }.joined(separator: ", "))")
        }
        return .ok(name, "\(url) answers")
    }

    /// The keys that the broker signs with; the one that holds longest counts.
    static func keys(_ name: String, _ description: BrokerDescription) -> Finding {
        guard let identity = try? description.identity else {
            return .fault(
                name, "its root did not certify them", fix: "redeem nothing there; ask its operator"
            )
        }
        let certificates = identity.signingCertificates.values.map(\.payload)
        guard let last = certificates.max(by: { $0.notAfter < $1.notAfter }) else {
            return .ok(name, "it signs with its root")
        }
        return MachineCheck.certificate(
            name, from: last.notBefore.seconds, to: last.notAfter.seconds,
            now: CommandContext.clock().seconds)
    }

    private func clock(_ name: String, _ client: BrokerClient) async -> Finding {
        guard let theirs = await client.time() else {
            return .skipped(name, "the broker does not tell the time")
        }
        let ours = CommandContext.clock()
        return MachineCheck.clock(
            name, ahead: Int64(clamping: ours.seconds) - Int64(clamping: theirs.seconds))
    }
}
