internal import NIOCore
public import PayWord
public import TollTransport

/// A live wallet to test a merchant against: it dials, opens channels and pays, and misbehaves in
/// one way after another if it is told to.
///
/// A payer connects and a merchant listens, so this one is given the address of the merchant under
/// test. It pays with commitments of its own making, each under a payer key of its own, in two-party
/// funding or with what ``Target/fund`` brings.
///
/// ```swift
/// let wallet = PeerWallet(PeerWallet.Target(address: address, merchant: key, asset: euro),
///     clock: clock)
/// for mode in WalletMisbehaviour.all { print(await wallet.play(mode).verdict) }
/// ```
public struct PeerWallet: Sendable {
    /// The merchant under test, and what it takes.
    public struct Target: Sendable {
        /// Where it listens.
        public var address: PeerAddress
        /// Who must answer.
        public var merchant: PublicKey
        /// What it sells for.
        public var asset: Asset
        /// What one payword is worth, in units.
        public var denomination: UInt64 = 1
        /// A resource that it sells; nil to ask for none.
        public var resource: String?
        /// Allows plain TCP off loopback.
        public var allowPlainTCPOffLoopback = false
        /// Who settles; nil for the merchant itself.
        public var broker: PublicKey?
        /// Has a commitment funded, where there is a broker.
        public var fund: @Sendable (SignedObject<Commitment>) async throws(Refusal) -> [[UInt8]] = {
            _ throws(Refusal) in []
        }
        /// How long an answer may take.
        public var answerTime = Duration.seconds(10)
        /// How long a merchant may bear silence before it must end the session: above its own
        /// time-out, which is 10 s for the handshake and 30 s for a frame unless set.
        public var silenceTime = Duration.seconds(45)
        /// How long between two bytes of a slow frame.
        public var byteTime = Duration.seconds(1)

        /// A merchant in two-party funding.
        public init(address: PeerAddress, merchant: PublicKey, asset: Asset) {
            self.address = address
            self.merchant = merchant
            self.asset = asset
        }
    }

    let target: Target
    let clock: @Sendable () -> Timestamp
    let events: @Sendable (PeerEvent) -> Void

    /// A wallet for one merchant.
    public init(
        _ target: Target, clock: @escaping @Sendable () -> Timestamp,
        events: @escaping @Sendable (PeerEvent) -> Void = { _ in }
    ) {
        self.target = target
        self.clock = clock
        self.events = events
    }

    /// Plays one misbehaviour, and reports what the merchant did.
    public func play(_ misbehaviour: WalletMisbehaviour) async -> PeerReport {
        let name = misbehaviour.mode.name
        if misbehaviour.needsBroker, target.broker == nil {
            return PeerReport(
                mode: name, findings: [], verdict: .skipped, note: "it needs a broker")
        }
        return await play(name) { try await misbehaviour.play($0) }
    }

    /// Pays honestly: asks for the price if there is a resource, opens, pays, asks for a receipt,
    /// closes.
    public func pay(times count: UInt32) async -> PeerReport {
        await play("honest") { try await $0.payHonestly(times: count) }
    }

    private func play(
        _ name: String, _ body: (PayerScript) async throws -> Void
    ) async -> PeerReport {
        let script = PayerScript(self)
        var note = ""
        var verdict: PeerReport.Verdict?
        do { try await body(script) } catch let stop as PayerScript.Stop {
            (verdict, note) = (stop.verdict, stop.note)
        } catch {
            // A merchant that was there and is no more is at fault.
            (verdict, note) = (script.hasConnected ? .failed : .untested, "\(error)")
        }
        script.end()
        return PeerReport(
            mode: name, findings: script.findings, verdict: verdict, note: note)
    }

    func connect() async throws -> Wire {
        do {
            let (wire, remote) = try await Wire.connect(
                host: target.address.host, port: target.address.port)
            guard target.allowPlainTCPOffLoopback || remote?.isOnThisMachine == true else {
                wire.close()
                throw Refusal(.insecureTransport, "\(target.address) is off loopback")
            }
            return wire
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.timedOut, "\(target.address) cannot be reached: \(error)")
        }
    }
}
