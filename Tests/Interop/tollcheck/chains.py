"""Hash chains (spec/03)."""

from hashlib import sha256

from . import cbor
from .reasons import Refused

LENGTH_MAXIMUM = 2**32 - 1


def context(payload):
    """TC-03.1: the digest of a commitment's payload, as a map, with every root zeroed."""
    rootless = {**payload, 6: [[d, length, bytes(32)] for d, length, _ in payload[6]]}
    return sha256(cbor.encode(rootless)).digest()


def key(of_context, ordinal):
    return sha256(b"tollchain/1 chain" + of_context + bytes([ordinal])).digest()[:16]


def walk(chain_key, index, payword, steps):
    """TC-03.3, `steps` times."""
    for i in range(index, index - steps, -1):
        payword = sha256(chain_key + i.to_bytes(4, "big") + payword).digest()
    return payword


def judge_without_hashing(length, accepted_index, index, limit):
    """The first rows of TC-03.7: the steps to walk."""
    if index > length:
        raise Refused("index-past-end")
    if index < accepted_index:
        raise Refused("stale-index")
    if index - accepted_index > limit:
        raise Refused("jump-too-long")
    return index - accepted_index


def judge(chain_key, length, accepted_index, accepted, index, payword, limit):
    """TC-03.7: how many steps a right payword took."""
    steps = judge_without_hashing(length, accepted_index, index, limit)
    if walk(chain_key, index, payword, steps) != accepted:
        raise Refused("bad-payword")
    return steps


def reveal(chain_key, length, tip, indexes):
    """The paywords at some indexes, by one walk from the tip."""
    wanted, found, at, payword = set(indexes), {}, length, tip
    while wanted:
        if at in wanted:
            found[at] = payword
            wanted.discard(at)
        if wanted:
            payword = walk(chain_key, at, payword, 1)
            at -= 1
    return [found[i] for i in indexes]
