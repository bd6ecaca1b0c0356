/// The framing of the peer protocol: a 4-byte big-endian length, which does not count itself, then
/// one CBOR array of that many bytes.
public enum Frame {
    /// The bytes of the length.
    public static let lengthByteCount = 4
    /// The longest body; a longer one is refused before it is read.
    public static let bodyBytesMaximum = 64 * 1024
}
