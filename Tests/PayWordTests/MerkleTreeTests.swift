import FixtureKit
import PayWord
import Testing

private func tree(_ size: Int) -> (leaves: [[UInt8]], tree: MerkleTree) {
    let leaves = (0..<size).map { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    return (leaves, MerkleTree(leaves: leaves))
}

@Test func everyLeafOfEveryTreeIsProven() throws {
    for size in 1...40 {
        let (leaves, tree) = tree(size)
        for index in 0..<size {
            let proof = tree.inclusionProof(of: index)
            let hash = MerkleTree.leafHash(leaves[index])
            try MerkleTree.verifyInclusion(
                leafHash: hash, index: UInt64(index), size: UInt64(size), proof: proof,
                root: tree.root)
            #expect(throws: Refusal.self) {
                try MerkleTree.verifyInclusion(
                    leafHash: hash, index: UInt64(index), size: UInt64(size),
                    proof: proof + [.zero], root: tree.root)
            }
            if size > 1 {
                #expect(throws: Refusal.self) {
                    try MerkleTree.verifyInclusion(
                        leafHash: hash, index: UInt64(index), size: UInt64(size),
                        proof: Array(proof.dropLast()), root: tree.root)
                }
            }
            for other in 0..<size where other != index {
                #expect(throws: Refusal.self) {
                    try MerkleTree.verifyInclusion(
                        leafHash: hash, index: UInt64(other), size: UInt64(size),
                        proof: proof, root: tree.root)
                }
            }
        }
    }
}

@Test func aLeafOutsideTheTreeHasNoProof() {
    let (_, tree) = tree(3)
    #expect(tree.inclusionProof(of: 3).isEmpty)
    #expect(tree.inclusionProof(of: -1).isEmpty)
    for (index, size) in [(3, 3), (0, 0), (.max, 3)] as [(UInt64, UInt64)] {
        #expect(throws: Refusal(.malformed)) {
            try MerkleTree.verifyInclusion(
                leafHash: .zero, index: index, size: size, proof: [], root: tree.root)
        }
    }
}

@Test func anAlteredLeafOrRootIsBadSignature() throws {
    let (leaves, tree) = tree(5)
    let proof = tree.inclusionProof(of: 2)
    #expect(throws: Refusal(.badSignature)) {
        try MerkleTree.verifyInclusion(
            leafHash: MerkleTree.leafHash(leaves[3]), index: 2, size: 5, proof: proof,
            root: tree.root)
    }
    #expect(throws: Refusal(.badSignature)) {
        try MerkleTree.verifyInclusion(
            leafHash: MerkleTree.leafHash(leaves[2]), index: 2, size: 5, proof: proof,
            root: .zero)
    }
}

@Test func aLeafCannotPassForANode() {
    // Without the prefix, the tree over two leaves would be that over their concatenation.
    let pair = MerkleTree(leaves: [[1], [2]])
    let left = MerkleTree.leafHash([1])
    let right = MerkleTree.leafHash([2])
    #expect(pair.root == SHA256.digest([1], left.bytes, right.bytes))
    #expect(pair.root != MerkleTree(leaves: [left.bytes + right.bytes]).root)
    #expect(MerkleTree(leaves: []).root == SHA256.digest([]))
}
