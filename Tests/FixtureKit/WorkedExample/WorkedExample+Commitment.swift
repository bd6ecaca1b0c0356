internal import PayWord

extension WorkedExample {
    static func commitment(_ page: inout ExamplePage, _ samples: Samples) throws {
        let object = samples.commitment.object
        page.section("3. The commitment")
        page.say(
            """
            The payer promises three chains: 1000 paywords of 1 unit, 400 of 25, 20 of 1000
            ([04](04-commitments.md#commitment)). First it writes the payload with zero roots. The
            SHA-256 of that is the context (TC-03.1).
            """)
        var zeroed = samples.commitment.payload
        zeroed = Commitment(
            nonce: zeroed.nonce, payer: zeroed.payer, merchant: zeroed.merchant,
            broker: zeroed.broker, asset: zeroed.asset,
            chains: zeroed.chains.map {
                CommittedChain(denomination: $0.denomination, length: $0.length, root: .zero)
            }, issuedAt: zeroed.issuedAt, expiresAt: zeroed.expiresAt, redeemBy: zeroed.redeemBy,
            termsDigest: zeroed.termsDigest)
        page.bytes(zeroed.encoded)
        let context = SHA256.digest(zeroed.encoded).bytes
        try expect(context == object.context.bytes, "the context")
        page.values([("context", context)])
        try chains(&page, samples, context)
        page.say("With the roots in their places the payer signs.")
        try page.sign("commitment", object.encoded, .commitment, by: "the payer")
        page.say("SHA-256 of the payload is the digest, its first 16 bytes the id (TC-01.23):")
        page.values([("digest", object.digest.bytes), ("id", object.id.bytes)])
    }

    private static func chains(
        _ page: inout ExamplePage, _ samples: Samples, _ context: [UInt8]
    ) throws {
        page.say(
            """
            From the context come each chain's key (TC-03.2) and tip (TC-03.4), and from the tip,
            step by step, all paywords down to the root (TC-03.3). The messages for chain 1:
            """)
        page.values([
            ("\"tollchain/1 chain\"", Array("tollchain/1 chain".utf8)),
            ("|| context", context), ("|| ordinal", [1]),
        ])
        page.values([
            ("\"tollchain/1 tip\"", Array("tollchain/1 tip".utf8)),
            ("|| context", context), ("|| ordinal", [1]),
        ])
        page.say("SHA-256 of the first, cut to 16 bytes, and HMAC-SHA-256 of the second:")
        let payload = samples.commitment.payload
        let chainContext = samples.commitment.object.context
        for (ordinal, chain) in zip(Ordinal.all(count: payload.chains.count), payload.chains) {
            let key = Array(
                SHA256.digest(
                    Array("tollchain/1 chain".utf8), context, [ordinal.value]
                ).bytes.prefix(16))
            let walk = ExampleWalk(
                key: key,
                tip: samples.parties.wallet.tip(context: chainContext, ordinal: ordinal).bytes,
                length: chain.length.value)
            try expect(walk.payword(at: 0) == chain.root.bytes, "a root")
            let length = chain.length.value
            page.values([
                ("chain \(ordinal): chain_key", key),
                ("w[\(length)], the tip", walk.payword(at: length)),
                ("w[\(length - 1)]", walk.payword(at: length - 1)),
                ("w[1]", walk.payword(at: 1)),
                ("w[0], the root", walk.payword(at: 0)),
            ])
        }
        page.say("The first step of chain 1 in full: the SHA-256 of these 52 bytes is w[399].")
        let key = ChainKey(context: chainContext, ordinal: Ordinal.all(count: 2)[1])
        page.values([
            ("chain_key", key.bytes), ("|| be32(400)", [0, 0, 1, 0x90]),
            (
                "|| w[400]",
                samples.parties.wallet.tip(
                    context: chainContext, ordinal: Ordinal.all(count: 2)[1]
                ).bytes
            ),
        ])
    }
}

/// A chain walked by the formula alone.
struct ExampleWalk {
    private let paywords: [[UInt8]]

    /// Hashes the chain from its tip to its root.
    init(key: [UInt8], tip: [UInt8], length: UInt32) {
        var paywords = [tip]
        for index in stride(from: length, to: 0, by: -1) {
            let bigEndian = withUnsafeBytes(of: index.bigEndian) { Array($0) }
            paywords.append(
                SHA256.digest(key, bigEndian, paywords[paywords.count - 1]).bytes)
        }
        self.paywords = paywords.reversed()
    }

    func payword(at index: UInt32) -> [UInt8] { paywords[Int(index)] }
}
