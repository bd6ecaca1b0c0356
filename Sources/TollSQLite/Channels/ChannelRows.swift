internal import Foundation
internal import GRDB
internal import PayWord
internal import TollMerchant

/// How a channel's chains stand in one column.
enum ChainsColumn {
    static let bytesPerChain = 60

    static func encode(_ chains: [ChannelChain]) -> Data {
        var data = Data(count: bytesPerChain * chains.count)
        data.withUnsafeMutableBytes { encode(chains, into: $0) }
        return data
    }

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

    static func encode(_ indexes: [ChainIndex]) -> Data {
        var data = Data(capacity: 4 * indexes.count)
        for index in indexes { append(index.value, to: &data) }
        return data
    }

    static func chains(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> [ChannelChain] {
        guard bytes.count.isMultiple(of: bytesPerChain),
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

    static func indexes(_ data: Data) -> [ChainIndex] {
        data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { offset in
                ChainIndex(
                    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                )
            }
        }
    }

    private static func append(_ value: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: value.bigEndian) { data.append(contentsOf: $0) }
    }
}

extension FixedBytes {
    /// The bytes as a column.
    var data: Data { withBytes { Data($0) } }

    /// The value of a column.
    init(column row: Row, _ name: String) throws(Refusal) {
        guard let data = Data.fromDatabaseValue(row[name]), let value = Self(data) else {
            throw Refusal(.storageFailed, "column \(name) is damaged")
        }
        self = value
    }
}

extension Amount {
    /// The value of a column.
    init(column row: Row, _ name: String) throws(Refusal) {
        guard let units = UInt64(exactly: row[name] as Int64? ?? -1) else {
            throw Refusal(.storageFailed, "column \(name) is damaged")
        }
        try self.init(units: units)
    }
}

extension Timestamp {
    /// The value of a column. Times that a store is given are near the present.
    init(column row: Row, _ name: String) {
        self.init(UInt64(clamping: row[name] as Int64? ?? 0))
    }

    var column: Int64 { Int64(clamping: seconds) }
}

extension Asset {
    init(columns row: Row) throws(Refusal) {
        try self.init(
            code: row["asset_code"], scale: UInt8(clamping: row["asset_scale"] as Int64? ?? 0))
    }
}

extension ChannelState {
    /// The columns of `channels`.
    static let columns =
        "channels.id, channels.chains, channels.accepted, channels.spent, channels.payments, "
        + "channels.closed_at, channels.refused_reason, channels.version"

    init(_ row: Row) throws {
        let chains = try row.withUnsafeData(named: "chains") { data in
            try (data ?? Data()).withUnsafeBytes { bytes in try ChainsColumn.chains(bytes) }
        }
        self.init(
            id: try CommitmentID(column: row, "id"), chains: chains,
            accepted: try Amount(column: row, "accepted"),
            spent: try Amount(column: row, "spent"),
            payments: UInt64(clamping: row["payments"] as Int64? ?? 0),
            closedAt: (row["closed_at"] as Int64?).map { Timestamp(UInt64(clamping: $0)) },
            refusedReasonNumber: (row["refused_reason"] as Int64?)
                .map { UInt64(bitPattern: $0) },
            version: UInt64(clamping: row["version"] as Int64? ?? 0))
    }
}

extension ChannelRecord {
    /// The columns of `channels` and `commitments`.
    static let columns =
        ChannelState.columns
        + ", commitments.payer, commitments.broker, commitments.nonce, commitments.asset_code, "
        + "commitments.asset_scale, commitments.funding, commitments.worth, "
        + "commitments.opened_at, commitments.expires_at, commitments.redeem_by, "
        + "commitments.object"

    /// Both tables, joined.
    static let tables = "channels JOIN commitments ON commitments.id = channels.id"

    init(_ row: Row) throws {
        guard let funding = ChannelFunding(rawValue: UInt64(clamping: row["funding"] as Int64))
        else { throw Refusal(.storageFailed, "column funding is damaged") }
        self.init(
            terms: ChannelTerms(
                id: try CommitmentID(column: row, "id"),
                payer: try PublicKey(column: row, "payer"),
                broker: try PublicKey(column: row, "broker"),
                nonce: try Nonce(column: row, "nonce"), asset: try Asset(columns: row),
                funding: funding, worth: try Amount(column: row, "worth"),
                openedAt: Timestamp(column: row, "opened_at"),
                expiresAt: Timestamp(column: row, "expires_at"),
                redeemBy: Timestamp(column: row, "redeem_by"),
                commitment: Array(row["object"] as Data)),
            state: try ChannelState(row))
    }
}
