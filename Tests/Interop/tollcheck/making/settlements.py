"""Requests about redemptions, their settlements, and answers with a fault in them."""

from .. import broker, cbor, merkle
from ..books import settle
from ..inputs import Inputs
from ..objects import sign
from ..reasons import NUMBER, Refused
from .world import NOW, flip


def commitments_of(rng, world):
    """What a broker may have on its books, most of it right."""
    found = []
    for _ in range(rng.randint(1, 3)):
        fault = rng.randrange(12)
        found.append(world.commitment(
            rng,
            merchant=world.other_merchant if fault == 0 else None,
            broker=world.other_broker if fault == 1 else None,
            asset=["EUR", 2] if fault == 2 else None,
            redeem=NOW - rng.choice((86_399, 86_400, 86_401)) if fault == 3 else NOW + 10**6,
            expires=NOW - 10**5 if fault == 3 else NOW + 10**5,
            issued=NOW - 10**6 if fault == 3 else NOW,
            layout=[[2**62, 1], [1, 5]] if fault in (4, 5) else None))
    return found


def claim(rng, commitment):
    """A claim on a commitment: right, or with a fault in a place of its own."""
    reference = rng.choice((commitment.id, commitment.data, commitment.data))
    paywords = []
    for ordinal, length in enumerate(commitment.lengths):
        if rng.chance(0.6):
            paywords.append(commitment.payword(ordinal, rng.randint(0, length)))
    paywords = paywords or [commitment.payword(0, commitment.lengths[0])]
    fault = rng.randrange(16)
    at = rng.randrange(len(paywords))
    if fault == 0:
        reference = flip(rng, reference)
    elif fault == 1:
        paywords[at][2] = flip(rng, paywords[at][2])[:32].ljust(32)
    elif fault == 2:
        paywords[at][1] = rng.choice((paywords[at][1] + 1, 2**32 - 1, commitment.lengths[0] + 1))
    elif fault == 3:
        last = paywords[-1][0]
        paywords[-1][0] = rng.randint(last, 7)
    elif fault == 4:
        reference = sign("commitment", commitment.payload, commitment.payer.seed)
        reference = reference[:-1] + bytes([reference[-1] ^ 1])
    elif fault == 5:
        reference = rng.choice((rng.randbytes(16), b"", rng.octets(20)))
    return [reference, paywords]


def book(rng, commitment):
    """How a commitment stands on the broker's books."""
    known = {"commitment": commitment.data.hex()}
    if rng.chance(0.4):
        known["redeemed"] = [
            {"ordinal": o, "index": i, "payword": commitment.paywords[o][i].hex()}
            for o, i in ((o, rng.randint(1, length)) for o, length in
                         enumerate(commitment.lengths)) if rng.chance(0.5)]
    state = rng.randrange(12)
    if state == 0:
        known["state"] = "released"
    elif state <= 2:
        known |= {"state": "closed",
                  "final": [rng.randint(0, length) for length in commitment.lengths]}
    elif rng.chance(0.3):
        known["state"] = "live"
    return known


def redemption_settle(rng, world):
    commitments = commitments_of(rng, world)
    known = [book(rng, commitment) for commitment in commitments if rng.chance(0.9)]
    claims = [claim(rng, rng.choice(commitments)) for _ in range(rng.randint(1, 5))]
    fields = {1: rng.randbytes(16), 2: world.merchant.public, 3: world.broker.public,
              4: ["EUR", 6], 5: NOW + rng.choice((0,) * 20 + (300, 301)), 6: claims}
    if rng.chance(0.02):
        fields[rng.choice((2, 3))] = world.stranger.public
    redemption = sign("redemption", cbor.encode(fields), world.merchant.seed)
    if rng.chance(0.03):
        redemption = flip(rng, redemption)
    request = {
        "broker_seed": world.broker.seed.hex(), "now": NOW,
        "settlement_id": rng.randbytes(16).hex(),
        "fee": {"basis_points": rng.choice((0, 30, 10_000)), "fixed": rng.number(rng.small(50))},
        "commitments": known, "redemption": redemption.hex()}
    if rng.chance(0.5):
        request |= {"signing_seed": world.signing.seed.hex(),
                    "signing_certificates": [world.certificate.hex()]}
    credit(rng, world, request)
    policy(rng, request)
    return request


def credit(rng, world, request):
    """At most one commitment on credit, whose account can be drawn on so far."""
    if not request["commitments"] or rng.chance(0.7):
        return
    known = rng.choice(request["commitments"])
    account = world.account.public.hex()
    known |= {"account": account, "funding": "credit", "guarantee": str(rng.small(3000))}
    if rng.chance(0.3):
        known["guarantee_used"] = rng.small(1000)
    if rng.chance(0.7):
        request["accounts"] = [{"account": account, "capacity": str(rng.small(3000))}]


