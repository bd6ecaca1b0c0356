internal import CLibCrypto

/// Bytes that must not leak: wiped when they go, compared in constant time, printed as `<secret>`.
///
/// There is no accessor that copies them into an array: ``withBytes(_:)`` lends them.
///
/// ```swift
/// var random = SystemRandomNumberGenerator()
/// let secret = SecretBytes(count: 32, using: &random)
/// print(secret)                            // <secret>
/// secret.withBytes { file.write($0) }      // lent for the call
/// ```
public final class SecretBytes: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    // Unchecked: a raw pointer is not Sendable, but this memory is written before `init` returns,
    // only read afterwards, and freed when the last reference goes.
    private let memory: UnsafeMutableRawBufferPointer

    /// How many bytes there are.
    public var count: Int { memory.count }

    /// Secret bytes that `fill` writes; they start as zeros.
    public init(count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        memory = .allocate(byteCount: count, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        try fill(memory)
    }

    /// A copy of `bytes`. The caller's own copy stays where it is.
    public convenience init(_ bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// `count` bytes drawn from `generator`.
    public convenience init(
        count: Int, using generator: inout some RandomNumberGenerator
    ) {
        self.init(count: count) { memory in
            for index in memory.indices { memory[index] = generator.next() }
        }
    }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }

    /// Lends the bytes to `body`, which must not keep the pointer.
    public func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeRawBufferPointer(memory))
    }

    /// Whether both hold the same bytes, in a time that depends on their length alone.
    public func isEqual(to other: SecretBytes) -> Bool {
        guard count == other.count else { return false }
        return CRYPTO_memcmp(memory.baseAddress, other.memory.baseAddress, count) == 0
    }

    /// Always `<secret>`, so that printing or interpolating it tells nothing.
    public var description: String { "<secret>" }
    /// A mirror without children, so that `dump` and debuggers' summaries tell nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Comparison of values whose equality an attacker may probe.
public enum ConstantTime {
    /// Whether both are the same, in a time that does not depend on where they differ.
    public static func areEqual<Value: FixedBytes>(_ left: Value, _ right: Value) -> Bool {
        left.withBytes { left in
            right.withBytes { right in
                // All storage is a whole number of these words.
                var difference: UInt64 = 0
                for offset in stride(from: 0, to: Value.byteCount, by: 8) {
                    difference |=
                        left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                }
                return difference == 0
            }
        }
    }
}
