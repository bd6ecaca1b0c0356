import PayWord
import TollCLI
import TollMerchant

/// What the doctor reads in a merchant's books: money that waits for a person, or that will be lost.
struct MerchantBooksCheck {
    /// How long before the end of their redemption channels are named.
    static let noticeSeconds: Seconds = 2 * .day
    /// Channels are read in pages of so many.
    static let pageCount = 1000

    let store: any ChannelStore
    let asset: Asset?
    let brokers: [PublicKey]
    let now: Timestamp

    init(store: any ChannelStore, values: ConfigurationValues, seed: SecretBytes) {
        self.store = store
        asset = values.text("asset").flatMap { try? AssetText.asset($0) }
        var brokers = (0..<values.count("brokers")).compactMap {
            values.text("brokers[\($0)].root").flatMap { PublicKey(text: $0) }
        }
        if values.text("twoPartyMaximum") != nil, let key = try? SigningKey(seed: seed) {
            brokers.append(key.publicKey)
        }
        self.brokers = brokers
        now = CommandContext.clock()
    }

    func look() async -> [Finding] {
        guard let asset else { return [.skipped("merchant books", "the asset is not known")] }
        do throws(Refusal) {
            return [try await expiring(asset), try await waiting(), try await refused(asset)]
        } catch {
            return [
                .fault(
                    "merchant books", error.detail, fix: "put the newest copy of the database back")
            ]
        }
    }

    /// What must be redeemed soon, and what came too late.
    private func expiring(_ asset: Asset) async throws(Refusal) -> Finding {
        let name = "merchant redemption"
        var (soon, late) = (Amount.zero, Amount.zero)
        var first: Timestamp?
        for broker in brokers {
            var last: CommitmentID?
            while true {
                let page = try await store.claimable(
                    at: broker, asset: asset, after: last, limit: Self.pageCount)
                for record in page {
                    let due = try record.state.dueWorth
                        .subtractingOrZero(try record.state.claimedWorth)
                    let end = record.terms.redeemBy
                    if end < now {
                        late = try late.adding(due)
                    } else if end < now.adding(Self.noticeSeconds) {
                        soon = try soon.adding(due)
                        first = min(first ?? end, end)
                    }
                }
                last = page.last?.terms.id
                guard page.count == Self.pageCount else { break }
            }
        }
        if let first {
            return .fault(
                name,
                "\(asset.textWithCode(soon)) are lost unless redeemed by \(UTCText.text(first))",
                fix: "run toll merchant redeem now")
        }
        guard late == .zero else {
            return .warning(
                name, "\(asset.textWithCode(late)) were not redeemed in time",
                fix: "set redeem.everySeconds, such as 3600; ask the broker whether it still pays")
        }
        return .ok(name, "nothing is about to expire")
    }

    private func waiting() async throws(Refusal) -> Finding {
        var count = 0
        for broker in brokers { count += try await store.unansweredBatches(at: broker).count }
        return count == 0
            ? .ok("merchant batches", "none waits for an answer")
            : .warning(
                "merchant batches", "\(count) sent and not answered",
                fix: "toll merchant redeem sends them again, byte for byte")
    }

    private func refused(_ asset: Asset) async throws(Refusal) -> Finding {
        let channels = try await store.refusedChannels(after: nil, limit: Self.pageCount)
        guard let first = channels.first, let reason = first.state.refusedReason else {
            return .ok("merchant refusals", "the broker refused nothing")
        }
        let count = (channels.count == Self.pageCount ? "at least " : "") + "\(channels.count)"
        return .warning(
            "merchant refusals", "\(count) claims refused, the first with \(reason.code)",
            fix: "look at toll merchant refusals --waiting; \(reason.hint)")
    }
}
