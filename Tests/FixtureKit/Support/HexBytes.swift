public import PayWord

extension [UInt8] {
    /// The bytes of hexadecimal text.
    /// - Throws: `malformed` if it is not.
    public init(hex: String) throws(Refusal) {
        guard let bytes = Hex.decode(hex) else { throw Refusal(.malformed, "no hexadecimal") }
        self = bytes
    }

    /// The bytes as lower-case hexadecimal.
    public var hex: String { Hex.encode(self) }
}
