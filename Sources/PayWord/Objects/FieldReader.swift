public import DeterministicCBOR

/// Reads the fields of a payload's map in the order of their keys.
///
/// An absent field that must be there, or one of another shape, is `malformed`; a non-negative key
/// that nobody asked for is `unknown-field`; negative keys are extensions, passed over, and bounded.
public struct FieldReader {
    /// How many bytes of extensions an object may carry, keys and values together.
    public static let extensionBytesMaximum = 256

    private var decoder: CBORDecoder
    private var pairsLeft: Int
    private var pendingKey: (key: CBORKey, offset: Int)?

    /// A reader of exactly one map.
    /// - Throws: `malformed` or `not-canonical` if the bytes are not one item of the profile, and a
    ///   map.
    public init(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
        do {
            decoder = try CBORDecoder(bytes)
            pairsLeft = try decoder.readMap()
        } catch { throw Refusal(error, in: "payload") }
    }

    /// The field under `key`, which must be there.
    /// Ask for fields in ascending order of key.
    /// - Throws: `malformed` if it is absent, `unknown-field` for a key below it that nobody asked
    ///   for, or what `read` throws.
    public mutating func required<Value>(
        _ key: Int, _ read: (inout CBORDecoder) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        guard let value = try optional(key, read) else {
            throw Refusal(.malformed, "field \(key) is missing", at: decoder.offset)
        }
        return value
    }

    /// The field under `key`, or nil if it is absent.
    /// Ask for fields in ascending order of key.
    /// - Throws: `unknown-field` for a key below it that nobody asked for, or what `read` throws.
    public mutating func optional<Value>(
        _ key: Int, _ read: (inout CBORDecoder) throws(Refusal) -> Value
    ) throws(Refusal) -> Value? {
        let wanted = CBORKey(key)
        guard let next = try peekKey(), next.key <= wanted else { return nil }
        guard next.key == wanted else { throw Self.unknown(next) }
        pendingKey = nil
        return try read(&decoder)
    }

    /// Passes over the extensions and refuses whatever else is left.
    /// - Throws: `unknown-field` for a non-negative key that is left, `too-large` for more than 256
    ///   bytes of extensions.
    public mutating func finish() throws(Refusal) {
        var extensionBytes = 0
        while let next = try peekKey() {
            guard next.key.isNegative else { throw Self.unknown(next) }
            pendingKey = nil
            do { _ = try decoder.skipItem() } catch { throw Refusal(error) }
            extensionBytes += decoder.offset - next.offset
            guard extensionBytes <= Self.extensionBytesMaximum else {
                throw Refusal(
                    .tooLarge, "more than \(Self.extensionBytesMaximum) bytes of extensions",
                    at: next.offset)
            }
        }
    }

    /// Where the reader stands, to tell whether something was passed over.
    var bytesLeft: Int { decoder.isAtEnd ? 0 : -decoder.offset }

    private mutating func peekKey() throws(Refusal) -> (key: CBORKey, offset: Int)? {
        if let pendingKey { return pendingKey }
        guard pairsLeft > 0 else { return nil }
        pairsLeft -= 1
        let offset = decoder.offset
        do { pendingKey = (try decoder.readInteger(), offset) } catch { throw Refusal(error) }
        return pendingKey
    }

    private static func unknown(_ field: (key: CBORKey, offset: Int)) -> Refusal {
        Refusal(.unknownField, "field \(field.key) is not known", at: field.offset)
    }
}
