/// When the pebbles of a chain move while it is revealed from its root upwards: the optimal schedule
/// of B. Schoenmakers, "Explicit optimal binary pebbling for one-way hash chain reversal" (Financial
/// Cryptography 2016).
///
/// A pebbler of level *b* finds 2^b paywords that follow one another downwards, from the uppermost
/// of them, its start. It has 2^b - 1 rounds, one for each unit that is revealed; it idles for the
/// first half of them and hashes in the others, more and more often, and leaves a pebble where its
/// last 2^(b-1), …, 4, 2, 1 paywords begin. When it is done, its paywords are revealed: the last one
/// at once, and each pebble above is the start of a smaller pebbler.
///
/// So if *left* units are still to be revealed, one pebbler of level *b* stands for each bit *b* of
/// *left*, the largest at the tip, and the bits below *b* count the rounds that it has left. The
/// state is a function of *left* alone: a jump, a restore and a restart are one operation.
///
/// The paper's chain of 2^k values is paywords 1 to 2^k here: the root is known since the chain was
/// made. A chain whose length lies between two powers of two is the upper part of the longer one.
///
/// What is called *width* here is how many paywords of its pebbler lie from a pebble downwards, its
/// own among them: 2^b at the start, 1 at the last one.
enum PebbleSchedule {
    /// How many pebbles are held at most: *k* = ⌈log2(length)⌉, and 1 where that is 0.
    static func heldMaximum(length: UInt32) -> Int { max(1, UInt64(length).ceilingLog2) }

    /// How many hashes one more unit costs at most: ⌈k/2⌉.
    static func hashesMaximum(length: UInt32) -> Int { (UInt64(length).ceilingLog2 + 1) / 2 }

    /// The width at the front pebble of a pebbler with `rounds` rounds left: one more than the
    /// hashes that it still has to do.
    ///
    /// The paper gives the hashes of each round; this is their sum in closed form. Between 2^j and
    /// 2^(j+1) rounds before the end, a round costs (level - len(*e*)) / 2 hashes, *e* rounds after
    /// the interval's first, where len counts the binary digits; halves are taken in turn, and a
    /// pebbler of even level does the larger one last.
    static func width(level: Int, rounds: UInt32) -> UInt32 {
        guard rounds > 0 else { return 1 }
        guard rounds < (1 << level) >> 1 else { return 1 << level }
        let interval = rounds.bitLength - 1
        let first: Int64 = 1 << interval
        let above = 2 * first - Int64(rounds) - 1
        let halves =
            (Int64(level + 3 - interval) * first - 2)
            + (Int64(rounds) - first) * Int64(level)
            - (sumOfBitLengths(first - 1) - sumOfBitLengths(above))
        return UInt32((halves + Int64(1 - level & 1)) / 2) + 1
    }

    /// len(1) + len(2) + … + len(last), where len counts binary digits.
    private static func sumOfBitLengths(_ last: Int64) -> Int64 {
        let digits = UInt32(last).bitLength
        return (last + 1) * Int64(digits) - (1 << digits) + 1
    }

    /// Whether nothing is revealed of a chain of 2^k paywords, k ≥ 1. Its one pebbler is done, with
    /// k + 1 pebbles; the lowest is found from the next when it is revealed, so that k are held.
    static func isFresh(length: UInt32, left: UInt32) -> Bool {
        left == length && length > 1 && length & (length - 1) == 0
    }
}

extension UInt32 {
    /// How many binary digits the number has: 0 for 0.
    var bitLength: Int { UInt32.bitWidth - leadingZeroBitCount }
}

extension UInt64 {
    /// How many binary digits the number has: 0 for 0.
    var bitLength: Int { UInt64.bitWidth - leadingZeroBitCount }

    /// The least *k* with 2^k ≥ self; 0 for 0 and 1.
    fileprivate var ceilingLog2: Int { self <= 1 ? 0 : (self - 1).bitLength }
}
