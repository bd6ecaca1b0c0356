internal import PayWord
internal import Synchronization

/// The channels in memory: a bounded cache of what the store has, so that a million open channels
/// cost memory only for those that pay.
///
/// Two generations stand for an order of use: a channel that is used moves to the recent one, and
/// when that is full it becomes the older one, and the older one goes. A channel that goes while its
/// payments wait is held by the queue, and the store keeps it right even if it is loaded twice.
final class ChannelTable: Sendable {
    private struct Generations {
        var recent: [CommitmentID: LiveChannel] = [:]
        var older: [CommitmentID: LiveChannel] = [:]
    }

    private let store: any ChannelStore
    private let generationMaximum: Int
    /// Guards both generations; the store is asked outside.
    private let generations = Mutex(Generations())

    /// A table of at most `countMaximum` channels.
    init(store: any ChannelStore, countMaximum: Int) {
        self.store = store
        generationMaximum = max(1, countMaximum / 2)
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
        generations.withLock { generations in
            if let channel = generations.recent[id] { return channel }
            guard let channel = generations.older.removeValue(forKey: id) else { return nil }
            insert(channel, &generations)
            return channel
        }
    }

    /// Takes a record from the store into memory, unless the channel is there.
    func keep(_ record: ChannelRecord) throws(Refusal) -> LiveChannel {
        if let present = find(record.terms.id) { return present }
        let loaded = try LiveChannel(record)
        return generations.withLock { generations in
            if let present = generations.recent[loaded.id] { return present }
            insert(loaded, &generations)
            return loaded
        }
    }

    /// Forgets a channel, so that it is read again.
    func drop(_ channel: LiveChannel) {
        generations.withLock { generations in
            if generations.recent[channel.id] === channel { generations.recent[channel.id] = nil }
            if generations.older[channel.id] === channel { generations.older[channel.id] = nil }
        }
    }

    /// How many channels are in memory.
    var count: Int { generations.withLock { $0.recent.count + $0.older.count } }

    private func insert(_ channel: LiveChannel, _ generations: inout Generations) {
        if generations.recent.count >= generationMaximum {
            generations.older = generations.recent
            generations.recent = [:]
        }
        generations.recent[channel.id] = channel
    }
}
