internal import PayWord

/// Trees, inclusion and consistency. Roots and proofs are made here by the recursive definitions of
/// RFC 9162, section 2.1, and not by the library's tree.
func merkleFixtures() -> [FixtureFile] {
    [merkleRootFixtures(), merkleInclusionFixtures(), merkleConsistencyFixtures()]
}

/// The definitions, word for word.
private enum ReferenceTree {
    static func leaf(_ data: [UInt8]) -> Digest { SHA256.digest([0x00], data) }

    static func hash(_ leaves: ArraySlice<[UInt8]>) -> Digest {
        guard let first = leaves.first else { return SHA256.digest([]) }
        guard leaves.count > 1 else { return leaf(first) }
        let middle = leaves.startIndex + split(leaves.count)
        return SHA256.digest(
            [0x01], hash(leaves[..<middle]).bytes, hash(leaves[middle...]).bytes)
    }

    private static func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }

    static func path(_ place: Int, _ leaves: ArraySlice<[UInt8]>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let split = split(leaves.count)
        let middle = leaves.startIndex + split
        return place < split
            ? path(place, leaves[..<middle]) + [hash(leaves[middle...])]
            : path(place - split, leaves[middle...]) + [hash(leaves[..<middle])]
    }

    static func consistency(
        _ size: Int, _ leaves: ArraySlice<[UInt8]>, isWhole: Bool = true
    ) -> [Digest] {
        guard size < leaves.count else { return isWhole ? [] : [hash(leaves)] }
        let split = split(leaves.count)
        let middle = leaves.startIndex + split
        return size <= split
            ? consistency(size, leaves[..<middle], isWhole: isWhole) + [hash(leaves[middle...])]
            : consistency(size - split, leaves[middle...], isWhole: false) + [
                hash(leaves[..<middle])
            ]
    }
}

private func leaves(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("leaf \($0)".utf8) } }

extension Digest {
    fileprivate var flipped: Digest {
        var bytes = bytes
        bytes[0] ^= 1
        return Digest(bytes) ?? .zero
    }
}

private func merkleRootFixtures() -> FixtureFile {
    func inputs(_ leaves: [FixtureValue]) -> [(String, FixtureValue)] {
        [("op", .text("merkle.root")), ("leaves", .list(leaves))]
    }
    var cases = [0, 1, 2, 3, 4, 5, 7, 8, 9, 33].map { count in
        FixtureCase.accept(
            "merkle-root-\(count)", "a tree of \(count) leaves",
            inputs(leaves(count).map { .hex($0) }),
            [
                ("root", .hex(ReferenceTree.hash(leaves(count)[...]).bytes)),
                ("leaf_hashes", .list(leaves(count).map { .hex(ReferenceTree.leaf($0).bytes) })),
            ])
    }
    cases.append(
        .accept(
            "merkle-root-empty-leaf", "one leaf of no bytes, which is not a tree of no leaves",
            inputs([.hex([])]), [("root", .hex(ReferenceTree.leaf([]).bytes))]))
    cases.append(
        .accept(
            "merkle-root-node-as-leaf",
            "one leaf whose data is the two leaf hashes of another tree: not its root",
            inputs([.hex(leaves(2).flatMap { ReferenceTree.leaf($0).bytes })]),
            [
                (
                    "root",
                    .hex(
                        ReferenceTree.leaf(leaves(2).flatMap { ReferenceTree.leaf($0).bytes })
                            .bytes)
                )
            ]))
    cases.append(
        .refuse(
            "merkle-root-no-hex", "a leaf that is no hexadecimal", inputs([.text("6c6")]),
            .malformed, base: "merkle-root-1"))
    return FixtureFile(
        subject: "merkle", name: "roots",
        description: """
            Merkle tree hashes of RFC 9162, section 2.1.1: a leaf is SHA-256(0x00 || data), a node \
            SHA-256(0x01 || left || right). `leaves` is the data.
            """, cases: cases)
}

