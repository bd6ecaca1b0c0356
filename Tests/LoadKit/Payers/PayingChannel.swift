import PayWord
import PeerProtocol

/// An open channel as its payer knows it: what it may reveal next, and what waits for an answer.
///
/// A class, because a lane finds it by its popularity and a connection by its handle. Both are on one
/// event loop.
final class PayingChannel {
    /// A payment that was sent and not answered yet.
    struct Sent {
        let sequence: UInt32
        /// When it was due, in nanoseconds since the start of its run.
        let due: UInt64
        let units: UInt64
    }

    let kind: ChannelKind
    let id: CommitmentID
    let link: PayerLink
    var handle = Handle(0)
    /// What was sent, the oldest first.
    var sent = Line<Sent>()
    /// What all its acknowledged payments spent.
    var acknowledged: UInt64 = 0
    /// What the merchant said last that it has spent.
    var spent: UInt64 = 0

    private var cursors: [ChainCursor]
    private let ordinals: [Ordinal]
    private var references: UInt64 = 0

    init(_ made: MadeChannel, link: PayerLink) {
        kind = made.kind
        id = made.id
        cursors = made.cursors
        ordinals = Ordinal.all(count: made.cursors.count)
        self.link = link
    }

    /// The paywords that are worth an amount; nil if a chain has not so many left.
    func claims(worth units: UInt64) -> PaywordClaims? {
        let denominations = kind.denominations
        guard
            cursors.indices.allSatisfy({ place in
                steps(place, units, denominations) <= cursors[place].remaining
            })
        else { return nil }
        var claims = PaywordClaims()
        for place in cursors.indices {
            let steps = steps(place, units, denominations)
            guard steps > 0 else { continue }
            let index = ChainIndex(cursors[place].revealed.index.value + steps)
            guard let payword = cursors[place].advance(to: index) else { return nil }
            claims.append(
                PaywordClaim(ordinal: ordinals[place], index: index, payword: payword))
        }
        return claims
    }

    /// A digit to the base 16; the last chain takes all that is above it.
    private func steps(_ place: Int, _ units: UInt64, _ denominations: [UInt64]) -> UInt32 {
        let count = units / denominations[place]
        return UInt32(place == denominations.count - 1 ? count : count % 16)
    }

    /// What makes the next payment safe to send again, where its kind wants that.
    func nextReference() -> [UInt8]? {
        guard kind.hasReferences else { return nil }
        references += 1
        return withUnsafeBytes(of: references.bigEndian) { Array($0) }
    }
}

/// What waits, first come first served, without moving what stands behind.
struct Line<Element> {
    private var items: [Element] = []
    private var head = 0

    var count: Int { items.count - head }
    var first: Element? { head < items.count ? items[head] : nil }

    mutating func append(_ item: Element) { items.append(item) }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: head <= 1024)
            head = 0
        } else if head >= 1024, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return first
    }

    /// Takes the first out that is the one.
    mutating func remove(where isTheOne: (Element) -> Bool) -> Element? {
        guard let place = items[head...].firstIndex(where: isTheOne) else { return nil }
        return items.remove(at: place)
    }
}
