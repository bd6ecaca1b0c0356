internal import DeterministicCBOR
public import PayWord

/// A transaction in its place in the ledger: numbered, and linked by hash to all before it, so that
/// history cannot be changed without changing every link after it.
public struct LedgerLink: Hashable, Sendable {
    /// What the first transaction is linked to: 32 zero bytes.
    public static let origin = Digest.zero

    /// Its number, from 1, without gaps.
    public let sequence: UInt64
    /// The transaction in this place.
    public let transaction: LedgerTransaction
    /// The hash of the transaction before.
    public let previous: Digest
    /// SHA-256 of the previous hash and of this transaction's canonical bytes, its number included.
    public let hash: Digest

    /// Links `transaction` to the one before it.
    public init(sequence: UInt64, transaction: LedgerTransaction, previous: Digest) {
        self.sequence = sequence
        self.transaction = transaction
        self.previous = previous
        hash = Self.hash(sequence: sequence, transaction: transaction, previous: previous)
    }

    /// A link as a store reads it back. ``isIntact`` tells whether its hash is right.
    public init(
        sequence: UInt64, transaction: LedgerTransaction, previous: Digest, hash: Digest
    ) {
        self.sequence = sequence
        self.transaction = transaction
        self.previous = previous
        self.hash = hash
    }

    /// Whether the hash is that of the content.
    public var isIntact: Bool {
        hash == Self.hash(sequence: sequence, transaction: transaction, previous: previous)
    }

    /// `SHA-256(previous || [sequence, kind, at, subject, [[owner, party, purpose, [code, scale],
    /// amount] …]])`, the array in deterministic CBOR.
    private static func hash(
        sequence: UInt64, transaction: LedgerTransaction, previous: Digest
    ) -> Digest {
        var encoder = CBOREncoder(capacity: 64 + 64 * transaction.entries.count)
        encoder.writeArray(count: 5)
        encoder.writeUnsigned(sequence)
        encoder.writeUnsigned(transaction.kind.rawValue)
        encoder.writeUnsigned(transaction.at.seconds)
        encoder.writeBytes(transaction.subject)
        encoder.writeArray(count: transaction.entries.count)
        for entry in transaction.entries { entry.write(to: &encoder) }
        return SHA256.digest(previous.bytes, encoder.bytes)
    }
}

extension LedgerEntry {
    fileprivate func write(to encoder: inout CBOREncoder) {
        encoder.writeArray(count: 5)
        encoder.writeUnsigned(account.owner.rawValue)
        account.party.withBytes { encoder.writeBytes($0) }
        encoder.writeUnsigned(account.purpose.rawValue)
        encoder.writeArray(count: 2)
        encoder.writeText(account.asset.code)
        encoder.writeUnsigned(account.asset.scale)
        encoder.writeInteger(
            amount < 0
                ? CBORKey(isNegative: true, argument: UInt64(-(amount + 1)))
                : CBORKey(isNegative: false, argument: UInt64(amount)))
    }
}
