import ArgumentParser
import Foundation

/// `toll-chaos`: breaks real processes in every way that is known, and counts whether the money is
/// still right.
@main
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toll-chaos",
        abstract: "Break broker, merchant and payers on purpose, and check that nothing is lost.",
        subcommands: [RunCommand.self, PayerCommand.self], defaultSubcommand: RunCommand.self)
}
