internal import PayWord
internal import TollWallet

enum WalletOperations {
    static func choose(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let count = try inputs.list("chains").count
        guard count > 0 else { throw inputs.fault("chains", "is empty") }
        guard count <= Ordinal.countMaximum else {
            throw Refusal(.tooLarge, "more than \(Ordinal.countMaximum) chains")
        }
        var chains: [AdvanceChooser.Chain] = []
        for chain in try inputs.objects("chains") {
            let denomination = try chain.amount("denomination")
            guard denomination > .zero else { throw chain.fault("denomination", "is 0") }
            let length = try chain.index("length")
            guard length > .zero else { throw chain.fault("length", "is 0") }
            let revealed = try chain.index("revealed")
            guard revealed <= length else {
                throw Refusal(.indexPastEnd, "revealed \(revealed) of \(length) paywords")
            }
            chains.append(
                .init(denomination: denomination, length: length, revealed: revealed))
        }
        let choice = try AdvanceChooser.choose(
            chains: chains, credit: try inputs.amount("credit", default: .zero),
            amount: try inputs.amount("amount"))
        return [
            "indexes": .list(choice.indexes.map { .index($0) }), "worth": .amount(choice.worth),
            "excess": .amount(choice.excess), "steps": .integer(choice.steps),
        ]
    }

    static func restore(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let secret = try inputs.walletSecret()
        let broker: PublicKey = try inputs.fixed("broker")
        let asset = try inputs.asset("asset")
        let statement = try AccountStatement(decoding: try inputs.bytes("statement"))
        let account = try secret.accountKey(broker: broker).publicKey
        guard statement.account == account, statement.asset == asset else {
            throw Refusal(.unknownAccount, "the statement is of another account")
        }
        let lengths = statement.commitments.flatMap(\.commitment.payload.chains).map(\.length)
        // At most 256 entries of 8 chains: the sum fits.
        try WorkBound.check(steps: lengths.reduce(0) { $0 + UInt64($1.value) })
        var channels: [JSONValue] = []
        var foreign: [JSONValue] = []
        for entry in statement.commitments {
            do throws(Refusal) {
                let channel = try ChannelRecord(restoring: entry, at: broker, secret: secret)
                channels.append(describe(channel, entry, secret))
            } catch {
                foreign.append([
                    "id": .hex(entry.commitment.id), "reason": .reason(error.reason),
                ])
            }
        }
        return [
            "account": .hex(account), "channels": .list(channels), "foreign": .list(foreign),
            "cursor": statement.cursor.map { .hex($0) } ?? .null,
        ]
    }

    private static func describe(
        _ channel: ChannelRecord, _ entry: CommitmentEntry, _ secret: WalletSecret
    ) -> JSONValue {
        let context = channel.commitment.context
        let ordinals = Ordinal.all(count: channel.commitment.payload.chains.count)
        return [
            "id": .hex(channel.id), "merchant": .hex(channel.merchant),
            "generation": .count(channel.generation), "address": .text(channel.address),
            "salt": channel.salt.map { .hex($0) } ?? .null, "funding": .text(channel.mode.name),
            "state": .text(channel.stage == .ready ? "live" : "ended"),
            "tips": .list(ordinals.map { .hex(secret.tip(context: context, ordinal: $0)) }),
            "redeemed": .list(
                entry.redeemed.map {
                    ["ordinal": .count($0.ordinal.value), "index": .index($0.index)]
                }),
        ]
    }
}

extension FundingMode {
    fileprivate var name: String {
        switch self {
        case .reserved: "reserved"
        case .credit: "credit"
        case .twoParty: "two-party"
        }
    }
}
