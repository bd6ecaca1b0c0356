public import PayWord

/// Makes a broker's keys: a root, which names the broker and can stay offline, and signing keys
/// under it. Where they are kept is the caller's part.
///
/// ```swift
/// var random = SystemRandomNumberGenerator()
/// let root = try SigningKey.generate(using: &random)
/// let signing = try BrokerKeys.signingKey(
///     under: root, asset: euro, from: now, for: 90 * .day, using: &random)
/// ```
public enum BrokerKeys {
    /// A new signing key with its certificate of role 3 under `root`.
    ///
    /// To rotate, make the next one while this one still holds, and let both overlap for longer
    /// than clocks may differ.
    /// - Parameters:
    ///   - root: the broker's root key, which alone may certify it.
    ///   - asset: an asset of the broker; a signing key signs in all of them.
    ///   - start: when the certificate begins.
    ///   - period: how long it holds.
    ///   - random: where the key's seed and the serial number come from.
    /// - Returns: the key, whose seed the caller keeps, and the certificate, which travels beside
    ///   all that it signs.
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public static func signingKey(
        under root: SigningKey, asset: Asset, from start: Timestamp, for period: Seconds,
        using random: inout some RandomNumberGenerator
    ) throws(Refusal) -> (key: SigningKey, certificate: Verified<Certificate>) {
        let key = try SigningKey.generate(using: &random)
        let certificate = try certify(
            key.publicKey, under: root, asset: asset, from: start, for: period, using: &random)
        return (key, certificate)
    }

    /// A certificate of role 3 for a signing key that exists, to renew it.
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public static func certify(
        _ key: PublicKey, under root: SigningKey, asset: Asset, from start: Timestamp,
        for period: Seconds, using random: inout some RandomNumberGenerator
    ) throws(Refusal) -> Verified<Certificate> {
        try root.sign(
            Certificate.brokerSigningKey(
                serial: .random(using: &random), broker: root.publicKey, subject: key,
                asset: asset, notBefore: start, notAfter: start.adding(period)))
    }
}
