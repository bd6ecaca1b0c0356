extension ChainKey {
    /// `first 16 bytes of SHA-256("tollchain/1 chain" || context || ordinal(1))`.
    ///
    /// The key covers all that the payer signs but the roots, so a payword of one commitment is
    /// worthless in any other, and a search for preimages gains nothing from many chains.
    public init(context: ChainContext, ordinal: Ordinal) {
        let digest = context.withMessage("tollchain/1 chain", ordinal) { bytes in
            var message = SHA256.Message()
            message.append(bytes)
            return message.digest()
        }
        var storage = Bytes16.zero
        withUnsafeMutableBytes(of: &storage) { output in
            digest.withBytes {
                output.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<16]))
            }
        }
        self.init(storage: storage)
    }
}

extension ChainContext {
    /// Lends `label || context || ordinal(1)`, which what belongs to one chain is derived from.
    func withMessage<Result>(
        _ label: StaticString, _ ordinal: Ordinal, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let labelCount = label.utf8CodeUnitCount
        let count = labelCount + Self.byteCount + 1
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { message in
            label.withUTF8Buffer { message.copyMemory(from: UnsafeRawBufferPointer($0)) }
            withBytes {
                UnsafeMutableRawBufferPointer(rebasing: message[labelCount...])
                    .copyMemory(from: $0)
            }
            message[count - 1] = ordinal.value
            return body(UnsafeRawBufferPointer(message))
        }
    }
}
