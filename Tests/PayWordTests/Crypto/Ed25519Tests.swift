import FixtureKit
import PayWord
import Testing

/// The order of the base point, little-endian.
private let groupOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"

/// Every encoding of a point of small order, and points that are not in their one encoding. The
/// points of order 8 are in the libsodium blocklist; y = 2^255 - 19 + n encodes n once more.
private let weakKeys = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]

@Test(arguments: weakKeys)
func threat10AWeakKeyIsWeakKey(_ hex: String) throws {
    let key = try #require(PublicKey(hex: hex))
    #expect(key.isWeak)
    // S = 0 and R = the key satisfy the equation for keys of small order and many messages.
    for r in [hex, "01" + String(repeating: "0", count: 62)] {
        let signature = try #require(Signature(hex: r + String(repeating: "0", count: 64)))
        for message in 0..<16 as Range<UInt8> {
            #expect(throws: Refusal(.weakKey)) {
                try Ed25519.verify(signature, over: [message], by: key)
            }
        }
    }
}

@Test(arguments: weakKeys)
func threat10ASignatureWithAWeakPointIsBadSignature(_ hex: String) throws {
    let key = try Parties().merchant
    let s = try key.sign([1]).bytes.suffix(32)
    let point = try [UInt8](hex: hex)
    let signature = try #require(Signature(point + s))
    #expect(throws: Refusal(.badSignature)) {
        try Ed25519.verify(signature, over: [1], by: key.publicKey)
    }
}

@Test func threat10SNotBelowTheGroupOrderIsBadSignature() throws {
    let key = try Parties().merchant
    let message = Array("message".utf8)
    let signature = try key.sign(message)
    try Ed25519.verify(signature, over: message, by: key.publicKey)

    // S + L satisfies the same equation: only the check of its range refuses it.
    let order = try [UInt8](hex: groupOrder)
    var carry = 0
    var s = Array(signature.bytes[32...])
    for index in s.indices {
        let sum = Int(s[index]) + Int(order[index]) + carry
        s[index] = UInt8(sum & 0xff)
        carry = sum >> 8
    }
    #expect(carry == 0)
    let malleable = try #require(Signature(signature.bytes[..<32] + s))
    #expect(throws: Refusal(.badSignature)) {
        try Ed25519.verify(malleable, over: message, by: key.publicKey)
    }
    for s in [groupOrder, String(repeating: "ff", count: 32)] {
        let top = try [UInt8](hex: s)
        let forged = try #require(Signature(signature.bytes[..<32] + top))
        #expect(throws: Refusal(.badSignature)) {
            try Ed25519.verify(forged, over: message, by: key.publicKey)
        }
    }
}

@Test func aKeyThatIsNoPointOfTheCurveIsBadSignature() throws {
    // y = 2 has no x.
    let key = try #require(PublicKey([2] + [UInt8](repeating: 0, count: 31)))
    #expect(!key.isWeak)
    #expect(throws: Refusal(.badSignature)) {
        try Ed25519.verify(try Parties().merchant.sign([]), over: [], by: key)
    }
}

@Test func aSignatureHoldsForItsMessageAndItsKeyAlone() throws {
    let parties = try Parties()
    let signature = try parties.merchant.sign([1, 2, 3])
    try Ed25519.verify(signature, over: [1, 2, 3], by: parties.merchant.publicKey)
    for message in [[], [1, 2], [1, 2, 3, 0], [1, 2, 4]] as [[UInt8]] {
        #expect(throws: Refusal(.badSignature)) {
            try Ed25519.verify(signature, over: message, by: parties.merchant.publicKey)
        }
    }
    #expect(throws: Refusal(.badSignature)) {
        try Ed25519.verify(signature, over: [1, 2, 3], by: parties.stranger.publicKey)
    }
    for index in 0..<64 {
        var bytes = signature.bytes
        bytes[index] ^= 0x10
        let altered = try #require(Signature(bytes))
        #expect(throws: Refusal(.badSignature)) {
            try Ed25519.verify(altered, over: [1, 2, 3], by: parties.merchant.publicKey)
        }
    }
}

@Test func signingFollowsTheVectorsOfRFC8032() throws {
    // Section 7.1, tests 1 to 3.
    let vectors = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]
    for (seed, key, message, signature) in vectors {
        let signing = try SigningKey(seed: SecretBytes(try [UInt8](hex: seed)))
        #expect(signing.publicKey.hex == key)
        #expect(try signing.sign(try [UInt8](hex: message)).hex == signature)
    }
}

@Test func aSeedHas32Bytes() {
    for count in [0, 31, 33, 64] {
        #expect(throws: Refusal(.malformed)) {
            try SigningKey(seed: SecretBytes([UInt8](repeating: 1, count: count)))
        }
        #expect(throws: Refusal(.malformed)) {
            try WalletSecret(SecretBytes([UInt8](repeating: 1, count: count)))
        }
    }
}