private func merkleInclusionFixtures() -> FixtureFile {
    func inputs(
        _ place: UInt64, _ size: UInt64, leaf: Digest? = nil, proof: [Digest], root: Digest
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("merkle.inclusion")),
            (
                "leaf_hash",
                .hex((leaf ?? ReferenceTree.leaf(Array("leaf \(place)".utf8))).bytes)
            ),
            ("index", .integer(place)), ("size", .integer(size)),
            ("proof", .list(proof.map { .hex($0.bytes) })), ("root", .hex(root.bytes)),
        ]
    }
    let places = [(0, 1), (0, 2), (1, 2), (2, 3), (0, 7), (4, 7), (5, 7), (6, 7), (7, 8), (8, 9)]
    var cases = places.map { place, size in
        FixtureCase.accept(
            "merkle-inclusion-\(place)-of-\(size)", "leaf \(place) of a tree of \(size)",
            inputs(
                UInt64(place), UInt64(size), proof: ReferenceTree.path(place, leaves(size)[...]),
                root: ReferenceTree.hash(leaves(size)[...])))
    }
    let right = ReferenceTree.path(5, leaves(7)[...])
    let root = ReferenceTree.hash(leaves(7)[...])
    let hash = ReferenceTree.leaf(leaves(7)[5])
    func refuse(
        _ id: String, _ about: String, _ inputs: [(String, FixtureValue)], _ reason: Reason
    ) -> FixtureCase {
        .refuse(
            "merkle-inclusion-\(id)", about, inputs, reason, base: "merkle-inclusion-5-of-7")
    }
    cases += [
        refuse(
            "other-place", "the place of the leaf beside it",
            inputs(4, 7, leaf: hash, proof: right, root: root), .badSignature),
        refuse(
            "outside", "a place outside the tree",
            inputs(7, 7, leaf: hash, proof: right, root: root), .malformed),
        refuse(
            "far-outside", "the place 2^64 - 1",
            inputs(.max, 7, leaf: hash, proof: right, root: root), .malformed),
        refuse(
            "no-tree", "a tree of no leaves",
            inputs(5, 0, leaf: hash, proof: right, root: root), .malformed),
        .refuse(
            "merkle-inclusion-empty", "the first leaf of a tree of no leaves",
            inputs(0, 0, proof: [], root: ReferenceTree.hash(leaves(1)[...])), .malformed,
            base: "merkle-inclusion-0-of-1"),
        refuse(
            "larger-tree", "the size of a much larger tree",
            inputs(5, 65, leaf: hash, proof: right, root: root), .malformed),
        refuse(
            "largest-tree", "a tree of 2^64 - 1 leaves",
            inputs(5, .max, leaf: hash, proof: right, root: root), .malformed),
        refuse(
            "other-leaf", "the hash of another leaf",
            inputs(5, 7, leaf: ReferenceTree.leaf(leaves(7)[4]), proof: right, root: root),
            .badSignature),
        refuse(
            "node-prefix", "the leaf hashed with the prefix of nodes, 0x01",
            inputs(5, 7, leaf: SHA256.digest([0x01], leaves(7)[5]), proof: right, root: root),
            .badSignature),
        refuse(
            "no-prefix", "the leaf hashed without a prefix",
            inputs(5, 7, leaf: SHA256.digest(leaves(7)[5]), proof: right, root: root),
            .badSignature),
        refuse(
            "short-proof", "a proof without its last hash",
            inputs(5, 7, proof: right.dropLast(), root: root), .malformed),
        refuse(
            "long-proof", "a proof with a hash too many",
            inputs(5, 7, proof: right + [root], root: root), .malformed),
        refuse("no-proof", "no proof at all", inputs(5, 7, proof: [], root: root), .malformed),
        refuse(
            "altered-proof", "one bit of the proof altered",
            inputs(5, 7, proof: [right[0].flipped] + right.dropFirst(), root: root),
            .badSignature),
        refuse(
            "proof-order", "the proof from the root down",
            inputs(5, 7, proof: right.reversed(), root: root), .badSignature),
        refuse(
            "other-root", "one bit of the root altered",
            inputs(5, 7, proof: right, root: root.flipped), .badSignature),
    ]
    return FixtureFile(
        subject: "merkle", name: "inclusion",
        description: """
            Inclusion proofs of RFC 9162, section 2.1.3, lowest hash first. What cannot be a proof \
            of that place and size is malformed; what does not lead to the root is bad-signature.
            """, cases: cases)
}

