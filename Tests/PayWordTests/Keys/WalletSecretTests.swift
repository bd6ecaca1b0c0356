import FixtureKit
import Testing

@testable import PayWord

private func hmac(_ key: SecretBytes, _ label: String, _ data: [UInt8]) -> [UInt8] {
    // HMAC of RFC 2104 by hand, for a key of 32 bytes.
    let key = key.withBytes { Array($0) } + [UInt8](repeating: 0, count: 32)
    let inner = SHA256.digest(key.map { $0 ^ 0x36 }, Array(label.utf8), data)
    return SHA256.digest(key.map { $0 ^ 0x5c }, inner.bytes).bytes
}

@Test func keysAreDerivedAsTheProtocolSays() throws {
    let parties = try Parties()
    let secret = parties.wallet.bytes
    let broker = parties.broker.publicKey
    let merchant = parties.merchant.publicKey
    #expect(
        try parties.wallet.accountKey(broker: broker).seed.withBytes { Array($0) }
            == hmac(secret, "tollchain/1 account key", broker.bytes))
    for generation: UInt32 in [0, 1, 256, .max] {
        let bytes = withUnsafeBytes(of: generation.bigEndian) { Array($0) }
        #expect(
            try parties.wallet.payerKey(
                broker: broker, merchant: merchant, generation: generation
            ).seed.withBytes { Array($0) }
                == hmac(secret, "tollchain/1 payer key", broker.bytes + merchant.bytes + bytes))
    }
    #expect(
        parties.wallet.noteKey(broker: broker).withBytes { Array($0) }
            == hmac(secret, "tollchain/1 note key", broker.bytes))
    var random = SeededRandom(seed: 31)
    let context = ChainContext.random(using: &random)
    for ordinal in Ordinal.all(count: 8) {
        #expect(
            parties.wallet.tip(context: context, ordinal: ordinal).bytes
                == hmac(secret, "tollchain/1 tip", context.bytes + [ordinal.value]))
    }
}

@Test func everyKeyOfAWalletDiffers() throws {
    let parties = try Parties()
    var keys: Set<PublicKey> = []
    for broker in [parties.broker, parties.otherBroker] {
        keys.insert(try parties.wallet.accountKey(broker: broker.publicKey).publicKey)
        for merchant in [parties.merchant, parties.otherMerchant] {
            for generation: UInt32 in [0, 1] {
                keys.insert(
                    try parties.wallet.payerKey(
                        broker: broker.publicKey, merchant: merchant.publicKey,
                        generation: generation
                    ).publicKey)
            }
        }
    }
    #expect(keys.count == 10)
}

@Test func theSameSecretGivesTheSameChain() throws {
    let samples = try Samples()
    let context = samples.commitment.object.context
    for (ordinal, chain) in zip(Ordinal.all(count: 3), samples.commitment.payload.chains) {
        let cursor = samples.parties.wallet.cursor(
            context: context, ordinal: ordinal, length: chain.length)
        #expect(cursor.revealed.payword == chain.root)
        let resumed = samples.parties.wallet.cursor(
            context: context, ordinal: ordinal, length: chain.length, revealed: ChainIndex(7))
        #expect(resumed.key.walk(from: resumed.revealed, steps: 7).payword == chain.root)
    }
}
