internal import PayWord

/// Channels that nothing waits on, in flat memory: 88 bytes a channel and 68 a chain, and about seven
/// for the index. As objects they would take three allocations each, and three times as much.
///
/// Not everything can be packed: a channel that is closed, refused, has a claim under way or a failure
/// to remember goes back to the store alone.
struct PackedChannels {
    private var records = PackedRecords()
    private var index = PackedIndex()

    /// How many channels there are.
    var count: Int { index.count }

    /// Packs a channel that is not here.
    mutating func insert(_ channel: LiveChannel.Packable) {
        let reference = records.insert(channel)
        index.insert(reference, channel.state.id, in: records)
    }

    /// Takes a channel out; nil if it is not here.
    mutating func remove(_ id: CommitmentID) -> LiveChannel.Packable? {
        guard let reference = index.remove(id, in: records) else { return nil }
        return records.remove(reference)
    }
}