private func merkleConsistencyFixtures() -> FixtureFile {
    func root(_ size: Int) -> Digest { ReferenceTree.hash(leaves(size)[...]) }
    func inputs(
        _ size1: UInt64, _ size2: UInt64, _ root1: Digest, _ root2: Digest, _ proof: [Digest]
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("merkle.consistency")), ("size1", .integer(size1)),
            ("size2", .integer(size2)), ("root1", .hex(root1.bytes)),
            ("root2", .hex(root2.bytes)), ("proof", .list(proof.map { .hex($0.bytes) })),
        ]
    }
    func proof(_ size1: Int, _ size2: Int) -> [Digest] {
        size1 == 0 ? [] : ReferenceTree.consistency(size1, leaves(size2)[...])
    }
    let sizes = [
        (0, 0), (0, 1), (0, 7), (1, 1), (1, 2), (1, 7), (3, 7), (4, 7), (6, 7), (7, 7), (6, 8),
        (8, 9), (2, 33),
    ]
    var cases = sizes.map { size1, size2 in
        FixtureCase.accept(
            "merkle-consistency-\(size1)-\(size2)", "from \(size1) leaves to \(size2)",
            inputs(
                UInt64(size1), UInt64(size2), root(size1), root(size2), proof(size1, size2)))
    }
    func refuse(
        _ id: String, _ about: String, base: String = "3-7",
        _ inputs: [(String, FixtureValue)], _ reason: Reason
    ) -> FixtureCase {
        .refuse(
            "merkle-consistency-\(id)", about, inputs, reason,
            base: "merkle-consistency-\(base)")
    }
    let right = proof(3, 7)
    cases += [
        .accept(
            "merkle-consistency-0-7-any-root",
            "from no leaves to 7, whatever the roots: there is nothing to compare",
            inputs(0, 7, root(3), root(4), [])),
        .accept(
            "merkle-consistency-0-0-any-root",
            "from no leaves to none, roots that are equal and not that of no leaves",
            inputs(0, 0, root(3), root(3), [])),
        .accept(
            "merkle-consistency-largest", "two trees of 2^64 - 1 leaves with one root",
            inputs(.max, .max, root(7), root(7), [])),
        refuse(
            "nothing-other-root", "from no leaves to none, and another root", base: "0-0",
            inputs(0, 0, root(0), root(0).flipped, []), .badSignature),
        refuse(
            "nothing-proof", "from no leaves to none, with a proof", base: "0-0",
            inputs(0, 0, root(0), root(0), [root(0)]), .malformed),
        refuse(
            "to-nothing", "from one leaf to none", base: "1-1",
            inputs(1, 0, root(1), root(1), []), .malformed),
        refuse(
            "far", "the size of a much larger second tree",
            inputs(3, .max, root(3), root(7), right), .malformed),
        refuse(
            "backwards", "the first tree is the larger",
            inputs(8, 7, root(3), root(7), right), .malformed),
        refuse(
            "short-proof", "a proof without its last hash",
            inputs(3, 7, root(3), root(7), right.dropLast()), .malformed),
        refuse(
            "long-proof", "a proof with a hash too many",
            inputs(3, 7, root(3), root(7), right + [root(7)]), .malformed),
        refuse("no-proof", "no proof", inputs(3, 7, root(3), root(7), []), .malformed),
        refuse(
            "altered-proof", "one bit of the proof altered",
            inputs(3, 7, root(3), root(7), [right[0].flipped] + right.dropFirst()),
            .badSignature),
        refuse(
            "other-first-root", "one bit of the first root altered",
            inputs(3, 7, root(3).flipped, root(7), right), .badSignature),
        refuse(
            "other-second-root", "one bit of the second root altered",
            inputs(3, 7, root(3), root(7).flipped, right), .badSignature),
        refuse(
            "same-size-other-root", "two trees of one size and another root", base: "7-7",
            inputs(7, 7, root(7), root(7).flipped, []), .badSignature),
        refuse(
            "same-size-proof", "a proof where none is needed", base: "7-7",
            inputs(7, 7, root(7), root(7), [root(7)]), .malformed),
        refuse(
            "from-nothing-proof", "a proof from a tree of no leaves", base: "0-7",
            inputs(0, 7, root(0), root(7), [root(7)]), .malformed),
        refuse(
            "power-of-two-root", "another first root of 4 leaves, which the proof leaves out",
            base: "4-7", inputs(4, 7, root(4).flipped, root(7), proof(4, 7)), .badSignature),
    ]
    return FixtureFile(
        subject: "merkle", name: "consistency",
        description: "Consistency proofs of RFC 9162, section 2.1.4.", cases: cases)
}
