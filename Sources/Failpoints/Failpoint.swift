/// Places at which a test may have a process killed, named for what a crash there must not break.
///
/// They exist in debug builds alone; in a release build, reaching one does nothing.
public enum Failpoint: String, Sendable, CaseIterable {
    /// The wallet has chosen paywords, and written nothing.
    case walletBeforeWriteAhead = "wallet-before-write-ahead"
    /// The wallet's write-ahead is on disk, and nothing is revealed.
    case walletBeforeReveal = "wallet-before-reveal"
    /// The paywords are on the wire, and no answer has come.
    case walletAfterReveal = "wallet-after-reveal"
    /// The merchant was shown paywords, and nothing of them is on disk.
    case merchantBeforeCommit = "merchant-before-commit"
    /// The merchant has paywords on disk, and nothing is acknowledged.
    case merchantAfterCommit = "merchant-after-commit"
    /// The merchant has recorded a batch, and not sent it.
    case merchantBeforeRedeem = "merchant-before-redeem"
    /// The merchant has the settlement, and not recorded it.
    case merchantAfterRedeem = "merchant-after-redeem"
    /// The broker has walked a batch's chains, and its transaction has not begun.
    case brokerBeforeSettlement = "broker-before-settlement"
    /// The broker's transaction has written entries, and is not committed.
    case brokerInSettlement = "broker-in-settlement"
    /// The settlement is on disk, and not answered.
    case brokerAfterSettlement = "broker-after-settlement"
}
