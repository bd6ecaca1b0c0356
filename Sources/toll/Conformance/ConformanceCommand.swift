import ArgumentParser

/// `toll conformance`: for whoever writes another implementation.
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Compare another implementation of the protocol with this one.",
        discussion: """
            The test vectors in fixtures/ are requests of a small protocol: one JSON object a line \
            in, one out. This program answers it (stub), and asks others by it (run). \
            spec/13-conformance.md describes every operation.

            EXAMPLES
              toll conformance stub < requests.jsonl
              toll conformance run -- python3 my_stub.py
            """,
        subcommands: [ConformanceStubCommand.self, ConformanceRunCommand.self])
}
