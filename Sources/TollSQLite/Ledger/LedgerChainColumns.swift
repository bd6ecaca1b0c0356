internal import Foundation
internal import PayWord
internal import TollBroker

/// A commitment's chains as two columns: what is fixed, 28 bytes a chain, and what was redeemed, 36
/// bytes a chain. Numbers are big-endian.
enum LedgerChainColumns {
    private static let fixedBytes = 28
    private static let positionBytes = 36

    // MARK: Writing

    static func fixed(_ chains: [LedgerChain]) -> Data {
        var data = Data(capacity: chains.count * fixedBytes)
        for chain in chains {
            append(chain.denomination.units, to: &data)
            append(chain.length.value, to: &data)
            chain.key.withBytes { data.append(contentsOf: $0) }
        }
        return data
    }

    static func positions(_ chains: [LedgerChain]) -> Data {
        withPositions(of: chains) { Data($0) }
    }

    /// Shows the column of positions without making a value of it.
    static func withPositions<Result>(
        of chains: [LedgerChain], _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeTemporaryAllocation(
            byteCount: chains.count * positionBytes, alignment: 8
        ) { column in
            for (number, chain) in chains.enumerated() {
                let place = number * positionBytes
                column.storeBytes(
                    of: chain.redeemed.index.value.bigEndian, toByteOffset: place, as: UInt32.self)
                column.storeBytes(
                    of: chain.redeemed.payword.storage, toByteOffset: place + 4, as: Bytes32.self)
            }
            return try body(UnsafeRawBufferPointer(column))
        }
    }

    static func indexes(_ indexes: [ChainIndex]) -> Data {
        var data = Data(capacity: indexes.count * 4)
        for index in indexes { append(index.value, to: &data) }
        return data
    }

    private static func append(_ value: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: value.bigEndian) { data.append(contentsOf: $0) }
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

    /// Whether the chains stand at these positions.
    static func positions(
        of chains: [LedgerChain], are positions: UnsafeRawBufferPointer
    ) -> Bool {
        positions.count == chains.count * positionBytes
            && chains.indices.allSatisfy { chains[$0].redeemed == position($0, in: positions) }
    }

    static func indexes(_ bytes: UnsafeRawBufferPointer) -> [ChainIndex] {
        (0..<(bytes.count / 4)).map { ChainIndex(number32(bytes, at: $0 * 4)) }
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
