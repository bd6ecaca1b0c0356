import ArgumentParser
import PayWord
import TollCLI

/// `toll doctor`: what is wrong or will be, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with this machine's wallet, merchant or broker.",
        discussion: """
            Looks at files, databases, disk, limits, clock, addresses, certificates, brokers and what \
            must be redeemed soon, of every role that has a folder here. It changes nothing and may \
            run beside the service. It ends with 8 if there is a fault, with 0 for warnings alone.

            EXAMPLES
              toll doctor
              toll doctor merchant
              toll doctor --json | jq -r '.[] | select(.state == "fault") | .what_to_do'
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Look at these roles alone: wallet, merchant, broker.")
    var roles: [String] = []

    func validate() throws {
        for role in roles where Places.Role(rawValue: role) == nil {
            throw ValidationError("‘\(role)’ is no role: there are wallet, merchant, broker")
        }
    }

    func run() async throws {
        let context = try await common.context()
        let wanted = roles.compactMap { Places.Role(rawValue: $0) }
        let present = Places.Role.allCases.filter {
            MachineCheck.isFolder(context.places.folder($0))
        }
        let looked = wanted.isEmpty ? present : wanted
        guard !looked.isEmpty else {
            throw CommandError(
                code: "not-found", detail: "there is no role's folder here to look at",
                hint: "name the folder that holds them: --home DIR", exitCode: .unknown)
        }
        var findings = [MachineCheck.user()]
        for role in looked {
            switch role {
            case .merchant:
                findings += await MerchantDoctor(context: context, connection: connection).look()
            case .broker: findings += await BrokerDoctor(context: context).look()
            case .wallet:
                findings += await WalletDoctor(context: context, connection: connection).look()
            }
        }
        context.output.show(Table(findings: findings))
        let faults = findings.count { $0.state == .fault }
        guard faults == 0 else {
            throw CommandError.checkFailed(
                faults == 1 ? "there is a fault" : "there are \(faults) faults",
                hint: "do what stands beside each, from the top down, then look again")
        }
    }
}
