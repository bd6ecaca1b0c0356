public import PayWord
public import PeerProtocol

/// One authenticated connection to one merchant, as a wallet needs it. `TollTransport` implements it
/// over TCP and TLS; tests do in memory.
///
/// The hello is done when a link exists: ``merchant`` has proved its key over ``transcript``. A link
/// that is lost makes every waiting and every later call throw `timed-out`; the wallet then knows
/// nothing of what was counted until it opens the channel on another link.
///
/// ```swift
/// let link: any MerchantLink = try await PeerConnection.connect(
///     to: PeerAddress(host: "shop.example", port: 4402), trust: .systemAuthorities,
///     merchant: merchantKey, agent: "example/1", clock: clock)
/// let offer = try await wallet.quote("/weather", over: link)
/// try await wallet.connect(channel.id, over: link)
/// ```
public protocol MerchantLink: Sendable {
    /// Who answers at the other end, proved by its signature of the hello.
    var merchant: PublicKey { get }
    /// What the open proof binds a channel to.
    var transcript: Digest { get }
    /// What the merchant allows on this connection.
    var limits: PeerLimits { get }

    /// The merchant's signed offer for a resource. Its signature is the caller's to check.
    func quote(_ resource: String) async throws(Refusal) -> SignedObject<Offer>

    /// Opens a channel or resumes it, under a handle that the link picks. The proof is the payer
    /// key's signature of `"tollchain/1 open" || transcript(32) || commitment id(16)`.
    func open(
        _ commitment: SignedObject<Commitment>, funding: [[UInt8]], proof: Signature,
        salt: TermsSalt?
    ) async throws(Refusal) -> Opened

    /// Sends payments in order, pipelined within ``limits``.
    /// - Returns: what each was answered, by position, when all are answered.
    /// - Throws: `timed-out` when the connection is lost before that; some of the payments may have
    ///   been counted.
    func pay(
        _ handle: Handle, _ payments: [OutgoingPayment]
    ) async throws(Refusal) -> [Result<AcknowledgedState, Refusal>]

    /// Asks the merchant to close the channel. Signatures are the caller's to check.
    func close(
        _ handle: Handle, _ request: Verified<CloseRequest>
    ) async throws(Refusal) -> (close: SignedObject<Close>, receipt: SignedObject<Receipt>)

    /// The merchant's signed statement of what the channel has paid. Its signature is the caller's
    /// to check.
    func receipt(_ handle: Handle) async throws(Refusal) -> SignedObject<Receipt>

    /// Ends the connection. Ending it twice does nothing.
    func end() async
}
