internal import PayWord

/// The commitments that the claims of a batch are on: each once, in the order of their ids, so that
/// all that follows finds them by their place.
struct ClaimedRows: Sendable {
    /// In order, without repetition, and without those of claims that could not be read.
    let ids: [CommitmentID]
    /// For each claim, where its commitment is among the ids; nil for one that could not be read.
    private let places: [Int?]

    init(_ claims: [ReadClaim]) {
        let readable = claims.indices.filter { claims[$0].refusal == nil }
        let order = readable.map { (key: SortKey(claims[$0].id), claim: $0) }
            .sorted { $0.key < $1.key }
        var ids: [CommitmentID] = []
        ids.reserveCapacity(order.count)
        var places = [Int?](repeating: nil, count: claims.count)
        for (_, claim) in order {
            if ids.last != claims[claim].id { ids.append(claims[claim].id) }
            places[claim] = ids.count - 1
        }
        self.ids = ids
        self.places = places
    }

    func place(ofClaim claim: Int) -> Int? { places[claim] }

    /// The rows of a snapshot, in the order of ``ids``; nil for those that are not there.
    func rows(in snapshot: LedgerSnapshot) -> [LedgerCommitment?] {
        ids.map { snapshot.commitments[$0] }
    }
}

/// The bytes of an id as two numbers, in the order of ids.
private struct SortKey: Comparable {
    private let high: UInt64
    private let low: UInt64

    init(_ id: CommitmentID) {
        (high, low) = withUnsafeBytes(of: id.storage) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    static func < (left: SortKey, right: SortKey) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
