internal import PayWord

/// The bytes of packed channels, by how many chains they have; a reference tells which and where.
struct PackedRecords {
    private var slots = (1...Ordinal.countMaximum).map { chains in
        PackedSlots(stride: PackedLayout.head + PackedLayout.chain * chains)
    }

    mutating func insert(_ channel: LiveChannel.Packable) -> UInt32 {
        let chains = channel.state.chains.count
        let place = slots[chains - 1].take()
        slots[chains - 1].change(place) { PackedLayout.write(channel, into: $0) }
        // Three bits for the number of chains, less one; the place has the rest.
        return UInt32(chains - 1) << 29 | UInt32(place)
    }

    mutating func remove(_ reference: UInt32) -> LiveChannel.Packable? {
        let (chains, place) = Self.parts(reference)
        defer { slots[chains - 1].give(place) }
        return slots[chains - 1].read(place) { PackedLayout.read(chains: chains, from: $0) }
    }

    func id(_ reference: UInt32) -> CommitmentID {
        let (chains, place) = Self.parts(reference)
        return slots[chains - 1].read(place) {
            CommitmentID(storage: $0.loadUnaligned(as: Bytes16.self))
        }
    }

    private static func parts(_ reference: UInt32) -> (chains: Int, place: Int) {
        (Int(reference >> 29) + 1, Int(reference & 0x1fff_ffff))
    }
}

/// The bytes of one packed channel, in the machine's order.
private enum PackedLayout {
    /// id 16, payer 32, expiry, accepted, spent, payments and version 8 each.
    static let head = 88
    /// denomination 8, length, accepted and claimed index 4 each, payword 32, key 16.
    static let chain = 68

    static func write(_ channel: LiveChannel.Packable, into bytes: UnsafeMutableRawBufferPointer) {
        var offset = 0
        func put(_ value: some BitwiseCopyable) {
            bytes.storeBytes(of: value, toByteOffset: offset, as: type(of: value))
            offset += MemoryLayout.size(ofValue: value)
        }
        put(channel.state.id.storage)
        put(channel.payer.storage)
        put(channel.expiresAt.seconds)
        put(channel.state.accepted.units)
        put(channel.state.spent.units)
        put(channel.state.payments)
        put(channel.state.version)
        for (chain, key) in zip(channel.state.chains, channel.keys) {
            put(chain.denomination.units)
            put(chain.length.value)
            put(chain.accepted.index.value)
            put(chain.claimed.value)
            put(chain.accepted.payword.storage)
            put(key.storage)
        }
    }

    /// - Returns: nil if an amount does not fit, which none does not that was written.
    static func read(
        chains count: Int, from bytes: UnsafeRawBufferPointer
    ) -> LiveChannel.Packable? {
        var offset = 0
        func get<Value: BitwiseCopyable>(_ type: Value.Type = Value.self) -> Value {
            defer { offset += MemoryLayout<Value>.size }
            return bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)
        }
        func amount() -> Amount? { try? Amount(units: get()) }
        let id = CommitmentID(storage: get())
        let payer = PublicKey(storage: get())
        let expiresAt = Timestamp(get())
        guard let accepted = amount(), let spent = amount() else { return nil }
        var state = ChannelState(
            id: id, chains: [], accepted: accepted, spent: spent, payments: get(), version: get())
        var keys: [ChainKey] = []
        state.chains.reserveCapacity(count)
        keys.reserveCapacity(count)
        for _ in 0..<count {
            guard let denomination = amount() else { return nil }
            let (length, index, claimed) = (
                ChainIndex(get()), ChainIndex(get()), ChainIndex(get())
            )
            state.chains.append(
                ChannelChain(
                    denomination: denomination, length: length,
                    accepted: ChainPosition(index: index, payword: Payword(storage: get())),
                    claimed: claimed, settled: claimed))
            keys.append(ChainKey(storage: get()))
        }
        return LiveChannel.Packable(
            payer: payer, expiresAt: expiresAt, state: state, keys: keys)
    }
}

/// Places of one size, in blocks that are allocated as they are needed; those that were given back
/// are taken first.
private struct PackedSlots {
    private static let placesOfBlock = 256

    let stride: Int
    private var blocks: [[UInt8]] = []
    private var free: [UInt32] = []
    private var used = 0

    init(stride: Int) { self.stride = stride }

    mutating func take() -> Int {
        if let place = free.popLast() { return Int(place) }
        if used == blocks.count * Self.placesOfBlock {
            blocks.append([UInt8](repeating: 0, count: Self.placesOfBlock * stride))
        }
        defer { used += 1 }
        return used
    }

    mutating func give(_ place: Int) { free.append(UInt32(place)) }

    mutating func change<Result>(
        _ place: Int, _ body: (UnsafeMutableRawBufferPointer) -> Result
    ) -> Result {
        let (block, start) = (place / Self.placesOfBlock, place % Self.placesOfBlock * stride)
        return blocks[block].withUnsafeMutableBytes { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + stride]))
        }
    }

    func read<Result>(_ place: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let (block, start) = (place / Self.placesOfBlock, place % Self.placesOfBlock * stride)
        return blocks[block].withUnsafeBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[start..<start + stride]))
        }
    }
}
