/// The constants of the profile: deterministic CBOR (RFC 8949, section 4.2.1) with integers, byte
/// strings, UTF-8 text, arrays, maps with integer keys, booleans, null, and tag 18 at the top.
public enum CBORProfile {
    /// How many arrays and maps may stand inside one another. A tag does not count.
    public static let nestingMaximum = 8
    /// COSE_Sign1 (RFC 9052, section 4.2), the only tag there is.
    public static let signedObjectTag: UInt64 = 18
}

/// Where tag 18 may stand.
public enum CBORTagRule: Sendable {
    /// Nowhere: frames, payloads, headers.
    case none
    /// At the top, and it must: signed objects.
    case signedObject
    /// At the top, or not: inspection of unknown input.
    case optional
}

/// The major types of RFC 8949, section 3.1.
enum MajorType {
    static let unsigned: UInt8 = 0
    static let negative: UInt8 = 1
    static let bytes: UInt8 = 2
    static let text: UInt8 = 3
    static let array: UInt8 = 4
    static let map: UInt8 = 5
    static let tag: UInt8 = 6
    static let simple: UInt8 = 7
}

/// The three simple values of the profile.
enum SimpleValue {
    static let `false`: UInt64 = 20
    static let `true`: UInt64 = 21
    static let null: UInt64 = 22
}
