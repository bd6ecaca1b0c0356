"""Merkle trees of RFC 9162, section 2.1 (TC-07.18, TC-07.20)."""

from hashlib import sha256


def leaf_hash(leaf):
    return sha256(b"\0" + leaf).digest()


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def root(leaves):
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves]) if leaves else sha256().digest()


def root_of_hashes(hashes):
    if len(hashes) == 1:
        return hashes[0]
    left = split(len(hashes))
    return node(root_of_hashes(hashes[:left]), root_of_hashes(hashes[left:]))


def split(count):
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(hashes, index):
    """RFC 9162, section 2.1.3.1."""
    if len(hashes) == 1:
        return []
    left = split(len(hashes))
    if index < left:
        return inclusion_proof(hashes[:left], index) + [root_of_hashes(hashes[left:])]
    return inclusion_proof(hashes[left:], index - left) + [root_of_hashes(hashes[:left])]


def consistency_proof(hashes, size, whole=True):
    """RFC 9162, section 2.1.4.1, for a tree of `size` leaves inside the one of all hashes."""
    if size == len(hashes):
        return [] if whole else [root_of_hashes(hashes)]
    left = split(len(hashes))
    if size <= left:
        return consistency_proof(hashes[:left], size, whole) + [root_of_hashes(hashes[left:])]
    return consistency_proof(hashes[left:], size - left, False) + [root_of_hashes(hashes[:left])]


def root_by_inclusion(index, size, hash, proof):
    """RFC 9162, section 2.1.3.2: the root that a leaf's hash and its proof lead to, or None."""
    if index >= size:
        return None
    here, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if here & 1 or here == last:
            hash = node(sibling, hash)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            hash = node(hash, sibling)
        here, last = here >> 1, last >> 1
    return hash if last == 0 else None


def roots_by_consistency(size1, size2, root1, proof):
    """RFC 9162, section 2.1.4.2, for 0 < size1 < size2: the two roots that the proof leads to, or
    None if it is too long or too short."""
    path = list(proof)
    if size1 & size1 - 1 == 0:
        path.insert(0, root1)
    if not path:
        return None
    here, last = size1 - 1, size2 - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            first, second = node(step, first), node(step, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node(second, step)
        here, last = here >> 1, last >> 1
    return (first, second) if last == 0 else None
