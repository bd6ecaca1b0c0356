import PayWord
import PeerProtocol
import TollMerchant
import TollWallet

/// What the audit found, as it says it on standard output.
struct DemoAudit: Codable {
    var payments = 0
    var paywords: UInt64 = 0
    var channels = 0
    var settlements = 0
    var claims: UInt64 = 0
    var gross = ""
    var fee = ""
    var net = ""
    var asset: String
    var lostPayments = 0
    var doublePayments = 0
    var isLedgerSumZero = false
    var paymentFrameBytes = 0
    /// What does not add up, in words; empty where all does.
    var findings: [String] = []

    init(asset: Asset) { self.asset = asset.code }

    mutating func find(_ what: String) { findings.append(what) }

    /// What must hold at any moment: every acknowledged payment is accepted, and nothing is accepted
    /// that was not revealed.
    mutating func compare(
        _ before: WalletRecords, _ merchant: MerchantRecords, _ after: WalletRecords
    ) {
        channels = merchant.channels.count
        for (id, wallet) in before.channels {
            let acknowledged = wallet.payments.filter { $0.state == .acknowledged }
            guard let channel = merchant.channels[id] else {
                lostPayments += acknowledged.count
                continue
            }
            lostPayments += acknowledged.count { $0.total > channel.state.spent }
            if wallet.spent > channel.state.spent {
                find("\(id): the wallet was told \(wallet.spent), \(channel.state.spent) is spent")
            }
        }
        for (id, channel) in merchant.channels {
            guard let wallet = after.channels[id] else {
                find("\(id): the merchant has a channel that no wallet has")
                continue
            }
            for (accepted, revealed) in zip(channel.state.indexes, wallet.revealed)
            where accepted > revealed {
                find("\(id): accepted \(accepted), but revealed only \(revealed)")
            }
            if channel.state.spent > wallet.charged {
                doublePayments += 1
                find("\(id): spent \(channel.state.spent), but charged only \(wallet.charged)")
            }
        }
    }

    /// What must hold when nothing is under way: each channel has spent what its wallet has paid,
    /// and, if there is a plan, paid its plan, once.
    mutating func finish(
        _ wallets: WalletRecords, _ merchant: MerchantRecords, _ plan: DemoPlan?
    ) {
        payments = 0
        var paid: [UInt64] = []
        for (id, wallet) in wallets.channels {
            let acknowledged = wallet.payments.filter { $0.state == .acknowledged }
            let sum = acknowledged.reduce(UInt64(0)) { $0 + $1.amount.units }
            let spent = merchant.channels[id]?.state.spent.units ?? 0
            payments += acknowledged.count
            paid.append(sum)
            if spent > sum { doublePayments += 1 }
            if spent < sum { lostPayments += 1 }
            if spent != sum { find("\(id): paid \(sum), spent \(spent)") }
        }
        guard let plan else { return }
        let count = plan.prices.reduce(0) { $0 + $1.count }
        if payments > count { doublePayments += payments - count }
        if payments < count { lostPayments += count - payments }
        if paid.sorted() != plan.prices.map({ $0.reduce(0, +) }).sorted() {
            find("what the channels have paid is not what was planned")
        }
    }

    /// The size of a one-chain payment, made anew from the largest figures of the run.
    mutating func measureFrame(_ merchant: MerchantRecords) throws {
        for channel in merchant.channels.values {
            guard let claim = channel.state.paywords.first else { continue }
            var frames = FrameEncoder()
            try frames.write(
                .pay(
                    Pay(
                        handle: Handle(UInt16(clamping: merchant.channels.count - 1)),
                        sequence: UInt32(clamping: channel.state.payments), paywords: [claim],
                        amount: try Amount(units: 99))))
            paymentFrameBytes = max(paymentFrameBytes, frames.take().count)
        }
    }
}
