public import DeterministicCBOR

/// How far one chain is paid, without its payword: `[ordinal, index]` in receipts and closes.
public struct ChainMark: Hashable, Sendable {
    /// Which chain of the commitment: 0 to 7.
    public let ordinal: Ordinal
    /// How many of its paywords are paid: 0 to 2^32 − 1.
    public let index: ChainIndex

    /// A chain's index.
    public init(ordinal: Ordinal, index: ChainIndex) {
        self.ordinal = ordinal
        self.index = index
    }

    var value: CBORValue {
        .array([.unsigned(UInt64(ordinal.value)), .unsigned(UInt64(index.value))])
    }
}

/// A payword of one chain, as payments and redemptions carry it: `[ordinal, index, payword]`.
public struct PaywordClaim: Hashable, Sendable {
    /// Which chain of the commitment: 0 to 7.
    public let ordinal: Ordinal
    /// The place of ``payword`` in its chain, and so how many units of the chain it pays in all.
    public let index: ChainIndex
    /// The payword itself, 32 bytes. Hashed ``index`` times it must give the root of the chain; a
    /// claim alone does not show that it does.
    public let payword: Payword

    /// A claim that `payword` stands at `index` of a chain. Nothing is hashed.
    public init(ordinal: Ordinal, index: ChainIndex, payword: Payword) {
        self.ordinal = ordinal
        self.index = index
        self.payword = payword
    }

    /// The place in its chain.
    public var position: ChainPosition { ChainPosition(index: index, payword: payword) }
    /// The place, without the payword.
    public var mark: ChainMark { ChainMark(ordinal: ordinal, index: index) }

    /// One claim, `[ordinal, index, payword]`. The head of a list of claims is the caller's to
    /// write.
    public func write(to encoder: inout CBOREncoder) {
        encoder.writeArray(count: 3)
        encoder.writeUnsigned(ordinal.value)
        encoder.writeUnsigned(index.value)
        payword.withBytes { encoder.writeBytes($0) }
    }
}

extension CBORDecoder {
    /// `[[ordinal, index] …]`, ordinals ascending without repetition.
    mutating func readMarks(_ what: String) throws(Refusal) -> [ChainMark] {
        let start = offset
        let marks = try readList(what, count: 0...Ordinal.countMaximum) { (d) throws(Refusal) in
            try d.readTuple(what, count: 2)
            return ChainMark(ordinal: try d.readOrdinal(), index: try d.readIndex())
        }
        try Self.checkAscending(marks.map(\.ordinal), what, start)
        return marks
    }

    private static func checkAscending(
        _ ordinals: [Ordinal], _ what: String, _ offset: Int
    ) throws(Refusal) {
        for (lower, upper) in zip(ordinals, ordinals.dropFirst()) where lower >= upper {
            throw Refusal(.malformed, "\(what): ordinals must ascend", at: offset)
        }
    }
}
