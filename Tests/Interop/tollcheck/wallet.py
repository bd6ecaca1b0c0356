"""A wallet's choice of chains (TC-03.12), and what it finds again with its secret (spec/06)."""

from itertools import product

from . import amounts, cbor, chains, keys, objects
from .fields import (amount, array, asset, id16, marks, nullable, number, octets, party, several)
from .kinds import embedded
from .reasons import Refused

GENERATIONS_TRIED = 16


def choose(layout, wanted):
    """The advance of each chain, of `layout` [(denomination, units left)], that makes `wanted`:
    least excess, then fewest steps, then most of the larger denominations."""
    if amounts.fitting(sum(d * left for d, left in layout)) < wanted:
        raise Refused("insufficient-funds")
    order = sorted(range(len(layout)), key=lambda ordinal: (-layout[ordinal][0], ordinal))
    best = None
    last = order[-1]
    for counts in product(*(range(layout[o][1] + 1) for o in order[:-1])):
        rest = wanted - sum(layout[o][0] * n for o, n in zip(order, counts))
        # Of the smallest denomination, no more than needed can be best.
        smallest = max(0, -(-rest // layout[last][0]))
        if smallest > layout[last][1]:
            continue
        full = (*counts, smallest)
        excess = smallest * layout[last][0] - rest
        rank = (excess, sum(full), tuple(-n for n in full))
        if best is None or rank < best[0]:
            best = rank, full
    advances = [0] * len(layout)
    for ordinal, n in zip(order, best[1]):
        advances[ordinal] = n
    return advances


entry_array = array(embedded("commitment"), several(0, 8, octets(16384)), nullable(octets(512)),
                    number(1, 3), marks)
statement_array = array(party, asset, amount, amount, amount, amount,
                        several(0, 256, entry_array), nullable(id16))


def restore(secret, broker, of_asset, data):
    """One page of a statement: (account, channels, foreign, cursor)."""
    statement = cbor.decode(data)
    statement_array(statement)
    account, asset_named, *_, entries, cursor = statement
    if account != keys.public_key(keys.account_seed(secret, broker)) or asset_named != of_asset:
        raise Refused("unknown-account")
    channels, foreign = [], []
    for data, _, sealed, state, redeemed in entries:
        commitment = objects.decode(data, "commitment")
        try:
            channels.append(own(secret, broker, commitment, sealed, state, redeemed))
        except Refused as refused:
            foreign.append({"id": commitment.id.hex(), "reason": refused.reason})
    return account, channels, foreign, cursor


def own(secret, broker, commitment, sealed, state, redeemed):
    """The channel of a commitment that this wallet made, or a refusal."""
    fields = commitment.fields
    objects.check_party(commitment)
    if fields[4] != broker:
        raise Refused("wrong-broker")
    note = None
    if sealed is not None:
        try:
            note = keys.open_note(secret, broker, commitment.digest, sealed)
        except Refused:
            pass  # TC-02.16: the wallet goes on without it
    tried = [note[1]] if note else range(GENERATIONS_TRIED)
    for generation in tried:
        seed = keys.payer_seed(secret, broker, fields[3], generation)
        if keys.public_key(seed) == fields[2]:
            break
    else:
        raise Refused("bad-signature", "another wallet's payer key")
    context = chains.context(fields)
    tips = [keys.tip(secret, context, ordinal) for ordinal in range(len(fields[6]))]
    for ordinal, (_, length, root) in enumerate(fields[6]):
        if chains.walk(chains.key(context, ordinal), length, tips[ordinal], length) != root:
            raise Refused("bad-payword", "another wallet's chains")
    note = note or {1: generation, 2: "", 4: 1}
    return {
        "id": commitment.id.hex(), "merchant": fields[3].hex(), "generation": generation,
        "address": note[2], "salt": note[3].hex() if 3 in note else None,
        "funding": ("reserved", "credit", "two-party")[note[4] - 1],
        "state": "live" if state == 1 else "ended", "tips": [tip.hex() for tip in tips],
        "redeemed": [{"ordinal": ordinal, "index": index} for ordinal, index in redeemed],
    }
