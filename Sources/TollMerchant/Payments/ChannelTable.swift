internal import PayWord
internal import Synchronization

/// The channels in memory: a bounded cache of what the store has, so that a million open channels
/// cost memory only for those that pay, and little for each.
///
/// Channels that are in use are objects; those that were not used for a while are packed. Two
/// generations of each stand for an order of use: a channel that is used moves to the recent one;
/// when that is full it becomes the older one, and the older one goes: objects become packed, and
/// packed ones go. A channel that goes while its payments wait is held by the queue, and the store
/// keeps it right even if it is in memory twice.
final class ChannelTable: Sendable {
    /// How many objects one generation has at most.
    static let objectsMaximum = 4096

    private struct Generations {
        var recent: [CommitmentID: LiveChannel] = [:]
        var older: [CommitmentID: LiveChannel] = [:]
        var packed = PackedChannels()
        var olderPacked = PackedChannels()
    }

    private let store: any ChannelStore
    private let generationMaximum: Int
    private let packedMaximum: Int
    /// Guards all generations; the store is asked outside. Taken before a channel's lock, and never
    /// with one that is held.
    private let generations = Mutex(Generations())

    /// A table of at most `countMaximum` channels.
    init(store: any ChannelStore, countMaximum: Int) {
        self.store = store
        generationMaximum = min(Self.objectsMaximum, max(1, countMaximum / 2))
        packedMaximum = (countMaximum - 2 * generationMaximum) / 2
    }

    /// The channel, from memory or from the store.
    /// - Throws: `unknown-commitment`, or what the store throws.
    func channel(_ id: CommitmentID) async throws(Refusal) -> LiveChannel {
        if let channel = find(id) { return channel }
        guard let record = try await store.channel(id) else {
            throw Refusal(.unknownCommitment, "no channel \(id) is open here")
        }
        return try keep(record)
    }

    /// The channel if it is in memory.
    func find(_ id: CommitmentID) -> LiveChannel? {
        generations.withLock { find(id, &$0) }
    }

    private func find(_ id: CommitmentID, _ generations: inout Generations) -> LiveChannel? {
        if let channel = generations.recent[id] { return channel }
        let channel =
            generations.older.removeValue(forKey: id)
            ?? (generations.packed.remove(id) ?? generations.olderPacked.remove(id))
            .map { LiveChannel($0) }
        if let channel { insert(channel, &generations) }
        return channel
    }

    /// Takes a record from the store into memory, unless the channel is there.
    func keep(_ record: ChannelRecord) throws(Refusal) -> LiveChannel {
        if let present = find(record.terms.id) { return present }
        let loaded = try LiveChannel(record)
        return generations.withLock { generations in
            if let present = find(loaded.id, &generations) { return present }
            insert(loaded, &generations)
            return loaded
        }
    }

    /// Forgets a channel, so that it is read again.
    func drop(_ channel: LiveChannel) {
        generations.withLock { generations in
            if generations.recent[channel.id] === channel { generations.recent[channel.id] = nil }
            if generations.older[channel.id] === channel { generations.older[channel.id] = nil }
            _ = generations.packed.remove(channel.id)
            _ = generations.olderPacked.remove(channel.id)
        }
    }

    /// How many channels are in memory.
    var count: Int {
        generations.withLock {
            $0.recent.count + $0.older.count + $0.packed.count + $0.olderPacked.count
        }
    }

    /// How many of them are packed.
    var packedCount: Int { generations.withLock { $0.packed.count + $0.olderPacked.count } }

    private func insert(_ channel: LiveChannel, _ generations: inout Generations) {
        if generations.recent.count >= generationMaximum {
            let leaving = generations.older
            generations.older = generations.recent
            generations.recent = [:]
            for channel in leaving.values { pack(channel, &generations) }
        }
        generations.recent[channel.id] = channel
    }

    private func pack(_ channel: LiveChannel, _ generations: inout Generations) {
        guard packedMaximum > 0, let packable = channel.packable else { return }
        if generations.packed.count >= packedMaximum {
            generations.olderPacked = generations.packed
            generations.packed = PackedChannels()
        }
        generations.packed.insert(packable)
    }
}
