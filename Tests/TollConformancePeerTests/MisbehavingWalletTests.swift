import PayWord
import Testing
import TollTransport

@testable import TollConformancePeer

/// Our own merchant, over a socket, against the wallet that misbehaves in every way.
@Test(arguments: WalletMisbehaviour.all)
func ourMerchantAnswersEveryMisbehavingWallet(_ misbehaviour: WalletMisbehaviour) async throws {
    let timeFlies = ["no-hello", "slow-bytes", "half-frame"].contains(misbehaviour.mode.name)
    try await WalletBench.run(hasBroker: misbehaviour.needsBroker, timeFlies: timeFlies) { wallet in
        let report = await wallet.play(misbehaviour)
        #expect(report.verdict == .passed, "\(report)")
        #expect(!report.findings.isEmpty)
    }
}

@Test(arguments: [false, true])
func ourMerchantIsRightWithAnHonestWallet(_ hasBroker: Bool) async throws {
    try await WalletBench.run(hasBroker: hasBroker) { wallet in
        let report = await wallet.pay(times: 5)
        #expect(report.verdict == .passed, "\(report)")
        #expect(report.findings.count >= 9)
    }
}

/// A merchant that takes whatever comes passes nothing but what is to be taken.
@Test(arguments: WalletMisbehaviour.all.filter { $0.mode.name != "too-many-unanswered" })
func aMerchantThatTakesEverythingFails(_ misbehaviour: WalletMisbehaviour) async throws {
    try await CarelessMerchant.run(hasBroker: misbehaviour.needsBroker) { wallet in
        let report = await wallet.play(misbehaviour)
        #expect(report.verdict == .failed, "\(report)")
    }
}

@Test func whatNeedsABrokerIsSkippedWithoutOne() async throws {
    try await WalletBench.run(hasBroker: false) { wallet in
        for misbehaviour in WalletMisbehaviour.all where misbehaviour.needsBroker {
            #expect(await wallet.play(misbehaviour).verdict == .skipped)
        }
    }
}

@Test func aMerchantThatCannotBeReachedIsUntested() async throws {
    let target = PeerWallet.Target(
        address: PeerAddress(host: "127.0.0.1", port: 1), merchant: .zero,
        asset: try Asset(code: "EUR", scale: 6))
    let wallet = PeerWallet(target, clock: { benchNow })
    #expect(await wallet.pay(times: 1).verdict == .untested)
}
