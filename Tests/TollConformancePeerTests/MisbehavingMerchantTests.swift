import PayWord
import PeerProtocol
import Testing
import TollTransport
import TollWallet

@testable import TollConformancePeer

/// Our own wallet, over a socket, against the merchant that misbehaves in every way.
@Test(arguments: MerchantMisbehaviour.allCases)
func ourWalletDoesWhatItMustWithEveryMisbehavingMerchant(
    _ misbehaviour: MerchantMisbehaviour
) async throws {
    let report = try await MerchantBench.run(misbehaviour) { bench in
        try await Buyer(bench).buy()
    }
    #expect(report.verdict == .passed, "\(report)")
    #expect(!report.findings.isEmpty)
}

@Test func ourWalletIsRightWithAnHonestMerchant() async throws {
    let report = try await MerchantBench.run(nil) { try await Buyer($0).buy() }
    #expect(report.verdict == .passed, "\(report)")
    let rules = Set(report.findings.map(\.rule))
    #expect(rules.isSuperset(of: ["TC-06.9", "TC-06.20", "TC-06.22", "TC-06.39", "TC-06.41"]))
}

/// A wallet that believes whatever it is told fails wherever there is something not to believe.
@Test(arguments: MerchantMisbehaviour.allCases.filter { !$0.isOverBeforeItIsBelieved })
func aGullibleWalletFails(_ misbehaviour: MerchantMisbehaviour) async throws {
    let report = try await MerchantBench.run(misbehaviour) { try await Gullible($0).buy() }
    #expect(report.verdict == .failed, "\(report)")
    #expect(report.findings.contains { !$0.isRight })
}

extension MerchantMisbehaviour {
    /// Nothing is said that is sure to be heard: who pays again what was not answered is right.
    fileprivate var isOverBeforeItIsBelieved: Bool {
        [.truncatedFrame, .dropAfterCommit, .neverAcknowledges, .forgetsState].contains(self)
    }
}

@Test func aWalletThatNeverComesIsUntested() async throws {
    for misbehaviour in [nil, .wrongKey, .falseReceipt] as [MerchantMisbehaviour?] {
        let report = try await MerchantBench.run(misbehaviour) { _ in }
        #expect(report.verdict == .untested)
        #expect(!report.note.isEmpty)
    }
}

@Test func everyModeNamesItsRowItsRulesAndWhatIsExpected() {
    let modes = MerchantMisbehaviour.allCases.map(\.mode) + WalletMisbehaviour.all.map(\.mode)
    for mode in modes {
        #expect(!mode.row.isEmpty && !mode.does.isEmpty && !mode.expects.isEmpty)
        #expect(mode.rules.split(separator: " ").allSatisfy { $0.hasPrefix("TC-") })
    }
    #expect(Set(WalletMisbehaviour.all.map(\.mode.name)).count == WalletMisbehaviour.all.count)
}

@Test func nothingSecretIsInAnEvent() async throws {
    let events = EventLog()
    _ = try await MerchantBench.run(nil, events: events) { try await Buyer($0).buy() }
    let texts = events.all.flatMap(\.details).compactMap { detail in
        if case .text(let text) = detail.value { text } else { nil as String? }
    }
    // A payword, a key's seed or a signature would be 64 digits or more.
    #expect(texts.allSatisfy { $0.count < 64 })
    #expect(events.all.contains { $0.name == "pay" && $0.isTheirs })
}
