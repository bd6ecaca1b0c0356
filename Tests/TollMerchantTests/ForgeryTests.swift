import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

/// What is signed wrongly, and what is signed by someone else.
@Suite struct ForgeryTests {
    private let bench: MerchantBench
    private let channel: PayingChannel

    init() throws {
        bench = try MerchantBench()
        channel = try bench.channel(termsDigest: .zero)
    }

    /// The commitment with another byte string in place of one of its own, of the same length.
    private func replacing(_ old: [UInt8], _ new: [UInt8]) throws -> SignedObject<Commitment> {
        var bytes = channel.commitment.encoded
        #expect(old.count == new.count && old != new)
        for start in bytes.indices.dropLast(old.count - 1)
        where bytes[start..<(start + old.count)].elementsEqual(old) {
            bytes.replaceSubrange(start..<(start + old.count), with: new)
        }
        #expect(bytes != channel.commitment.encoded)
        return try SignedObject(decoding: bytes)
    }

    private func refuses(
        _ reason: Reason, _ object: SignedObject<Commitment>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let funding = try bench.broker.reserve(object, units: 1 << 40)
        await expectRefusal(reason, sourceLocation: sourceLocation) {
            _ = try await bench.merchant.open(object, funding: funding, salt: nil)
        }
        #expect(try await bench.store.channel(object.id) == nil)
    }

    @Test func threat08AnAlteredFieldIsABadSignature() async throws {
        let right = channel.commitment.payload
        func altered(
            nonce: Nonce? = nil, payer: PublicKey? = nil, merchant: PublicKey? = nil,
            broker: PublicKey? = nil, asset: Asset? = nil, chains: [CommittedChain]? = nil,
            issuedAt: Timestamp? = nil, expiresAt: Timestamp? = nil, redeemBy: Timestamp? = nil,
            termsDigest: Digest? = nil
        ) -> Commitment {
            Commitment(
                nonce: nonce ?? right.nonce, payer: payer ?? right.payer,
                merchant: merchant ?? right.merchant, broker: broker ?? right.broker,
                asset: asset ?? right.asset, chains: chains ?? right.chains,
                issuedAt: issuedAt ?? right.issuedAt, expiresAt: expiresAt ?? right.expiresAt,
                redeemBy: redeemBy ?? right.redeemBy,
                termsDigest: termsDigest ?? right.termsDigest)
        }
        let other = try bench.payer(77).publicKey
        func chain(_ denomination: UInt64, _ length: UInt32, _ root: Payword) throws
            -> [CommittedChain]
        {
            [
                CommittedChain(
                    denomination: try Amount(units: denomination), length: ChainIndex(length),
                    root: root)
            ] + right.chains.dropFirst()
        }
        let root = right.chains[0].root
        let alterations = [
            altered(nonce: .zero), altered(payer: other), altered(merchant: other),
            altered(broker: other), altered(asset: try Asset(code: "USD", scale: 6)),
            altered(asset: try Asset(code: "EUR", scale: 7)),
            altered(chains: try chain(101, 40, root)), altered(chains: try chain(100, 41, root)),
            altered(chains: try chain(100, 40, .zero)),
            altered(chains: right.chains.reversed()),
            altered(issuedAt: right.issuedAt.adding(1)),
            altered(expiresAt: right.expiresAt.subtracting(1)),
            altered(redeemBy: right.redeemBy.adding(1)),
            altered(termsDigest: Digest([UInt8](repeating: 1, count: 32))),
        ]
        for alteration in alterations {
            let object = try replacing(channel.commitment.object.payloadBytes, alteration.encoded)
            try await refuses(.badSignature, object)
        }
    }

    @Test func threat09ACommitmentOfAnotherSignerIsABadSignature() async throws {
        let other = try bench.payer(77)
        // Signed by the other key, and saying so.
        let envelope = try SignedEnvelope(
            decoding: channel.commitment.encoded[...],
            bytesMaximum: Commitment.encodedBytesMaximum)
        var bytes = channel.commitment.encoded
        let keyRange = bytes.firstRange(of: channel.payer.publicKey.bytes)
        let keyStart = try #require(keyRange)
        bytes.replaceSubrange(keyStart, with: other.publicKey.bytes)
        let renamed = try SignedEnvelope(
            decoding: bytes[...], bytesMaximum: Commitment.encodedBytesMaximum)
        #expect(renamed.keyID == other.publicKey && renamed.payloadBytes == envelope.payloadBytes)
        bytes.replaceSubrange(
            (bytes.count - 64)..., with: try other.sign(renamed.signatureInput).bytes)
        try await refuses(.badSignature, try SignedObject(decoding: bytes))
        // Signed by the other key, and saying that it is the payer's.
        let signature = try other.sign(envelope.signatureInput)
        try await refuses(
            .badSignature,
            try replacing(channel.commitment.object.signature.bytes, signature.bytes))
    }

    @Test func threat10WeakKeysAndOddSignaturesAreRefused() async throws {
        let identity: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
        let notCanonical = [UInt8](repeating: 0xff, count: 32)
        for weak in [identity, [UInt8](repeating: 0, count: 32), notCanonical] {
            let object = try replacing(channel.payer.publicKey.bytes, weak)
            #expect(object.keyID == object.payload.payer)
            try await refuses(.weakKey, object)
        }
        let signature = channel.commitment.object.signature.bytes
        let odd = [
            identity + signature[32...],  // R of small order
            notCanonical + signature[32...],  // R not canonical
            signature[..<63] + [signature[63] | 0xf0],  // S not below the group order
            Array(signature.reversed()),
        ]
        for signature in odd {
            let object = try replacing(channel.commitment.object.signature.bytes, signature)
            try await refuses(.badSignature, object)
        }
    }
}
