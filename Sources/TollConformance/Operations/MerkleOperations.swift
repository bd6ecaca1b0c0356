internal import PayWord

enum MerkleOperations {
    static func root(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        let leaves = try inputs.byteStrings("leaves")
        return [
            "root": .hex(MerkleTree(leaves: leaves).root),
            "leaf_hashes": .list(leaves.map { .hex(MerkleTree.leafHash($0)) }),
        ]
    }

    static func inclusion(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        try MerkleTree.verifyInclusion(
            leafHash: try inputs.fixed("leaf_hash"), index: try inputs.integer("index"),
            size: try inputs.integer("size"), proof: try inputs.fixedList("proof"),
            root: try inputs.fixed("root"))
        return [:]
    }

    static func consistency(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        try MerkleTree.verifyConsistency(
            size1: try inputs.integer("size1"), size2: try inputs.integer("size2"),
            root1: try inputs.fixed("root1"), root2: try inputs.fixed("root2"),
            proof: try inputs.fixedList("proof"))
        return [:]
    }
}
