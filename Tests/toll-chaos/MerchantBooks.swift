/// What a merchant's database says, read with SQL alone.
struct MerchantBooks {
    /// A chain, as one channel's row has it.
    struct Chain {
        let denomination: Int64
        let accepted, claimed, settled: UInt32
        let payword: [UInt8]
    }

    struct Channel {
        var chains: [Chain] = []
        var accepted: Int64 = 0
        var spent: Int64 = 0
        var payments: Int64 = 0
        var due: Int64 = 0
        var claimed: Int64 = 0
        var settled: Int64 = 0
        /// The rows of references.
        var charges: Int64 = 0
        var charged: Int64 = 0
        /// What batches say: settled, and sent without an answer yet.
        var settledInBatches: Int64 = 0
        var openInBatches: Int64 = 0

        /// Whether all is settled that further paywords can express: a chain never goes back, so less
        /// than one of the largest may be left.
        var isSettled: Bool {
            due - settled < (chains.map(\.denomination).max() ?? 1) && claimed == settled
        }

        func worth(_ index: (Chain) -> UInt32) -> Int64 {
            chains.reduce(0) { $0 + $1.denomination * Int64(index($1)) }
        }
    }

    var channels: [String: Channel] = [:]
    var batches: Set<String> = []
    var gross: Int64 = 0
    var expected: Int64 = 0
    let reader: any RowReader

    init(folder: String) throws {
        try self.init(SQLiteReader("\(folder)/merchant/channels.sqlite"))
    }

    init(_ reader: any RowReader) throws {
        self.reader = reader
        try reader.rows(
            "SELECT id, chains, accepted, spent, payments, due, claimed, settled FROM channels"
        ) { row in
            channels[row.hex(0)] = Channel(
                chains: Self.chains(row.bytes(1)), accepted: row.integer(2),
                spent: row.integer(3), payments: row.integer(4), due: row.integer(5),
                claimed: row.integer(6), settled: row.integer(7))
        }
        try reader.rows(
            "SELECT channel, count(*), sum(amount) FROM charges WHERE kind = 1 GROUP BY channel"
        ) { row in
            channels[row.hex(0)]?.charges = row.integer(1)
            channels[row.hex(0)]?.charged = row.integer(2)
        }
        try reader.rows(
            """
            SELECT channel, sum(CASE WHEN result = 0 THEN expected ELSE 0 END),
                sum(CASE WHEN result IS NULL AND abandoned_reason IS NULL THEN expected ELSE 0 END)
            FROM batch_claims JOIN batches ON number = batch GROUP BY channel
            """
        ) { row in
            channels[row.hex(0)]?.settledInBatches = row.integer(1)
            channels[row.hex(0)]?.openInBatches = row.integer(2)
        }
        try reader.rows("SELECT id FROM batches") { batches.insert($0.hex(0)) }
        gross = try reader.integer("SELECT sum(gross) FROM settlements") ?? 0
        expected = try reader.integer("SELECT sum(expected) FROM settlements") ?? 0
    }

    /// The charges under some references of a channel.
    func charges(_ channel: String, _ references: [String]) throws -> [String: Int64] {
        var charges: [String: Int64] = [:]
        for start in stride(from: 0, to: references.count, by: 200) {
            let part = references[start..<min(start + 200, references.count)]
            let marks = part.indices.map { "?\($0 - start + 2)" }.joined(separator: ", ")
            try reader.rows(
                "SELECT reference, amount FROM charges WHERE channel = ?1 AND kind = 1 "
                    + "AND reference IN (\(marks))",
                [[UInt8](hexText: channel)] + part.map { [UInt8](hexText: $0) }
            ) { charges[$0.hex(0)] = $0.integer(1) }
        }
        return charges
    }

    /// The commitment that the payer signed.
    func commitment(_ channel: String) throws -> [UInt8] {
        var object: [UInt8] = []
        try reader.rows(
            "SELECT object FROM commitments WHERE id = ?1", [[UInt8](hexText: channel)]
        ) { object = $0.bytes(0) }
        return object
    }

    /// Sixty bytes a chain: denomination, length, accepted, claimed, settled, final, payword.
    private static func chains(_ bytes: [UInt8]) -> [Chain] {
        stride(from: 0, to: bytes.count - 59, by: 60).map { start in
            func number(_ offset: Int, _ count: Int) -> UInt64 {
                bytes[(start + offset)..<(start + offset + count)].reduce(0) {
                    $0 << 8 | UInt64($1)
                }
            }
            return Chain(
                denomination: Int64(clamping: number(0, 8)), accepted: UInt32(number(12, 4)),
                claimed: UInt32(number(16, 4)), settled: UInt32(number(20, 4)),
                payword: Array(bytes[(start + 28)..<(start + 60)]))
        }
    }
}
