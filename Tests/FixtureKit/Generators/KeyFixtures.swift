internal import PayWord

/// What derives from a wallet's secret, and how strictly signatures are verified.
func keyFixtures(_ samples: Samples) throws -> [FixtureFile] {
    [try derivationFixtures(samples), try signatureFixtures(samples)]
}

/// HMAC-SHA-256 (RFC 2104) written out, so that the fixtures do not come from what they test.
private func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let block = key + [UInt8](repeating: 0, count: 64 - key.count)
    let inner = SHA256.digest(block.map { $0 ^ 0x36 }, message)
    return SHA256.digest(block.map { $0 ^ 0x5c }, inner.bytes).bytes
}

private func derivationFixtures(_ samples: Samples) throws -> FixtureFile {
    let secret = samples.parties.wallet.bytes.withBytes { Array($0) }
    let broker = samples.parties.broker.publicKey.bytes
    let merchant = samples.parties.merchant.publicKey.bytes
    func inputs(
        _ purpose: String, _ more: [(String, FixtureValue)], secret: [UInt8] = secret
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("key.derive")), ("purpose", .text(purpose)),
            ("wallet_secret", .hex(secret)),
        ] + more
    }
    func key(_ seed: [UInt8]) throws -> [(String, FixtureValue)] {
        [
            ("seed", .hex(seed)),
            ("public_key", .hex(try SigningKey(seed: SecretBytes(seed)).publicKey.bytes)),
            ("text", .text("\(try SigningKey(seed: SecretBytes(seed)).publicKey)")),
        ]
    }
    var cases: [FixtureCase] = [
        .accept(
            "key-account", "the wallet's account key at a broker",
            inputs("account", [("broker", .hex(broker))]),
            try key(hmac(secret, Array("tollchain/1 account key".utf8) + broker))),
        .accept(
            "key-note", "the key that seals notes",
            inputs("note", [("broker", .hex(broker))]),
            [("key", .hex(hmac(secret, Array("tollchain/1 note key".utf8) + broker)))]),
    ]
    for (id, generation) in [("0", 0), ("1", 1), ("256", 256), ("last", .max)]
        as [(String, UInt32)]
    {
        let big = withUnsafeBytes(of: generation.bigEndian) { Array($0) }
        cases.append(
            .accept(
                "key-payer-\(id)", "the payer key of generation \(generation)",
                inputs(
                    "payer",
                    [
                        ("broker", .hex(broker)), ("merchant", .hex(merchant)),
                        ("generation", .integer(UInt64(generation))),
                    ]),
                try key(
                    hmac(
                        secret,
                        Array("tollchain/1 payer key".utf8) + broker + merchant + big))))
    }
    let context = samples.commitment.object.context.bytes
    for ordinal in [0, 1, 7] as [UInt8] {
        let place: [(String, FixtureValue)] = [
            ("context", .hex(context)), ("ordinal", .integer(UInt64(ordinal))),
        ]
        cases.append(
            .accept(
                "key-tip-\(ordinal)", "the last payword of chain \(ordinal)",
                [("op", .text("chain.tip")), ("wallet_secret", .hex(secret))] + place,
                [
                    (
                        "payword",
                        .hex(hmac(secret, Array("tollchain/1 tip".utf8) + context + [ordinal]))
                    )
                ]))
        let digest = SHA256.digest(
            Array("tollchain/1 chain".utf8) + context + [ordinal])
        cases.append(
            .accept(
                "key-chain-\(ordinal)", "the key of chain \(ordinal), which is no secret",
                [("op", .text("chain.key"))] + place,
                [("chain_key", .hex(digest.bytes.prefix(16)))]))
    }
    for (id, length) in [("short", 31), ("long", 33), ("empty", 0)] {
        let wrong = Array((secret + [0]).prefix(length))
        cases.append(
            .refuse(
                "key-secret-\(id)", "a secret of \(length) bytes",
                inputs("account", [("broker", .hex(broker))], secret: wrong), .malformed,
                base: "key-account"))
    }
    cases.append(
        .refuse(
            "key-chain-8", "a chain above 7",
            [
                ("op", .text("chain.key")), ("context", .hex(context)),
                ("ordinal", .integer(8)),
            ], .unknownChain, base: "key-chain-7"))
    return FixtureFile(
        subject: "keys", name: "derivation",
        description: "Keys, tips and chain keys from a wallet's secret and a commitment's context.",
        cases: cases)
}

