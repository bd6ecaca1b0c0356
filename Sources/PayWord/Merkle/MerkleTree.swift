/// The Merkle tree hash of RFC 9162, section 2.1: a leaf is `SHA-256(0x00 || leaf)`, a node
/// `SHA-256(0x01 || left || right)`, and the left subtree has the largest power of two of leaves
/// below the total.
///
/// ```swift
/// let tree = MerkleTree(leaves: [[1], [2], [3]])
/// let proof = tree.inclusionProof(of: 2)
/// try MerkleTree.verifyInclusion(
///     leafHash: MerkleTree.leafHash([3]), index: 2, size: 3, proof: proof, root: tree.root)
/// ```
public struct MerkleTree: Sendable {
    private let leafHashes: [Digest]

    /// A tree over these leaves, in order.
    public init(leaves: [[UInt8]]) { leafHashes = leaves.map(Self.leafHash) }

    /// The hash of a leaf.
    public static func leafHash(_ leaf: [UInt8]) -> Digest {
        var message = SHA256.Message()
        withUnsafeBytes(of: 0x00 as UInt8) { message.append($0) }
        leaf.withUnsafeBytes { message.append($0) }
        return message.digest()
    }

    /// The hash of a node.
    public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        var message = SHA256.Message()
        withUnsafeBytes(of: 0x01 as UInt8) { message.append($0) }
        withUnsafeBytes(of: left.storage) { message.append($0) }
        withUnsafeBytes(of: right.storage) { message.append($0) }
        return message.digest()
    }

    /// The tree hash; of no leaves, SHA-256 of nothing.
    public var root: Digest { Self.hash(leafHashes[...]) }

    private static func hash(_ leaves: ArraySlice<Digest>) -> Digest {
        guard leaves.count > 1 else { return leaves.first ?? SHA256.digest([]) }
        let middle = leaves.startIndex + split(leaves.count)
        return nodeHash(hash(leaves[..<middle]), hash(leaves[middle...]))
    }

    /// The largest power of two below `count`, which is at least 2.
    private static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }

    /// The inclusion proof of a leaf (RFC 9162, section 2.1.3.1), lowest first; empty if there is no
    /// such leaf.
    public func inclusionProof(of index: Int) -> [Digest] {
        guard leafHashes.indices.contains(index) else { return [] }
        return Self.path(index, leafHashes[...])
    }

    private static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let split = split(leaves.count)
        let middle = leaves.startIndex + split
        return index < split
            ? path(index, leaves[..<middle]) + [hash(leaves[middle...])]
            : path(index - split, leaves[middle...]) + [hash(leaves[..<middle])]
    }

    /// Checks an inclusion proof (RFC 9162, section 2.1.3.2).
    /// - Throws: `malformed` for an index outside the tree or a proof of the wrong length,
    ///   `bad-signature` if the root does not come out.
    public static func verifyInclusion(
        leafHash: Digest, index: UInt64, size: UInt64, proof: [Digest], root: Digest
    ) throws(Refusal) {
        guard index < size else {
            throw Refusal(.malformed, "leaf \(index) of a tree of \(size)")
        }
        var position = index
        var last = size - 1
        var hash = leafHash
        for sibling in proof {
            guard last != 0 else { throw Refusal(.malformed, "the proof is too long") }
            if position & 1 == 1 || position == last {
                hash = nodeHash(sibling, hash)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = nodeHash(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        guard last == 0 else { throw Refusal(.malformed, "the proof is too short") }
        guard hash == root else {
            throw Refusal(.badSignature, "the proof does not lead to the root")
        }
    }

    /// Checks a consistency proof (RFC 9162, section 2.1.4.2): that the tree of `size2` leaves
    /// begins with the tree of `size1`.
    /// - Throws: `malformed` for sizes or a proof that cannot be, `bad-signature` if a root does not
    ///   come out.
    public static func verifyConsistency(
        size1: UInt64, size2: UInt64, root1: Digest, root2: Digest, proof: [Digest]
    ) throws(Refusal) {
        guard size1 <= size2 else { throw Refusal(.malformed, "the first tree is the larger") }
        if size1 == size2 {
            guard proof.isEmpty else { throw Refusal(.malformed, "the proof is too long") }
            guard root1 == root2 else { throw Refusal(.badSignature, "the roots differ") }
            return
        }
        guard size1 > 0 else {
            guard proof.isEmpty else { throw Refusal(.malformed, "the proof is too long") }
            return
        }
        guard !proof.isEmpty else { throw Refusal(.malformed, "the proof is too short") }
        let isPowerOfTwo = size1 & (size1 - 1) == 0
        var path = (isPowerOfTwo ? [root1] : []) + proof
        var node1 = size1 - 1
        var node2 = size2 - 1
        while node1 & 1 == 1 {
            node1 >>= 1
            node2 >>= 1
        }
        var hash1 = path.removeFirst()
        var hash2 = hash1
        for sibling in path {
            guard node2 != 0 else { throw Refusal(.malformed, "the proof is too long") }
            if node1 & 1 == 1 || node1 == node2 {
                hash1 = nodeHash(sibling, hash1)
                hash2 = nodeHash(sibling, hash2)
                while node1 & 1 == 0, node1 != 0 {
                    node1 >>= 1
                    node2 >>= 1
                }
            } else {
                hash2 = nodeHash(hash2, sibling)
            }
            node1 >>= 1
            node2 >>= 1
        }
        guard node2 == 0 else { throw Refusal(.malformed, "the proof is too short") }
        guard hash1 == root1, hash2 == root2 else {
            throw Refusal(.badSignature, "the proof does not lead to the roots")
        }
    }
}
