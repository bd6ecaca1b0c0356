internal import DeterministicCBOR

/// What became of one claim: a leaf of the settlement's Merkle tree.
///
/// `[position, commitment id, [[ordinal, from, to] …], amount, reason or null]`, ordinals ascending. A
/// chain that was redeemed as far before is left out. A refused claim has no advances and the amount
/// 0; where its commitment could not be read, its id is 16 zero bytes.
public struct ClaimOutcome: Hashable, Sendable {
    /// How far one chain was redeemed by a claim: the paywords above `from`, up to `to`.
    public struct Advance: Hashable, Sendable {
        /// Which chain of the claim's commitment: 0 to 7.
        public let ordinal: Ordinal
        /// The index that was redeemed before; 0 at first.
        public let from: ChainIndex
        /// The index that is redeemed now. What pays is `to − from` paywords.
        public let to: ChainIndex

        /// An advance. That `from` is below `to` is checked when a leaf is decoded, not here.
        public init(ordinal: Ordinal, from: ChainIndex, to: ChainIndex) {
            self.ordinal = ordinal
            self.from = from
            self.to = to
        }
    }

    /// The claim's place in its batch, and the leaf's in the tree: 0 to 65,535.
    public let position: UInt32
    /// The commitment that was claimed on; 16 zero bytes if a refused claim carried one that could
    /// not be read.
    public let commitmentID: CommitmentID
    /// The chains that rose, in order of ordinal. None for a refused claim, or for one that was
    /// redeemed as far before.
    public let advances: [Advance]
    /// What the claim pays: denomination × (to − from) over all advances, in the asset's smallest
    /// units.
    public let amount: Amount
    /// Why the claim was refused, as a number of `spec/09-reasons.md`, kept even if this version
    /// does not know it; nil if it was accepted.
    public let reasonNumber: UInt64?

    /// A claim that was accepted.
    public init(
        position: UInt32, commitmentID: CommitmentID, advances: [Advance], amount: Amount
    ) {
        self.position = position
        self.commitmentID = commitmentID
        self.advances = advances
        self.amount = amount
        reasonNumber = nil
    }

    /// A claim that was refused.
    public init(position: UInt32, commitmentID: CommitmentID, refused reason: Reason) {
        self.position = position
        self.commitmentID = commitmentID
        advances = []
        amount = .zero
        reasonNumber = UInt64(reason.rawValue)
    }

    /// The reason; nil if the claim was accepted, or if this version does not know it.
    public var reason: Reason? {
        reasonNumber.flatMap(UInt16.init(exactly:)).flatMap(Reason.init(rawValue:))
    }

    /// The leaf's bytes, at most 1,024: what goes into the Merkle tree after the byte `00`
    /// (TC-07.18).
    public var encoded: [UInt8] {
        var encoder = CBOREncoder(capacity: 48 + 12 * advances.count)
        encoder.writeArray(count: 5)
        encoder.writeUnsigned(position)
        commitmentID.withBytes { encoder.writeBytes($0) }
        encoder.writeArray(count: advances.count)
        for advance in advances {
            encoder.writeArray(count: 3)
            encoder.writeUnsigned(advance.ordinal.value)
            encoder.writeUnsigned(advance.from.value)
            encoder.writeUnsigned(advance.to.value)
        }
        encoder.writeUnsigned(amount.units)
        if let reasonNumber { encoder.writeUnsigned(reasonNumber) } else { encoder.writeNull() }
        return encoder.bytes
    }

    /// Decodes a leaf.
    /// - Throws: `malformed` (also for advances that do not rise, ordinals that do not ascend, or a
    ///   refused claim with an amount), `not-canonical`, or what a field's own type gives.
    public init(decoding bytes: ArraySlice<UInt8>) throws(Refusal) {
        var decoder: CBORDecoder
        do { decoder = try CBORDecoder(bytes) } catch { throw Refusal(error, in: "leaf") }
        try decoder.readTuple("leaf", count: 5)
        position = UInt32(
            try decoder.readNumber("position", in: 0...UInt64(Redemption.claimsMaximum - 1)))
        commitmentID = try decoder.readFixed("commitment id")
        advances = try decoder.readList("advances", count: 0...Ordinal.countMaximum) {
            (d) throws(Refusal) in
            try d.readTuple("advance", count: 3)
            return Advance(
                ordinal: try d.readOrdinal(), from: try d.readIndex("from"),
                to: try d.readIndex("to"))
        }
        amount = try decoder.readAmount("amount")
        reasonNumber = try decoder.readOptional("reason") { (d) throws(Refusal) in
            try d.readNumber("reason")
        }
        try checkAdvances()
    }

    private func checkAdvances() throws(Refusal) {
        guard advances.allSatisfy({ $0.from < $0.to }),
            zip(advances, advances.dropFirst()).allSatisfy({ $0.ordinal < $1.ordinal })
        else { throw Refusal(.malformed, "a leaf's advances go up, ordinals too") }
        guard reasonNumber == nil || (advances.isEmpty && amount == .zero) else {
            throw Refusal(.malformed, "a refused claim has no advances and no amount")
        }
    }
}
