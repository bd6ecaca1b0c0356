internal import DeterministicCBOR
internal import PayWord
internal import TollWallet

/// The protocol's values as columns of the wallet's tables. What does not read back is damaged.
enum WalletColumns {
    static func damaged(_ what: String) -> Refusal {
        Refusal(.storageFailed, "the wallet's database is damaged: \(what)")
    }

    /// An index a chain.
    static func indexes(_ indexes: [ChainIndex]) -> PostgresValue {
        .bytes(encoded(indexes))
    }

    static func encoded(_ indexes: [ChainIndex]) -> [UInt8] {
        indexes.flatMap { index in withUnsafeBytes(of: index.value.bigEndian) { Array($0) } }
    }

    static func indexes(_ bytes: [UInt8]) -> [ChainIndex] {
        stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
            ChainIndex(bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    /// Byte strings, as one CBOR array.
    static func list(_ items: [[UInt8]]) -> PostgresValue {
        .bytes(CBORValue.array(items.map { .bytes($0) }).encoded)
    }

    static func list(_ bytes: [UInt8]) throws(Refusal) -> [[UInt8]] {
        guard case .array(let items)? = try? CBORValue(decoding: bytes) else {
            throw damaged("funding")
        }
        var list: [[UInt8]] = []
        for item in items {
            guard case .bytes(let bytes) = item else { throw damaged("funding") }
            list.append(bytes)
        }
        return list
    }

    /// `[[ordinal, index] …]`.
    static func marks(_ marks: [ChainMark]) -> [UInt8] {
        CBORValue.array(
            marks.map {
                .array([.unsigned(UInt64($0.ordinal.value)), .unsigned(UInt64($0.index.value))])
            }
        ).encoded
    }

    static func marks(_ bytes: [UInt8]) throws(Refusal) -> [ChainMark] {
        guard case .array(let items)? = try? CBORValue(decoding: bytes) else {
            throw damaged("marks")
        }
        var marks: [ChainMark] = []
        for item in items {
            guard case .array(let parts) = item, parts.count == 2,
                case .unsigned(let place) = parts[0], case .unsigned(let number) = parts[1],
                let ordinal = Ordinal(place), let index = UInt32(exactly: number)
            else { throw damaged("marks") }
            marks.append(ChainMark(ordinal: ordinal, index: ChainIndex(index)))
        }
        return marks
    }
}

extension ChannelProgress {
    static let columns =
        "version, revealed, accepted, spent, charged, payments, is_complete, is_shared"

    /// Reads ``columns`` from a place on.
    init(_ row: PostgresRow, from place: Int32) throws {
        let revealed = WalletColumns.indexes(try row.bytes(place + 1))
        self.init(chains: revealed.count)
        version = try row.unsigned(place)
        self.revealed = revealed
        accepted = WalletColumns.indexes(try row.bytes(place + 2))
        spent = try row.amount(place + 3)
        charged = try row.amount(place + 4)
        payments = try row.unsigned(place + 5)
        isComplete = try row.boolean(place + 6)
        isShared = try row.boolean(place + 7)
    }
}

extension ChannelRecord {
    static let columns =
        "commitment, generation, address, mode, salt, offer, reference, request, funding, stage, "
        + "dispute, close, is_close_delivered, " + ChannelProgress.columns

    init(_ row: PostgresRow) throws {
        guard let generation = UInt32(exactly: try row.integer(1)) else { throw row.damaged(1) }
        self.init(
            commitment: try SignedObject(decoding: try row.bytes(0)), generation: generation,
            address: try row.words(2), mode: try row.choice(3), salt: try row.optionalFixed(4),
            offer: try row.optionalBytes(5).map { try SignedObject(decoding: $0) },
            reference: try row.optionalFixed(6), request: row.optionalBytes(7),
            funding: try WalletColumns.list(try row.bytes(8)), stage: try row.choice(9),
            progress: try ChannelProgress(row, from: 13), dispute: row.optionalWords(10),
            close: row.optionalBytes(11), isCloseDelivered: try row.boolean(12))
    }
}

extension PaymentRecord {
    static let columns =
        "number, amount, total, marks, reference, memo, resource, at, state, reason"

    init(_ row: PostgresRow) throws {
        let reason = try row.optionalInteger(9)
        self.init(
            number: try row.unsigned(0), amount: try row.amount(1), total: try row.amount(2),
            marks: try WalletColumns.marks(try row.bytes(3)), reference: row.optionalBytes(4),
            memo: row.optionalWords(5), resource: row.optionalWords(6), at: try row.time(7),
            state: try row.choice(8),
            reason: reason.flatMap { UInt16(exactly: $0) }.flatMap { Reason(rawValue: $0) })
    }
}

extension HistoryEntry {
    static let columns = PaymentRecord.columns + ", channel"

    init(_ row: PostgresRow) throws {
        self.init(channel: try row.fixed(10), payment: try PaymentRecord(row))
    }
}
