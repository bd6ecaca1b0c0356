/// A part of the code under a stream of bytes that nobody chose, and what must hold whatever they
/// are.
///
/// A target is a pure function of its input: the same bytes do the same thing, in the fuzzer and in
/// the test that replays the corpus.
///
/// ```swift
/// try FuzzTarget.cbor.run([0x00, 0x18, 0x05])  // refused, as it should be
/// ```
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The CBOR decoder.
    case cbor
    /// Every signed object, and the broker's answers.
    case objects
    /// Frames, however they are chopped, and messages.
    case frames
    /// The merchant's session, and the credit that it leads to.
    case merchant
    /// The payer's session.
    case payer
    /// The broker's redemption body, to the settlement and the books.
    case redemption
    /// What `toll inspect` says of bytes, and `toll conformance stub` of a line.
    case inspection
    /// Which chains a wallet advances, and which it makes.
    case choosing

    /// Feeds one input to the target.
    /// - Throws: ``BrokenPromise`` if something does not hold. A trap is as much of a finding.
    public func run(_ input: [UInt8]) throws {
        switch self {
        case .cbor: try CBORTarget.run(input)
        case .objects: try ObjectTarget.run(input)
        case .frames: try FrameTarget.run(input)
        case .merchant: try MerchantTarget.run(input)
        case .payer: try PayerTarget.run(input)
        case .redemption: try RedemptionTarget.run(input)
        case .inspection: try InspectionTarget.run(input)
        case .choosing: try ChoosingTarget.run(input)
        }
    }

    /// What is tested, in a line.
    public var summary: String {
        switch self {
        case .cbor: "what the decoder accepts is written back as the same bytes"
        case .objects: "every signed object and answer, also with signatures made right"
        case .frames: "frames and messages, however the stream is chopped"
        case .merchant: "a merchant's session, and the credit that payments give"
        case .payer: "a payer's session against any merchant, and against an honest one"
        case .redemption: "redemptions at a broker: settlements, replays, the books"
        case .inspection: "toll inspect and toll conformance stub, on bytes and on text"
        case .choosing: "the chains that a wallet advances for an amount, and makes"
        }
    }

    /// The longest input that is worth trying.
    public var bytesMaximum: Int {
        switch self {
        case .cbor, .choosing: 512
        case .merchant, .payer: 1024
        case .objects, .frames, .redemption: 4096
        case .inspection: 8192
        }
    }

    /// The files under test, as folders or files of the repository: what coverage is counted of.
    public var sources: [String] {
        let session = "Sources/PeerProtocol/Session/"
        return switch self {
        case .cbor: ["Sources/DeterministicCBOR"]
        case .objects: ["Sources/PayWord/Objects", "Sources/PayWord/Requests"]
        case .frames: ["Sources/PeerProtocol/Frames", "Sources/PeerProtocol/Messages"]
        case .merchant:
            [
                session + "MerchantAction.swift", session + "MerchantChannels.swift",
                session + "MerchantSession.swift", session + "MerchantSession+Answers.swift",
                session + "MerchantSession+Requests.swift", session + "FailureBudget.swift",
                session + "HelloTranscript.swift", session + "OpenProof.swift",
                "Sources/TollMerchant/Channels/ChannelState+Payment.swift",
                "Sources/PayWord/Chains/ChainVerification.swift",
            ]
        case .payer:
            [
                session + "PayerChannels.swift", session + "PayerSession.swift",
                session + "PayerSession+Answers.swift", session + "PayerSession+Requests.swift",
                session + "Queue.swift", session + "SessionEnd.swift",
            ]
        case .redemption:
            ["Sources/TollBroker/Redemption", "Sources/TollBroker/Broker+Redemption.swift"]
        case .inspection:
            [
                "Sources/TollCLI/Inspection", "Sources/TollConformance/JSON",
                "Sources/TollConformance/Operations", "Sources/TollConformance/Protocol",
            ]
        case .choosing:
            [
                "Sources/TollWallet/Choosing/AdvanceChooser.swift",
                "Sources/TollWallet/Choosing/AdvanceSearch.swift",
                "Sources/TollWallet/Choosing/ChainPlan.swift",
            ]
        }
    }
}