def policy(rng, request):
    rare = rng.randrange(40)
    if rare == 0:
        request["assets"] = rng.choice(([["EUR", 6]], [["EUR", 2]], [["EUR", 2], ["EUR", 6]]))
    elif rare == 1:
        request["enrolled"] = rng.chance(0.5)
    elif rare == 2:
        request["claims_limit"] = rng.randint(1, 5)
    elif rare < 6:
        request["steps_limit"] = rng.choice((0, rng.small(100), 2048, rng.near(2048, 100), 4096))
    elif rare == 6:
        start = NOW - rng.randint(0, 10**5)
        request["outages"] = [[start, start + rng.randint(600, 10**5)]]
    elif rare == 7:
        try:
            answer = settle(Inputs(request))["answer"]
        except Refused:
            return
        redemption = bytes.fromhex(request["redemption"])
        digest = broker.objects.decode(redemption, "redemption").digest
        if rng.chance(0.3):
            digest = flip(rng, digest)[:32].ljust(32)
        request["recorded"] = {"redemption_digest": digest.hex(), "answer": answer}


def settlement_verify(rng, world):
    """A batch settled rightly, then perhaps told wrongly, and signed all the same."""
    while True:
        request = redemption_settle(rng, world)
        try:
            answer = settle(Inputs(request))["answer"]
            break
        except Refused:
            continue
    redemption = bytes.fromhex(request["redemption"])
    signed, certificates, leaves = cbor.decode(bytes.fromhex(answer))
    told = broker.objects.decode(signed, "settlement").fields
    seed = world.signing.seed if certificates else world.broker.seed
    fault = rng.randrange(12)
    if fault < 5:
        alter_leaf(rng, told, leaves)
        if rng.chance(0.9):
            told[14] = merkle.root(leaves)
    elif fault == 5:
        key = rng.choice((6, 7, 8, 9, 10))
        told[key] = rng.near(told[key], 1)
    elif fault == 6 and told[15]:
        line = rng.choice(told[15])
        line[rng.choice((1, 2))] = rng.randint(1, 3)
    elif fault == 7:
        key = rng.choice((1, 2, 3, 4, 5, 14))
        told[key] = ["EUR", 2] if key == 5 else rng.randbytes(len(told[key]))
    elif fault == 8:
        told[11] = rng.choice(([], told[11] + [[len(leaves), 1]], [[0, 16]]))
    elif fault == 9:
        seed = rng.choice(world.everyone).seed
        certificates = rng.choice((certificates, [], [world.certificate]))
    elif fault == 11:  # at the ends of the signing key's period
        told[13] = NOW + rng.choice((-1, 1)) * (10**6 + rng.choice((300, 301)))
    signed = sign("settlement", cbor.encode(told), seed)
    data = cbor.encode([signed, certificates, leaves])
    if fault == 10:
        data = flip(rng, data)
    if rng.chance(0.02):
        redemption = flip(rng, redemption)
    return {"redemption": redemption.hex(), "answer": data.hex()}


def alter_leaf(rng, told, leaves):
    """Tells one outcome wrongly, with the figures that follow from it or without."""
    at = rng.randrange(len(leaves))
    outcome = cbor.decode(leaves[at])
    fault = rng.randrange(8)
    if fault == 0 and outcome[2]:
        rng.choice(outcome[2])[rng.randrange(3)] += rng.choice((-1, 1))
    elif fault == 1:
        outcome[3] = rng.near(outcome[3], 1)
        told[6] += outcome[3] - cbor.decode(leaves[at])[3]
        told[8] = max(0, told[6] - told[7])
        told[15] = [line for line in told[15] if line[1] == 2] + [[told[4], 1, told[8]]]
    elif fault == 2:
        outcome[0] = rng.near(outcome[0], 1)
    elif fault == 3:
        outcome[1] = rng.randbytes(16)
    elif fault == 4:
        outcome[4] = rng.choice((None, NUMBER["bad-payword"], 60_000))
    elif fault == 5:
        outcome.append(None)
    elif fault == 6:
        return leaves.pop(at) if rng.chance(0.5) else leaves.reverse()
    else:
        leaves[at] = flip(rng, leaves[at])
        return None
    if any(number < 0 for advance in outcome[2] for number in advance):
        return None
    leaves[at] = cbor.encode(outcome)
    return None


MAKERS = {
    "redemption.settle": (4, redemption_settle),
    "settlement.verify": (4, settlement_verify),
}
