/// A cursor as bytes, for a payer that would rather read a state than hash once through a chain:
/// one with a slow processor, or with chains of millions.
///
/// | bytes | |
/// | --- | --- |
/// | 1 | 1: this form |
/// | 4 | the chain's length, most significant byte first |
/// | 4 | the index revealed last |
/// | 32 each | the paywords held, from the tip downwards; the two numbers say which |
/// | 32 | the payword revealed last |
/// | 32 | a tag: HMAC-SHA-256 keyed with all before, of "tollchain/1 cursor" and the chain's key |
///
/// The paywords held are money: whoever reads them can spend the rest of the chain. Keep them where
/// the wallet's secret is kept, or better not at all; this wallet keeps its secret and the index,
/// which are enough. The tag finds damage, and a state of another chain. It is no proof against
/// somebody who may write where the state is kept.
extension ChainCursor {
    private static let form: UInt8 = 1
    private static let headByteCount = 9
    private static let tagByteCount = 32

    /// The state, to be given to ``init(key:stored:)``.
    public var stored: SecretBytes {
        let body = SecretBytes(count: Self.bodyByteCount(held: heldCount)) { writeBody(to: $0) }
        let tag = Self.tag(of: body, key: key)
        return SecretBytes(count: body.count + tag.count) { output in
            body.withBytes { output.copyMemory(from: $0) }
            tag.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: output[body.count...]).copyMemory(from: $0)
            }
        }
    }

    /// The cursor that gave `stored`, without hashing through the chain.
    /// - Throws: `malformed` if it is damaged, cut short, or of a chain with another key.
    public init(key: ChainKey, stored: SecretBytes) throws(Refusal) {
        guard let traversal = Self.read(stored, key: key) else {
            throw Refusal(.malformed, "the stored state of a chain is damaged")
        }
        self.init(key: key, traversal: traversal)
    }

    private static func bodyByteCount(held: Int) -> Int {
        headByteCount + (held + 1) * Payword.byteCount
    }

    private static func tag(of body: SecretBytes, key: ChainKey) -> SecretBytes {
        HMACSHA256(key: body).derive("tollchain/1 cursor", key.bytes)
    }

    private func writeBody(to output: UnsafeMutableRawBufferPointer) {
        output[0] = Self.form
        output.storeBytes(of: length.value.bigEndian, toByteOffset: 1, as: UInt32.self)
        output.storeBytes(of: revealed.index.value.bigEndian, toByteOffset: 5, as: UInt32.self)
        traversal.write(
            to: UnsafeMutableRawBufferPointer(rebasing: output[Self.headByteCount...]))
    }

    private static func read(_ stored: SecretBytes, key: ChainKey) -> PebbleTraversal? {
        stored.withBytes { bytes -> PebbleTraversal? in
            guard bytes.count > headByteCount, bytes[0] == form else { return nil }
            let length = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
            let index = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 5, as: UInt32.self))
            guard index <= length else { return nil }
            let layout = PebbleLayout(length: length, left: length - index)
            let count = bodyByteCount(held: layout.heldCount)
            guard bytes.count == count + tagByteCount else { return nil }
            let body = SecretBytes(count: count) {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
            let claimed = SecretBytes(bytes[count...])
            guard tag(of: body, key: key).isEqual(to: claimed) else { return nil }
            return PebbleTraversal(
                length: length, left: length - index,
                reading: UnsafeRawBufferPointer(rebasing: bytes[headByteCount..<count]))
        }
    }
}

extension PebbleTraversal {
    /// Writes the paywords held from the tip downwards, and the revealed one.
    fileprivate func write(to output: UnsafeMutableRawBufferPointer) {
        let layout = layout
        var rest = output[...]
        var place = layout.place(below: PebbleLayout.placesMaximum)
        while let next = place {
            withPayword(at: next) {
                UnsafeMutableRawBufferPointer(rebasing: rest.prefix(Payword.byteCount))
                    .copyMemory(from: $0)
            }
            rest = rest.dropFirst(Payword.byteCount)
            place = layout.place(below: next)
        }
    }

    /// Reads what ``write(to:)`` wrote: as many bytes as the layout has paywords.
    fileprivate init(length: UInt32, left: UInt32, reading input: UnsafeRawBufferPointer) {
        let store = PebbleStore(capacity: PebbleSchedule.heldMaximum(length: length))
        store.setEntries(input)
        store.spread(to: PebbleLayout(length: length, left: left))
        self.init(length: length, left: left, store: store)
    }
}
