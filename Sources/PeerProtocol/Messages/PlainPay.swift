internal import PayWord

extension Pay {
    /// Reads a payment's body in one pass, without validating its CBOR first: nearly all frames are
    /// payments, and this takes a fraction of what the general decoder does.
    ///
    /// Nil for everything that is not a payment in every respect: what is wrong with it, if anything
    /// is, the general decoder tells. So this accepts nothing that ``PeerMessage/init(decoding:)``
    /// refuses, and reads it alike.
    init?(plain body: ArraySlice<UInt8>) {
        guard let pay = body.withUnsafeBytes({ PlainReader(bytes: $0).pay() }) else { return nil }
        self = pay
    }
}

/// Reads the few forms that a payment is made of, each in its shortest form alone (spec/01).
private struct PlainReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The whole body: `[7, handle, sequence, [[ordinal, index, payword] …], amount, reference]`.
    func pay() -> Pay? {
        var reader = self
        guard reader.byte() == 0x86, reader.byte() == 0x07,
            let handle = reader.number(.unsigned).flatMap(UInt16.init(exactly:)),
            let sequence = reader.number(.unsigned).flatMap(UInt32.init(exactly:)),
            let paywords = reader.claims(),
            let units = reader.number(.unsigned), let amount = try? Amount(units: units),
            let reference = reader.reference(), reader.offset == bytes.count
        else { return nil }
        return Pay(
            handle: Handle(handle), sequence: sequence, paywords: paywords, amount: amount,
            reference: reference.isEmpty ? nil : reference)
    }

    private mutating func claims() -> PaywordClaims? {
        guard let count = number(.array), count <= UInt64(Ordinal.countMaximum) else { return nil }
        var claims = PaywordClaims()
        var least: UInt64 = 0
        for _ in 0..<count {
            guard byte() == 0x83, let number = number(.unsigned), number >= least,
                let ordinal = Ordinal(number),
                let index = self.number(.unsigned).flatMap(UInt32.init(exactly:)),
                byte() == 0x58, byte() == 32, let payword: Bytes32 = load()
            else { return nil }
            least = number + 1
            claims.append(
                PaywordClaim(
                    ordinal: ordinal, index: ChainIndex(index), payword: Payword(storage: payword))
            )
        }
        return claims
    }

    /// The reference; empty for null.
    private mutating func reference() -> [UInt8]? {
        guard offset < bytes.count else { return nil }
        guard bytes[offset] != 0xf6 else {
            offset += 1
            return []
        }
        guard let count = number(.bytes), (1...UInt64(Pay.referenceBytesMaximum)).contains(count)
        else { return nil }
        return take(Int(count)).map { Array($0) }
    }

    private enum Major: UInt8 { case unsigned = 0x00, bytes = 0x40, array = 0x80 }

    /// The number of a head of this major type, in its shortest form.
    private mutating func number(_ major: Major) -> UInt64? {
        guard let first = byte(), first & 0xe0 == major.rawValue else { return nil }
        switch first & 0x1f {
        case let short where short < 24: return UInt64(short)
        case 24: return big(UInt8.self, atLeast: 24)
        case 25: return big(UInt16.self, atLeast: 1 << 8)
        case 26: return big(UInt32.self, atLeast: 1 << 16)
        case 27: return big(UInt64.self, atLeast: 1 << 32)
        default: return nil
        }
    }

    private mutating func big<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ type: Number.Type, atLeast least: UInt64
    ) -> UInt64? {
        guard let number: Number = load() else { return nil }
        let value = UInt64(Number(bigEndian: number))
        return value >= least ? value : nil
    }

    private mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func load<Value: BitwiseCopyable>() -> Value? {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { return nil }
        defer { offset += size }
        return bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}
