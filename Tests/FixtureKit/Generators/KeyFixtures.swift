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
    cases += commitmentKeyCases(samples, secret)
    cases += [
        .refuse(
            "key-generation", "the generation 2^32",
            inputs(
                "payer",
                [
                    ("broker", .hex(broker)), ("merchant", .hex(merchant)),
                    ("generation", .integer(1 << 32)),
                ]), .malformed, base: "key-payer-last"),
        .refuse(
            "key-purpose", "a purpose that does not exist",
            inputs("accounts", [("broker", .hex(broker))]), .malformed, base: "key-account"),
    ]
    return FixtureFile(
        subject: "keys", name: "derivation",
        description: "Keys, tips and chain keys from a wallet's secret and a commitment's context.",
        cases: cases)
}

/// Chain keys and tips straight from a commitment: as it is signed, or its payload alone.
private func commitmentKeyCases(_ samples: Samples, _ secret: [UInt8]) -> [FixtureCase] {
    let object = samples.commitment.object
    let context = object.context.bytes
    func inputs(_ commitment: [UInt8], _ ordinal: UInt64) -> [(String, FixtureValue)] {
        [
            ("op", .text("chain.key")), ("commitment", .hex(commitment)),
            ("ordinal", .integer(ordinal)),
        ]
    }
    func chainKey(_ ordinal: UInt8) -> FixtureValue {
        .hex(
            SHA256.digest(Array("tollchain/1 chain".utf8) + context + [ordinal]).bytes.prefix(16))
    }
    return [
        .accept(
            "key-chain-of-commitment", "the key of chain 2 of a signed commitment",
            inputs(object.encoded, 2), [("chain_key", chainKey(2)), ("context", .hex(context))]),
        .accept(
            "key-chain-of-payload", "the key of chain 1 of a commitment's payload",
            inputs(object.payloadBytes, 1),
            [("chain_key", chainKey(1)), ("context", .hex(context))]),
        .accept(
            "key-tip-of-commitment", "the last payword of chain 2 of a signed commitment",
            [
                ("op", .text("chain.tip")), ("wallet_secret", .hex(secret)),
                ("commitment", .hex(object.encoded)), ("ordinal", .integer(2)),
            ],
            [
                (
                    "payword",
                    .hex(hmac(secret, Array("tollchain/1 tip".utf8) + context + [2]))
                )
            ]),
        .refuse(
            "key-chain-beyond", "a fourth chain of a commitment with three",
            inputs(object.encoded, 3), .unknownChain, base: "key-chain-of-commitment"),
        .refuse(
            "key-commitment-cut", "a commitment cut short", inputs(object.encoded.dropLast(), 2),
            .malformed, base: "key-chain-of-commitment"),
        .refuse(
            "key-payload-cut", "a payload cut short", inputs(object.payloadBytes.dropLast(), 1),
            .malformed, base: "key-chain-of-payload"),
    ]
}

/// The first two tests of RFC 8032, section 7.1: seed, public key, message, signature.
private let publishedSignatures: [(String, String, String, String)] = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
            + "cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
            + "0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
]

private func signingCases() -> [FixtureCase] {
    func inputs(_ seed: String, _ message: String) -> [(String, FixtureValue)] {
        [("op", .text("ed25519.sign")), ("seed", .text(seed)), ("message", .text(message))]
    }
    let seed = publishedSignatures[0].0
    return publishedSignatures.enumerated().map { place, test in
        .accept(
            "sign-rfc-8032-\(place + 1)", "test \(place + 1) of RFC 8032, section 7.1",
            inputs(test.0, test.2), [("public", .text(test.1)), ("signature", .text(test.3))])
    } + [
        .refuse(
            "sign-short-seed", "a seed of 31 bytes", inputs(String(seed.dropLast(2)), ""),
            .malformed, base: "sign-rfc-8032-1"),
        .refuse(
            "sign-long-seed", "a seed of 33 bytes", inputs(seed + "00", ""), .malformed,
            base: "sign-rfc-8032-1"),
    ]
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
            refuse("short", "a signature of 63 bytes", inputs(signature.dropLast())),
            refuse("long", "a signature of 65 bytes", inputs(signature + [0])),
            refuse(
                "short-key", "a key of 31 bytes", inputs(key: key.dropLast(), signature),
                .malformed),
        ] + signingCases())
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
