internal import CLibCrypto

/// Ed25519 (RFC 8032) by OpenSSL's EVP interface, with the strict checks that OpenSSL leaves out.
///
/// Verification is one by one and cofactorless, as libsodium and ed25519-dalek's `verify_strict` do
/// it, so that every implementation accepts the same signatures.
///
/// ```swift
/// try Ed25519.verify(signature, over: message, by: key)  // returns, or throws `bad-signature`
/// ```
public enum Ed25519 {
    /// Checks `signature` over `message` by `key`.
    ///
    /// - Throws: `weak-key` if the key is of small order or not canonical; `bad-signature` if S is
    ///   not below the group order, R is of small order or not canonical, the key is no point of
    ///   the curve, or the equation does not hold.
    public static func verify(
        _ signature: Signature, over message: [UInt8], by key: PublicKey
    ) throws(Refusal) {
        guard !key.isWeak else { throw Refusal(.weakKey) }
        let (r, s) = signature.halves
        guard !EncodedPoint.isSmallOrderOrNotCanonical(r), GroupOrder.isAbove(s),
            verifyEquation(signature, message, key)
        else { throw Refusal(.badSignature) }
    }

    private static func verifyEquation(
        _ signature: Signature, _ message: [UInt8], _ key: PublicKey
    ) -> Bool {
        let pointer = key.withBytes { bytes in
            EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519, nil, bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
                PublicKey.byteCount)
        }
        guard let pointer, let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(pointer)
        }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, pointer) == 1 else { return false }
        return signature.withBytes { bytes in
            EVP_DigestVerify(
                context, bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
                Signature.byteCount, message, message.count) == 1
        }
    }
}

extension PublicKey {
    /// Whether this key is of small order or not the canonical encoding of its point. Nothing signed
    /// by such a key proves anything.
    public var isWeak: Bool { EncodedPoint.isSmallOrderOrNotCanonical(bytes) }
}

extension Signature {
    fileprivate var halves: (r: [UInt8], s: [UInt8]) {
        let bytes = bytes
        return (Array(bytes[..<32]), Array(bytes[32...]))
    }
}

/// Checks on encodings alone: comparisons of public numbers, no curve arithmetic.
private enum EncodedPoint {
    /// The y coordinates of the eight points of small order (order 1, 2, 4 and 8), little-endian;
    /// the sign bit is compared apart. The two of order 8 are those of libsodium's blocklist
    /// (ref10, `ge25519_has_small_order`).
    static let smallOrderYs: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        Hex.decode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05") ?? [],
        Hex.decode("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a") ?? [],
        [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
    ]

    /// 2^255 - 19, little-endian.
    static let fieldPrime: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]

    static func isSmallOrderOrNotCanonical(_ encoded: [UInt8]) -> Bool {
        var y = encoded
        y[31] &= 0x7f
        return !isBelow(y, fieldPrime) || smallOrderYs.contains(y)
    }
}

private enum GroupOrder {
    /// L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032, section 5.1).
    static let bytes: [UInt8] =
        Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010") ?? []

    static func isAbove(_ scalar: [UInt8]) -> Bool { isBelow(scalar, bytes) }
}

/// Whether one little-endian number is below another of the same length.
private func isBelow(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.reversed().lexicographicallyPrecedes(right.reversed())
}
