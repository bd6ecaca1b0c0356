internal import PayWord
internal import TollMerchant

/// How a channel's chains stand in one column: 60 bytes each, numbers big-endian.
enum ChainsColumn {
    static let bytesPerChain = 60

    /// Fills as many bytes as the chains take.
    static func encode(_ chains: [ChannelChain], into bytes: UnsafeMutableRawBufferPointer) {
        var offset = 0
        func put(_ value: some FixedWidthInteger) {
            bytes.storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
            offset += value.bitWidth / 8
        }
        for chain in chains {
            put(chain.denomination.units)
            put(chain.length.value)
            put(chain.accepted.index.value)
            put(chain.claimed.value)
            put(chain.settled.value)
            put(chain.final.value)
            chain.accepted.payword.withBytes { payword in
                bytes[offset..<offset + payword.count].copyBytes(from: payword)
                offset += payword.count
            }
        }
    }

    static func chains(_ bytes: UnsafeRawBufferPointer?) throws(Refusal) -> [ChannelChain] {
        guard let bytes, bytes.count.isMultiple(of: bytesPerChain),
            bytes.count <= bytesPerChain * Ordinal.countMaximum
        else { throw Refusal(.storageFailed, "a channel's chains are damaged") }
        var chains: [ChannelChain] = []
        chains.reserveCapacity(bytes.count / bytesPerChain)
        for start in stride(from: 0, to: bytes.count, by: bytesPerChain) {
            func index(_ field: Int) -> ChainIndex {
                ChainIndex(
                    UInt32(
                        bigEndian: bytes.loadUnaligned(
                            fromByteOffset: start + 8 + 4 * field, as: UInt32.self)))
            }
            let units = UInt64(
                bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let payword = UnsafeRawBufferPointer(rebasing: bytes[(start + 28)..<(start + 60)])
            chains.append(
                ChannelChain(
                    denomination: try Amount(units: units), length: index(0),
                    accepted: ChainPosition(index: index(1), payword: Payword(payword) ?? .zero),
                    claimed: index(2), settled: index(3), final: index(4)))
        }
        return chains
    }

    static func encode(_ indexes: [ChainIndex]) -> [UInt8] {
        indexes.flatMap { index in withUnsafeBytes(of: index.value.bigEndian) { Array($0) } }
    }

    static func indexes(_ bytes: [UInt8]) -> [ChainIndex] {
        stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
            ChainIndex(bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }
}
