"""Requests about amounts, Merkle trees and the wallet's own affairs."""

from .. import cbor, keys, merkle
from .world import flip


def two_amounts(rng, world):
    left, right = rng.edge(2**63 - 1), rng.edge(2**63 - 1)
    if rng.chance(0.2):
        right = rng.choice((2**63 - 1 - left, 2**63 - left, left, left + 1))
    if rng.chance(0.1):
        left = rng.choice((2**63, 2**64 - 1, 2**64, 10**30))
    return {"left": rng.number(left), "right": rng.number(right)}


def multiply(rng, world):
    left = rng.amount()
    right = rng.choice((rng.small(), rng.edge(), (2**63 - 1) // max(1, left) + rng.randrange(2)))
    return {"left": rng.number(left), "right": rng.number(right)}


def fee(rng, world):
    return {"gross": rng.number(rng.edge(2**63 - 1) if rng.chance(0.9) else 2**63),
            "basis_points": rng.choice((0, 1, 30, 9999, 10_000, 10_001, rng.randrange(10_000))),
            "fixed": rng.number(rng.choice((0, 1, rng.edge(2**63 - 1), rng.edge())))}


def parse(rng, world):
    scale = rng.choice((0, 2, 6, 18, rng.randrange(20)))
    digits = str(rng.edge(2**65))
    places = rng.randint(0, min(len(digits), scale + (rng.randrange(3) if scale else 0)))
    text = digits[:-places] + "." + digits[-places:] if places else digits
    if rng.chance(0.15):
        text = "0" * rng.randrange(30) + text
    if rng.chance(0.2):
        at = rng.randrange(len(text) + 1)
        wrong = rng.choice((".", "-", "+", " ", "e", "٣", ",", "_", "\0", ""))
        text = text[:at] + wrong + text[at + 1:]
    code = rng.choice(("EUR", "EUR", "EUR", "XYZ-12345678", "é€€", "EU", "E U", "ABCDEFGHIJKLM"))
    return {"asset": [code, scale], "text": text}


def root(rng, world):
    count = rng.choice((0, 1, 2, 3, rng.small(20)))
    return {"leaves": [rng.octets(40).hex() for _ in range(count)]}


def tree(rng, least=1):
    return [rng.randbytes(32) for _ in range(rng.randint(least, rng.choice((3, 9, 40))))]


def spoil(rng, request, sizes):
    """One fault, in a third of all requests."""
    fault = rng.randrange(12)
    proof = request["proof"]
    if fault == 0 and proof:
        at = rng.randrange(len(proof))
        proof[at] = flip(rng, bytes.fromhex(proof[at])).hex()
    elif fault == 1:
        proof.insert(rng.randint(0, len(proof)), rng.randbytes(32).hex())
    elif fault == 2 and proof:
        del proof[rng.randrange(len(proof))]
    elif fault == 3:
        name = rng.choice(sizes)
        request[name] = rng.number(rng.choice((rng.near(request[name], 3), rng.edge())))
    elif fault == 4:
        name = rng.choice([n for n in request if n not in sizes and n != "proof"])
        request[name] = flip(rng, bytes.fromhex(request[name])).hex()
    return request


def inclusion(rng, world):
    hashes = tree(rng)
    index = rng.randrange(len(hashes))
    return spoil(rng, {
        "leaf_hash": hashes[index].hex(), "index": index, "size": len(hashes),
        "proof": [each.hex() for each in merkle.inclusion_proof(hashes, index)],
        "root": merkle.root_of_hashes(hashes).hex()}, ("index", "size"))


def consistency(rng, world):
    hashes = tree(rng)
    size = rng.randint(1, len(hashes))
    request = {
        "size1": size, "size2": len(hashes),
        "root1": merkle.root_of_hashes(hashes[:size]).hex(),
        "root2": merkle.root_of_hashes(hashes).hex(),
        "proof": [each.hex() for each in merkle.consistency_proof(hashes, size)]}
    if rng.chance(0.05):
        request |= {"size1": 0, "proof": request["proof"][:rng.randrange(2)]}
    return spoil(rng, request, ("size1", "size2"))


def choose(rng, world):
    chains = []
    for _ in range(rng.choice((1, 2, 2, 3, 3, 4))):
        length = rng.randint(1, 7)
        chains.append({"denomination": rng.choice((1, 2, 3, 5, 10, 25, rng.randint(1, 50))),
                       "length": length, "revealed": rng.choice((0, 0, rng.randint(0, length)))})
    left = sum(c["denomination"] * (c["length"] - c["revealed"]) for c in chains)
    request = {"chains": chains, "amount": rng.number(rng.choice(
        (rng.randint(0, left), rng.randint(0, left), rng.randint(0, left), left, left + 1)))}
    if rng.chance(0.3):
        request["credit"] = rng.randint(0, left)
    fault = rng.randrange(30)
    if fault == 0:
        chains[0]["revealed"] = chains[0]["length"] + 1
    elif fault == 1:
        chains[0][rng.choice(("denomination", "length"))] = 0
    elif fault == 2:
        chains[0] |= {"denomination": 2**63 - rng.randrange(3), "length": 1, "revealed": 0}
        request["amount"] = rng.number(rng.choice((1, 2**63 - 1)))
    elif fault == 3:
        request["chains"] = rng.choice(([], [dict(chains[0]) for _ in range(9)]))
    return request


def restore(rng, world):
    broker, entries = world.broker, []
    for _ in range(rng.randrange(4)):
        generation = rng.choice((0, 0, 1, 15, 16, 1000))
        merchant = rng.choice((world.merchant, world.other_merchant))
        seed = keys.payer_seed(world.secret, broker.public, merchant.public, generation)
        payer = rng.choice((None, world.payer)) if rng.chance(0.1) else None
        commitment = world.commitment(
            rng, payer=payer or type(broker)(seed), merchant=merchant,
            broker=rng.choice((broker,) * 6 + (world.other_broker,)),
            secret=rng.randbytes(32) if rng.chance(0.1) else None)
        data = commitment.data
        if rng.chance(0.1):
            data = data[:-1] + bytes([data[-1] ^ 1])
        note = {1: generation if rng.chance(0.9) else 3, 2: "toll://m@host:7600",
                4: rng.choice((1, 1, 2, 3, 4))}
        if rng.chance(0.5):
            note[3] = rng.randbytes(16)
        if rng.chance(0.1):
            note[-5] = b"extension"
        sealed = keys.seal_note(world.secret, broker.public, commitment.digest, rng.randbytes(12),
                                note)
        if rng.chance(0.15):
            sealed = flip(rng, sealed)
        redeemed = [[o, rng.randint(1, length)] for o, length in enumerate(commitment.lengths)
                    if rng.chance(0.4)]
        entries.append([data, [], sealed if rng.chance(0.8) else None, rng.randint(1, 3), redeemed])
    account = keys.public_key(keys.account_seed(world.secret, broker.public))
    if rng.chance(0.05):
        account = world.stranger.public
    cursor = rng.randbytes(16) if rng.chance(0.3) else None
    statement = cbor.encode([account, ["EUR", 6], rng.amount(), 0, rng.amount(), 0, entries,
                             cursor])
    if rng.chance(0.05):
        statement = flip(rng, statement)
    return {"wallet_secret": world.secret.hex(), "broker": broker.public.hex(),
            "asset": ["EUR", 6 if rng.chance(0.95) else 5], "statement": statement.hex()}


MAKERS = {
    "amount.add": (3, two_amounts),
    "amount.subtract": (3, two_amounts),
    "amount.multiply": (3, multiply),
    "amount.fee": (3, fee),
    "amount.parse": (6, parse),
    "merkle.root": (3, root),
    "merkle.inclusion": (6, inclusion),
    "merkle.consistency": (6, consistency),
    "wallet.choose": (4, choose),
    "wallet.restore": (2, restore),
}
