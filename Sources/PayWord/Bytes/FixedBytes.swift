/// A value that is a fixed number of bytes, held inline: no heap, no reference count, ordered as
/// its bytes are.
///
/// Each identifier of the protocol is a type of its own, so that a commitment's id cannot be passed
/// where a batch's is wanted.
///
/// ```swift
/// let id = CommitmentID(hex: "000102030405060708090a0b0c0d0e0f")
/// id?.bytes.count                               // 16
/// CommitmentID(hex: "00")                       // nil: not 16 bytes
/// var random = SystemRandomNumberGenerator()
/// let batch = BatchID.random(using: &random)
/// ```
public protocol FixedBytes: Hashable, Comparable, Sendable {
    /// The inline storage: ``Bytes16``, ``Bytes32`` or ``Bytes64``, which sets how many bytes there
    /// are.
    associatedtype Storage: FixedStorage
    /// The bytes, first to last, as they stand on the wire.
    var storage: Storage { get }
    /// The value of these bytes. Nothing is checked: every value of so many bytes is one.
    init(storage: Storage)
}

extension FixedBytes {
    /// How many bytes a value has.
    public static var byteCount: Int { MemoryLayout<Storage>.size }

    /// The value of exactly ``byteCount`` bytes; nil if there are more or fewer.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var storage = Storage.zero
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
        self.init(storage: storage)
    }

    /// A value whose bytes are all zero: a place to be filled, such as an unsigned object's
    /// signature, or the id of a commitment that could not be read.
    public static var zero: Self { Self(storage: .zero) }

    /// A value of bytes drawn from `generator`, which must be cryptographically secure for all that
    /// the protocol draws (TC-02.10).
    public static func random(using generator: inout some RandomNumberGenerator) -> Self {
        var storage = Storage.zero
        withUnsafeMutableBytes(of: &storage) { bytes in
            for index in bytes.indices { bytes[index] = generator.next() }
        }
        return Self(storage: storage)
    }

    /// Calls `body` with a view of the bytes, which is not valid after it returns.
    public func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes(of: storage, body)
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Two lower-case digits a byte. Of a secret value, such as a payword not yet revealed, it is
    /// secret.
    public var hex: String { Hex.encode(bytes) }

    /// The value of hexadecimal digits in either case; nil if it is not that, or has not
    /// ``byteCount`` bytes.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// Whether the bytes of `left` come first, compared as unsigned numbers from the first byte on.
    public static func < (left: Self, right: Self) -> Bool { left.storage < right.storage }
}

/// Inline storage of a fixed number of bytes, compared in the order of its bytes.
public protocol FixedStorage: Hashable, Comparable, BitwiseCopyable, Sendable {
    /// All bytes zero.
    static var zero: Self { get }
}

/// 16 bytes held inline: ids, nonces, serials, references, salts and chain keys.
public struct Bytes16: FixedStorage {
    var a: UInt64 = 0
    var b: UInt64 = 0
    /// 16 bytes of zero.
    public static var zero: Bytes16 { Bytes16() }
    /// Whether the bytes of `left` come first, compared from the first byte on.
    public static func < (left: Bytes16, right: Bytes16) -> Bool {
        (left.a.bigEndian, left.b.bigEndian) < (right.a.bigEndian, right.b.bigEndian)
    }
}

/// 32 bytes held inline: public keys, digests and paywords.
public struct Bytes32: FixedStorage {
    var a: UInt64 = 0
    var b: UInt64 = 0
    var c: UInt64 = 0
    var d: UInt64 = 0
    /// 32 bytes of zero.
    public static var zero: Bytes32 { Bytes32() }
    /// Whether the bytes of `left` come first, compared from the first byte on.
    public static func < (left: Bytes32, right: Bytes32) -> Bool {
        (left.a.bigEndian, left.b.bigEndian, left.c.bigEndian, left.d.bigEndian)
            < (right.a.bigEndian, right.b.bigEndian, right.c.bigEndian, right.d.bigEndian)
    }
}

/// 64 bytes held inline: signatures.
public struct Bytes64: FixedStorage {
    var low = Bytes32.zero
    var high = Bytes32.zero
    /// 64 bytes of zero.
    public static var zero: Bytes64 { Bytes64() }
    /// Whether the bytes of `left` come first, compared from the first byte on.
    public static func < (left: Bytes64, right: Bytes64) -> Bool {
        left.low == right.low ? left.high < right.high : left.low < right.low
    }
}
