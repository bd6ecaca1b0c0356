internal import PayWord

/// Where packed channels are, by their ids: open addressing with linear probing (D. Knuth, TAOCP 6.4,
/// algorithms L and R), at most 7/8 full. It has no keys of its own: a record tells its id.
struct PackedIndex {
    /// References to records, or `empty`.
    private var cells = [UInt32](repeating: Self.empty, count: 16)
    private(set) var count = 0

    private static let empty = UInt32.max
    private var mask: Int { cells.count - 1 }

    mutating func insert(
        _ reference: UInt32, _ id: CommitmentID, in records: borrowing PackedRecords
    ) {
        if (count + 1) * 8 > cells.count * 7 { grow(records) }
        place(reference, id)
        count += 1
    }

    private mutating func place(_ reference: UInt32, _ id: CommitmentID) {
        var cell = home(id)
        while cells[cell] != Self.empty { cell = (cell + 1) & mask }
        cells[cell] = reference
    }

    private mutating func grow(_ records: borrowing PackedRecords) {
        let old = cells
        cells = [UInt32](repeating: Self.empty, count: old.count * 2)
        for reference in old where reference != Self.empty {
            place(reference, records.id(reference))
        }
    }

    /// Removes the reference of the record with an id.
    mutating func remove(_ id: CommitmentID, in records: borrowing PackedRecords) -> UInt32? {
        var cell = home(id)
        while cells[cell] != Self.empty, records.id(cells[cell]) != id { cell = (cell + 1) & mask }
        let found = cells[cell]
        guard found != Self.empty else { return nil }
        close(cell, records)
        count -= 1
        return found
    }

    /// Moves those up that could not be where they belong because this cell was taken.
    private mutating func close(_ removed: Int, _ records: borrowing PackedRecords) {
        var gap = removed
        var cell = removed
        while true {
            cells[gap] = Self.empty
            repeat {
                cell = (cell + 1) & mask
                guard cells[cell] != Self.empty else { return }
                // It stays if its home lies behind the gap, up to where it is, cyclically.
            } while (cell - home(records.id(cells[cell]))) & mask < (cell - gap) & mask
            cells[gap] = cells[cell]
            gap = cell
        }
    }

    /// Seeded anew in each process, so that nobody can choose ids that collide.
    private func home(_ id: CommitmentID) -> Int { id.hashValue & mask }
}