private func signatureFixtures(_ samples: Samples) throws -> FixtureFile {
    let signer = samples.parties.merchant
    let message = Array("tollchain".utf8)
    let signature = try signer.sign(message).bytes
    let key = signer.publicKey.bytes
    func inputs(
        key: [UInt8] = key, message: [UInt8] = message, _ signature: [UInt8]
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("ed25519.verify")), ("public", .hex(key)),
            ("message", .hex(message)), ("signature", .hex(signature)),
        ]
    }
    func refuse(
        _ id: String, _ about: String, _ inputs: [(String, FixtureValue)],
        _ reason: Reason = .badSignature
    ) -> FixtureCase {
        .refuse("signature-\(id)", about, inputs, reason, base: "signature-valid")
    }
    let one = [1] + [UInt8](repeating: 0, count: 31)
    let zeros = [UInt8](repeating: 0, count: 32)
    let order = try [UInt8](
        hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    let order8 = try [UInt8](
        hex: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    let prime = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    let minusOne = [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    var flipped = signature
    flipped[10] ^= 1
    return FixtureFile(
        subject: "keys", name: "signatures",
        description: """
            Ed25519, verified strictly and without the cofactor: the key first, then S, R and the \
            equation.
            """,
        cases: [
            .accept("signature-valid", "a right signature", inputs(signature)),
            .accept(
                "signature-of-nothing", "a signature of the empty message",
                inputs(message: [], try signer.sign([]).bytes)),
            refuse("altered", "one bit of R altered", inputs(flipped)),
            refuse(
                "other-message", "of another message", inputs(message: message + [0], signature)),
            refuse(
                "other-key", "by another key",
                inputs(key: samples.parties.stranger.publicKey.bytes, signature)),
            refuse(
                "s-plus-order", "S + L, which satisfies the same equation",
                inputs(signature[..<32] + sum(Array(signature[32...]), order))),
            refuse("s-is-order", "S = L", inputs(signature[..<32] + order)),
            refuse(
                "r-order-1", "R is the point of order 1", inputs(one + signature[32...])),
            refuse(
                "r-not-canonical", "R is not the one encoding of its point",
                inputs(prime + signature[32...])),
            refuse(
                "key-no-point", "a key that is no point of the curve",
                inputs(key: [2] + zeros.dropLast(), signature)),
            refuse("key-order-1", "a key of order 1", inputs(key: one, one + zeros), .weakKey),
            refuse(
                "key-order-2", "a key of order 2", inputs(key: minusOne, one + zeros), .weakKey),
            refuse("key-order-4", "a key of order 4", inputs(key: zeros, one + zeros), .weakKey),
            refuse("key-order-8", "a key of order 8", inputs(key: order8, one + zeros), .weakKey),
            refuse(
                "key-not-canonical", "a key that is not the one encoding of its point",
                inputs(key: prime, one + zeros), .weakKey),
            refuse(
                "key-negative-zero", "the key of order 1 with its sign bit set",
                inputs(key: one.dropLast() + [0x80], one + zeros), .weakKey),
        ])
}

/// The sum of two little-endian numbers of the same length, which must hold it.
private func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var carry = 0
    return zip(left, right).map { left, right in
        let sum = Int(left) + Int(right) + carry
        carry = sum >> 8
        return UInt8(sum & 0xff)
    }
}
