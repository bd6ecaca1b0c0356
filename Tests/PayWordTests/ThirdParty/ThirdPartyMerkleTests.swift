import FixtureKit
import Foundation
import PayWord
import Testing

private struct Inclusion: Decodable {
    let file: String
    let leafIdx: UInt64
    let treeSize: UInt64
    let root: Data?
    let leafHash: Data?
    let proof: [Data]?
    let wantErr: Bool
}

private struct Consistency: Decodable {
    let file: String
    let size1: UInt64
    let size2: UInt64
    let root1: Data?
    let root2: Data?
    let proof: [Data]?
    let wantErr: Bool
}

private struct Constants: Decodable {
    let leafInputs: [String]
    let nodeHashes: [[String]]
    let rootHashesBySize: [String]
}

/// The digests, or nil where one has another length than a digest.
private func digests(_ proof: [Data]?) -> [Digest]? {
    let digests = (proof ?? []).compactMap { Digest($0) }
    return digests.count == (proof ?? []).count ? digests : nil
}

/// Proofs of transparency-dev/merkle.
@Suite(.enabled(if: ThirdPartyVectors.arePresent, Comment(rawValue: ThirdPartyVectors.skipped)))
struct ThirdPartyMerkleTests {
    @Test func inclusionProofsHoldAsTheyShould() throws {
        let vectors: [Inclusion] = try ThirdPartyVectors.decode("merkle/inclusion.json")
        #expect(vectors.count == 98)
        for vector in vectors {
            let holds =
                if let root = vector.root.flatMap({ Digest($0) }),
                    let leaf = vector.leafHash.flatMap({ Digest($0) }),
                    let proof = digests(vector.proof),
                    (try? MerkleTree.verifyInclusion(
                        leafHash: leaf, index: vector.leafIdx, size: vector.treeSize,
                        proof: proof, root: root)) != nil
                { true } else { false }
            #expect(holds != vector.wantErr, "\(vector.file)")
        }
    }

    @Test func consistencyProofsHoldAsTheyShould() throws {
        let vectors: [Consistency] = try ThirdPartyVectors.decode("merkle/consistency.json")
        #expect(vectors.count == 98)
        for vector in vectors {
            let holds =
                if let root1 = vector.root1.flatMap({ Digest($0) }),
                    let root2 = vector.root2.flatMap({ Digest($0) }),
                    let proof = digests(vector.proof),
                    (try? MerkleTree.verifyConsistency(
                        size1: vector.size1, size2: vector.size2, root1: root1, root2: root2,
                        proof: proof)) != nil
                { true } else { false }
            // Its roots have 12 bytes, which no digest has.
            let isShort = vector.file.contains("sizes-are-equal-one-and-proof-is-empty")
            #expect(holds != (vector.wantErr || isShort), "\(vector.file)")
        }
    }

    @Test func hashesOfTheReferenceTreeAreOurs() throws {
        let constants: Constants = try ThirdPartyVectors.decode("merkle/rfc6962_constants.json")
        let leaves = try constants.leafInputs.map { try [UInt8](hex: $0) }
        for (leaf, hash) in zip(leaves, try #require(constants.nodeHashes.first)) {
            #expect(MerkleTree.leafHash(leaf).hex == hash)
        }
        for (size, root) in constants.rootHashesBySize.enumerated() {
            #expect(MerkleTree(leaves: Array(leaves.prefix(size))).root.hex == root)
        }
    }
}
