import ArgumentParser

/// `toll conformance`: for whoever writes another implementation.
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Compare another implementation of the protocol with this one.",
        discussion: """
            The test vectors in fixtures/ are requests of a small protocol: one JSON object a line \
            in, one out. This program answers it (stub), and asks others by it (run). It can also be \
            a live merchant or wallet that misbehaves on purpose (peer). \
            spec/13-conformance.md describes every operation.

            EXAMPLES
              toll conformance stub < requests.jsonl
              toll conformance run -- python3 my_stub.py
              toll conformance peer wallet --connect toll+tcp://KEY@127.0.0.1:7600 --misbehave all
            """,
        subcommands: [ConformanceStubCommand.self, ConformanceRunCommand.self, PeerCommand.self])
}
