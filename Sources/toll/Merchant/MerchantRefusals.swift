import ArgumentParser
import PayWord
import TollCLI
import TollMerchant

/// `toll merchant refusals`: what brokers refused, and why.
struct MerchantRefusals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refusals",
        abstract: "List claims that a broker refused, with its reasons.",
        discussion: """
            A claim that may pass later goes into the next batch by itself. One that is refused for \
            good waits for you: nothing more of its channel is claimed before you say so with \
            --again. Every refusal stays on the list, the newest first.

            EXAMPLES
              toll merchant refusals
              toll merchant refusals --waiting
              toll merchant refusals --again 5f0c…e1
              toll merchant refusals --json | jq -r '.[] | select(.state == "waits for you").channel'
            """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "Show only what waits for you.")
    var waiting = false

    @Option(help: ArgumentHelp("Let this channel be claimed again.", valueName: "channel"))
    var again: String?

    @Option(help: "How many to list at most.")
    var limit = 100

    @Option(help: "Leave out so many of the newest.")
    var skip = 0

    func validate() throws {
        guard limit > 0, skip >= 0 else {
            throw ValidationError("--limit is at least 1, and --skip at least 0")
        }
    }

    func run() async throws {
        let home = try await MerchantHome(common.context(), writing: again != nil)
        if let again { return try await claimAgain(again, home) }
        var table = Table([
            "Refused at", "Channel", "Amount", "Reason", "State", "Broker", "Batch", "Position",
        ])
        table.emptyText = waiting ? "nothing waits for you" : "no broker refused anything"
        var hints: [Reason] = []
        var skipped = skip
        while table.rows.count < limit {
            let page = try await home.store.refusals(skipping: skipped, limit: Self.pageMaximum)
            for refusal in page where table.rows.count < limit {
                let state = try await Self.state(of: refusal, home)
                guard !waiting || state == .waits else { continue }
                table.add(Self.row(refusal, state))
                if state == .waits, let reason = refusal.reason, !hints.contains(reason) {
                    hints.append(reason)
                }
            }
            skipped += page.count
            guard page.count == Self.pageMaximum else { break }
        }
        home.context.output.show(table)
        for reason in hints { home.context.output.say("\(reason.code): \(reason.hint)") }
    }

    private static let pageMaximum = 1000

    /// What became of a refused claim since.
    private enum State: String {
        case waits = "waits for you"
        case claimable = "to be claimed again"
        case settled = "settled since"
        case purged
        case batch = "claims made anew"
    }

    private static func state(
        of refusal: ClaimRefusal, _ home: MerchantHome
    ) async throws(Refusal) -> State {
        guard let id = refusal.channel else { return .batch }
        guard let state = try await home.store.channel(id)?.state else { return .purged }
        if state.refusedReasonNumber != nil { return .waits }
        return try state.settledWorth >= state.dueWorth ? .settled : .claimable
    }

    private static func row(_ refusal: ClaimRefusal, _ state: State) -> [Cell] {
        [
            .text(UTCText.text(refusal.refusedAt)), .optional(refusal.channel?.hex),
            .amount(refusal.expected, refusal.asset),
            .text(refusal.reason?.code ?? "reason \(refusal.reasonNumber)"),
            .text(state.rawValue), .text("\(refusal.broker)"), .text(refusal.batchID.hex),
            refusal.position.map { .count($0) } ?? .optional(nil),
        ]
    }

    private func claimAgain(_ text: String, _ home: MerchantHome) async throws {
        let id = try ChannelText.typed(text, from: "toll merchant refusals")
        guard let state = try await home.store.channel(id)?.state else {
            throw CommandError(
                Refusal(.unknownCommitment, "this merchant has no channel \(id)"),
                hint: "copy it whole from toll merchant refusals --waiting")
        }
        guard let number = state.refusedReasonNumber else {
            throw CommandError(
                code: "not-refused", detail: "no refusal stands in the way of channel \(id)",
                hint: "see what waits with toll merchant refusals --waiting", exitCode: .refused)
        }
        try await home.store.claimAgain(id)
        var facts = Facts()
        facts.add("Channel", .text(id.hex))
        facts.add("Was refused for", .text(state.refusedReason?.code ?? "reason \(number)"))
        home.context.output.show(facts)
        home.context.output.say("the next redemption claims it: toll merchant redeem")
    }
}
