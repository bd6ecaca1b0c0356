internal import PayWord
internal import TollBroker

/// A commitment's chains as two columns: what is fixed, 28 bytes a chain, and what was redeemed, 36
/// bytes a chain. Numbers are big-endian.
enum LedgerChainColumns {
    static let fixedBytes = 28
    static let positionBytes = 36

    // MARK: Writing

    static func fixed(_ chains: [LedgerChain]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chains.count * fixedBytes)
        for chain in chains {
            append(chain.denomination.units, to: &bytes)
            append(chain.length.value, to: &bytes)
            chain.key.withBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Fills as many bytes as the positions take.
    static func encodePositions(
        of chains: [LedgerChain], into column: UnsafeMutableRawBufferPointer
    ) {
        for (number, chain) in chains.enumerated() {
            let place = number * positionBytes
            column.storeBytes(
                of: chain.redeemed.index.value.bigEndian, toByteOffset: place, as: UInt32.self)
            column.storeBytes(
                of: chain.redeemed.payword.storage, toByteOffset: place + 4, as: Bytes32.self)
        }
    }

    static func indexes(_ indexes: [ChainIndex]) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in indexes { append(index.value, to: &bytes) }
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: Reading

    /// The chains of both columns; nil if their lengths do not go together.
    static func chains(
        _ fixed: UnsafeRawBufferPointer, _ positions: UnsafeRawBufferPointer
    ) throws(Refusal) -> [LedgerChain]? {
        let count = fixed.count / fixedBytes
        guard fixed.count == count * fixedBytes, positions.count == count * positionBytes else {
            return nil
        }
        var chains: [LedgerChain] = []
        chains.reserveCapacity(count)
        for number in 0..<count {
            let start = number * fixedBytes
            let units = UInt64(
                bigEndian: fixed.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let key = fixed.loadUnaligned(fromByteOffset: start + 12, as: Bytes16.self)
            chains.append(
                LedgerChain(
                    denomination: try Amount(units: units),
                    length: ChainIndex(number32(fixed, at: start + 8)),
                    key: ChainKey(storage: key), redeemed: position(number, in: positions)))
        }
        return chains
    }

    /// The same chains at other positions; nil if those are not as many.
    static func chains(
        _ chains: [LedgerChain], at positions: UnsafeRawBufferPointer
    ) -> [LedgerChain]? {
        guard positions.count == chains.count * positionBytes else { return nil }
        return chains.enumerated().map { number, chain in
            var chain = chain
            chain.redeemed = position(number, in: positions)
            return chain
        }
    }

    static func indexes(_ bytes: [UInt8]) -> [ChainIndex] {
        bytes.withUnsafeBytes { bytes in
            (0..<(bytes.count / 4)).map { ChainIndex(number32(bytes, at: $0 * 4)) }
        }
    }

    private static func position(
        _ number: Int, in column: UnsafeRawBufferPointer
    ) -> ChainPosition {
        let place = number * positionBytes
        let payword = column.loadUnaligned(fromByteOffset: place + 4, as: Bytes32.self)
        return ChainPosition(
            index: ChainIndex(number32(column, at: place)), payword: Payword(storage: payword))
    }

    private static func number32(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
