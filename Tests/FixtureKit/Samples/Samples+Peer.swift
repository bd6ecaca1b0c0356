public import PayWord
public import PeerProtocol

extension Samples {
    /// The nonces of the sample handshake.
    public var payerNonce: Nonce { drawn("payer's nonce") }
    public var merchantNonce: Nonce { drawn("merchant's nonce") }

    private func drawn<Value: FixedBytes>(_ label: String) -> Value {
        var random = SeededRandom(label: label)
        return .random(using: &random)
    }

    /// The limits of the sample merchant.
    public var limits: PeerLimits {
        PeerLimits(jump: 65_536, unansweredFrames: 16, channels: 2)
    }

    /// The payer's first frame.
    public var hello: Hello { Hello(nonce: payerNonce, agent: "fixtures/1") }

    /// The merchant's answer to it, on plain TCP.
    public var helloAck: HelloAck {
        get throws(Refusal) {
            try .signed(
                answering: hello, version: 1, nonce: merchantNonce, limits: limits,
                certificate: nil, by: parties.merchant)
        }
    }

    /// The transcript of the sample handshake.
    public var transcript: Digest {
        get throws(Refusal) { HelloTranscript.digest(hello, try helloAck, certificate: nil) }
    }

    /// Opens the sample commitment under a handle.
    public func open(_ handle: Handle) throws(Refusal) -> Open {
        Open(
            handle: handle, commitment: commitment.encoded,
            funding: [reservation.encoded, signingCertificate.encoded],
            proof: try OpenProof.sign(try transcript, commitment.object.id, by: parties.payer),
            salt: termsSalt)
    }

    /// One message of every kind, by name.
    public var messages: [(name: String, message: PeerMessage)] {
        get throws(Refusal) {
            let handle = Handle(7)
            let (accepted, spent) = (try Amount(units: 1_000), try Amount(units: 750))
            let objects = try objects
            func object(_ kind: ObjectKind) -> [UInt8] {
                objects.first { $0.kind == kind }?.encoded ?? []
            }
            let paywords: PaywordClaims = [try payword(0, 700), try payword(1, 12)]
            return [
                ("hello", .hello(hello)), ("hello-ack", .helloAck(try helloAck)),
                ("quote", .quote("articles")), ("offer", .offer(offer.encoded)),
                ("open", .open(try open(handle))),
                (
                    "opened",
                    .opened(
                        Opened(
                            handle: handle, paywords: paywords, accepted: accepted,
                            spent: spent))
                ),
                (
                    "pay",
                    .pay(
                        Pay(
                            handle: handle, sequence: 1, paywords: paywords,
                            amount: try Amount(units: 250), reference: Array("order 17".utf8)))
                ),
                (
                    "paid",
                    .paid(Paid(handle: handle, sequence: 1, accepted: accepted, spent: spent))
                ),
                (
                    "meter",
                    .meter(Meter(handle: handle, number: 3, amountDue: spent, units: 3))
                ),
                ("close", .close(handle, object(.closeRequest))),
                ("closed", .closed(handle, close: object(.close), receipt: object(.receipt))),
                (
                    "error",
                    .error(
                        PeerError(
                            handle: handle, sequence: 2, reasonNumber: 24, retryable: true,
                            text: "an index below the accepted one"))
                ),
                ("receipt-please", .receiptPlease(handle)),
                ("receipt", .receipt(handle, object(.receipt))),
            ]
        }
    }
}
