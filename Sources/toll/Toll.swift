import ArgumentParser
import TollCLI

/// The command line: parses, calls one thing, prints.
@main
struct Toll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toll",
        abstract: "Charge a fraction of a cent: one signature, then one hash a payment.",
        discussion: """
            A wallet signs one promise and then pays by revealing one 32-byte hash at a time. A \
            merchant checks each with one hash, offline. A broker turns thousands of them into one \
            settlement.

            EXAMPLES
              toll demo                        three processes, one settlement
              toll broker init --faucet && toll broker serve
              toll merchant init --broker http://127.0.0.1:8420 --price article=0.0025
              toll wallet init --broker http://127.0.0.1:8420 && toll wallet load 5
              toll wallet pay toll+tcp://KEY@127.0.0.1:7600 article
              toll doctor                      what is wrong here, and what to do about it
              toll inspect d28458…             the hexadecimal of any object or frame
              toll conformance run -- COMMAND  compare another implementation

            FILES
              Everything is below --home or TOLL_HOME if given; else in the XDG folders.
              Settings come from flags, then TOLL_… variables, then config.json, then defaults.

            EXIT STATUS
              0 done · 1 failed · 2 wrong usage · 3 refused by the other side · 4 unknown ·
              5 unreachable · 6 needs your confirmation · 7 over budget · 8 a check failed
            """,
        version: CommandLineProgram.version,
        subcommands: [
            DemoCommand.self, WalletCommand.self, MerchantCommand.self, BrokerCommand.self,
            DoctorCommand.self, InspectCommand.self,
            ConformanceCommand.self, DemoWalletCommand.self,
            DemoPendingCommand.self,
            DemoAuditCommand.self,
        ])

    static func main() async { await CommandLineProgram.run(Self.self) }
}

typealias ExitCode = TollCLI.ExitCode
