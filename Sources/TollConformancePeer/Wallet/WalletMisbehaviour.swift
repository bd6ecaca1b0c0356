/// A way in which the live wallet breaks the protocol, to see what a merchant answers.
///
/// ```swift
/// WalletMisbehaviour.named("bad-payword")?.mode.expects
/// ```
public struct WalletMisbehaviour: Sendable {
    /// What is done and expected, for people.
    public let mode: PeerMode
    /// Whether it makes sense only where a broker funds commitments.
    public let needsBroker: Bool
    let play: @Sendable (PayerScript) async throws -> Void

    init(
        _ name: String, row: String, rules: String, does: String, expects: String,
        needsBroker: Bool = false, _ play: @escaping @Sendable (PayerScript) async throws -> Void
    ) {
        mode = PeerMode(name, row: row, rules: rules, does: does, expects: expects)
        self.needsBroker = needsBroker
        self.play = play
    }

    /// All of them, in the order of a connection's life.
    public static let all = frames + handshakes + opens + payments + orders + closes + loads

    /// The one of this name.
    public static func named(_ name: String) -> WalletMisbehaviour? {
        all.first { $0.mode.name == name }
    }
}
