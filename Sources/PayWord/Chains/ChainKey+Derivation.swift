extension ChainKey {
    /// `first 16 bytes of SHA-256("tollchain/1 chain" || context || ordinal(1))`.
    ///
    /// The key covers all that the payer signs but the roots, so a payword of one commitment is
    /// worthless in any other, and a search for preimages gains nothing from many chains.
    public init(context: ChainContext, ordinal: Ordinal) {
        let digest = SHA256.digest(
            Array("tollchain/1 chain".utf8), context.bytes, [ordinal.value])
        var storage = Bytes16.zero
        withUnsafeMutableBytes(of: &storage) { output in
            digest.withBytes {
                output.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<16]))
            }
        }
        self.init(storage: storage)
    }
}
