internal import PayWord
internal import PeerProtocol

/// The connection: handshake, open, three payments and their acknowledgement.
struct ExamplePayments {
    /// The paywords that each payment reveals, and what is accepted afterwards. Each charges 250.
    private let payments: [(paywords: PaywordClaims, accepted: UInt64)]
    private let samples: Samples
    private let handle = Handle(0)

    /// The last payword of each chain that was paid.
    let revealed: PaywordClaims
    /// What was accepted in the end.
    let accepted: UInt64

    init(_ samples: Samples) throws(Refusal) {
        self.samples = samples
        let last: PaywordClaims = [try samples.payword(0, 25), try samples.payword(1, 29)]
        payments = [
            ([try samples.payword(1, 10)], 250), ([try samples.payword(1, 20)], 500), (last, 750),
        ]
        revealed = last
        accepted = 750
    }

    func write(to page: inout ExamplePage) throws {
        try handshake(&page)
        try open(&page)
        try pay(&page)
    }

    private func frame(_ message: PeerMessage) throws(Refusal) -> [UInt8] {
        var encoder = FrameEncoder()
        try encoder.write(message)
        return encoder.take()
    }

    private func handshake(_ page: inout ExamplePage) throws {
        let ack = try samples.helloAck
        page.section("5. The handshake")
        page.say("The payer connects, here over plain TCP on loopback, and says hello (TC-06.9):")
        try page.explain(frame: frame(.hello(samples.hello)), .hello)
        page.say(
            """
            The transcript (TC-06.10) is the SHA-256 of the hello array, the hello-ack array with
            null for its signature, and, over TLS, the SHA-256 of the server's certificate:
            """)
        let hello = Array(try frame(.hello(samples.hello)).dropFirst(4))
        let signed = Array(try frame(.helloAck(ack)).dropFirst(4))
        let unsigned = Array(signed.dropLast(66)) + [0xf6]
        let transcript = SHA256.digest(hello, unsigned).bytes
        try expect(transcript == samples.transcript.bytes, "the transcript")
        page.values([
            ("hello array", hello), ("|| hello-ack array", unsigned), ("transcript", transcript),
        ])
        page.say("The merchant signs these 49 bytes (TC-06.11), and answers:")
        page.values([
            ("\"tollchain/1 hello\"", Array("tollchain/1 hello".utf8)),
            ("|| transcript", transcript), ("signature", ack.signature.bytes),
        ])
        try page.explain(frame: frame(.helloAck(ack)), .helloAck)
    }

    private func open(_ page: inout ExamplePage) throws {
        let open = try samples.open(handle)
        page.section("6. Opening the channel")
        page.say("The payer key signs these 64 bytes, the proof of possession (TC-06.14):")
        page.values([
            ("\"tollchain/1 open\"", Array("tollchain/1 open".utf8)),
            ("|| transcript", try samples.transcript.bytes),
            ("|| commitment id", samples.commitment.object.id.bytes),
            ("proof", open.proof.bytes),
        ])
        page.say(
            """
            The open carries the commitment, the reservation and the signing key's certificate, the
            proof, and the salt of the terms:
            """)
        try page.explain(frame: frame(.open(open)), .open)
        page.say(
            """
            The merchant judges all that ([TC-05.15](05-funding.md#what-a-merchant-checks)), writes
            the channel to disk, and answers. Nothing is accepted yet:
            """)
        try page.explain(
            frame: frame(
                .opened(Opened(handle: handle, paywords: [], accepted: .zero, spent: .zero))),
            .opened)
    }

    private func pay(_ page: inout ExamplePage) throws {
        page.section("7. Paying")
        page.say(
            """
            Three pages at 250 units. The first two are 10 paywords of chain 1 each, 25 units
            apiece; the third is 9 of chain 1 and 25 of chain 0. The payer writes each index to
            disk, then sends (TC-06.41).
            """)
        for (place, payment) in payments.enumerated() {
            try page.explain(
                frame: frame(
                    .pay(
                        Pay(
                            handle: handle, sequence: UInt32(place), paywords: payment.paywords,
                            amount: try Amount(units: 250)))), .pay)
            let worth = try Amount(units: payment.accepted)
            try expect(worth == self.worth(payment.paywords), "what is accepted")
        }
        page.say(
            """
            The merchant walks each payword down to the one that it holds
            ([TC-03.7](03-chains.md#judging-a-payword)). For the first payment that is the root of
            chain 1, ten steps below:
            """)
        let claim = try samples.payword(1, 10)
        let key = ChainKey(
            context: samples.commitment.object.context, ordinal: claim.ordinal)
        let walk = ExampleWalk(key: key.bytes, tip: claim.payword.bytes, length: 10)
        let root = try samples.commitment.payload.chain(claim.ordinal).root
        try expect(walk.payword(at: 0) == root.bytes, "the walk")
        page.values(
            (0...10).reversed().map { index in
                ("w[\(index)]\(index == 0 ? ", the root" : "")", walk.payword(at: index))
            })
        page.say(
            """
            It commits all three at once, and one acknowledgement covers them (TC-06.26). Accepted
            is 1 × 25 + 25 × 29 = 750 units, spent is 3 × 250:
            """)
        let amount = try Amount(units: accepted)
        try page.explain(
            frame: frame(
                .paid(Paid(handle: handle, sequence: 2, accepted: amount, spent: amount))), .paid)
    }

    private func worth(_ paywords: PaywordClaims) throws(Refusal) -> Amount {
        var indexes = [ChainIndex](repeating: .zero, count: 3)
        for claim in paywords { indexes[claim.ordinal.position] = claim.index }
        return try samples.commitment.payload.worth(at: indexes)
    }
}
