"""Requests about signed objects: each kind with random fields, right, altered, or in doubt."""

from .. import cbor, keys
from ..kinds import BROKER, KINDS, SIGNER
from ..objects import content_type, sign, to_be_signed
from ..verification import CREATED
from .fields import Fields
from .world import NOW, flip

WRONG = (None, True, 0, -1, 2**63, 2**64 - 1, 8, 2**32, b"", b"x" * 16, b"x" * 33, b"x" * 600, "",
         "x" * 1100, [], [[0, 1]] * 9, [["EUR", 6]] * 20, {}, {1: 2}, ["EUR", 19], ["E", 6],
         [[1, 1], [0, 1]], 65536, 10_001, 4)


def alter(rng, fields):
    """One fault in the fields, deep or shallow."""
    key = rng.choice(list(fields))
    fault = rng.randrange(6)
    if fault == 0:
        del fields[key]
    elif fault == 1:
        fields[rng.choice((0, 5, 10, 12, 13, 16, 99, 2**64 - 1))] = rng.choice((0, b"", None))
    elif fault == 2:
        fields[-1] = b"x" * rng.choice((252, 253, 254, 255, 300))
    elif fault == 3 and isinstance(fields[key], list) and fields[key]:
        inner = list(fields[key])
        at = rng.randrange(len(inner))
        if isinstance(inner[at], list) and inner[at] and rng.chance(0.7):
            inner[at] = list(inner[at])
            inner[at][rng.randrange(len(inner[at]))] = rng.choice(WRONG)
        else:
            inner[at] = rng.choice(WRONG)
        if rng.chance(0.2):
            inner.append(inner[-1])
        fields[key] = inner
    elif fault == 4 and isinstance(fields[key], int):
        fields[key] = rng.choice((rng.near(fields[key], 1), rng.edge()))
    else:
        fields[key] = rng.choice(WRONG)


def seed_for(rng, world, kind, fields):
    if rng.chance(0.05):
        return rng.choice(world.everyone).seed
    if kind in BROKER:
        signing_key = kind == "certificate" and fields.get(4) == 3
        return rng.choice((world.broker, world.broker if signing_key else world.signing)).seed
    wanted = fields.get(SIGNER.get(kind)) if kind in SIGNER else world.payer.public
    for party in (*world.everyone, world.account):
        if party.public == wanted:
            return party.seed
    return world.stranger.seed


def envelope(rng, kind, payload, seed):
    """Signed with a header or an envelope that has a fault, but for the signature."""
    header = {1: -19, 3: content_type(kind), 4: keys.public_key(seed)}
    fault = rng.randrange(9)
    if fault == 0:
        header[1] = rng.choice((-8, 19, None, "EdDSA"))
    elif fault == 1:
        header[3] = rng.choice((content_type(rng.choice(list(KINDS))), "application/cbor",
                                content_type("split"), "x" * 129, 60, ""))
    elif fault == 2:
        header[4] = rng.choice((b"", header[4][:31], header[4] + b"x", "kid", bytes(32)))
    elif fault == 3:
        header[rng.choice((0, 2, 5, 33, -1, -65537))] = rng.choice((b"", b"x" * 260, 1))
    elif fault == 4:
        del header[rng.choice((1, 3, 4))]
    protected = cbor.encode(header)
    signature = keys.sign(seed, to_be_signed(protected, payload))
    parts = [protected, {}, payload, signature]
    if fault == 5:
        parts[1] = rng.choice(({1: 1}, {-1: b""}, [], None, b""))
    elif fault == 6:
        parts[rng.choice((0, 2, 3))] = rng.choice(([], "", None, 5, {}))
    elif fault == 7:
        parts = rng.choice((parts[:3], parts + [b""], {1: 2}, b"", [parts]))
    elif fault == 8:
        parts[3] = rng.choice((signature[:63], signature + b"x", b"", bytes(64)))
    return b"\xd2" + cbor.encode(parts)


def object_verify(rng, world):
    kind = rng.choice(list(KINDS))
    fields = Fields(rng, world).fields(kind)
    certificates = [world.certificate]
    if rng.chance(0.25):
        alter(rng, fields)
    seed, payload = seed_for(rng, world, kind, fields), cbor.encode(fields)
    if rng.chance(0.03):
        payload = rng.choice((flip(rng, payload), b"\x80", b"\xd2" + payload, b""))
    fault = rng.randrange(10)
    if fault == 0:
        data = envelope(rng, kind, payload, seed)
    else:
        data = sign(kind, payload, seed)
    if fault == 1:
        data = flip(rng, data)
    if rng.chance(0.02):
        kind = rng.choice(list(KINDS))
    request = {"kind": kind, "bytes": data.hex()}
    if kind in BROKER and rng.chance(0.9) or rng.chance(0.1):
        request["broker"] = rng.choice((world.broker,) * 15 + (world.other_broker,)).public.hex()
        if rng.chance(0.1):
            certificates = rng.choice(
                ([], [world.certificate] * 2, [other_certificate(rng, world)]))
        request["signing_certificates"] = [each.hex() for each in certificates]
    if kind == "close-request" and rng.chance(0.97):
        request["signer"] = rng.choice((world.payer,) * 9 + (world.stranger,)).public.hex()
    expectations(rng, world, kind, fields, request)
    return request


def expectations(rng, world, kind, fields, request):
    if rng.chance(0.6):
        request["now"] = rng.number(rng.choice((NOW, NOW, NOW, NOW + 1, NOW - 1, rng.edge())))
        date = fields.get(CREATED.get(kind, 8))
        if rng.chance(0.2) and isinstance(date, int) and date > 0:
            request["now"] = rng.number(min(2**64 - 1, max(
                0, date + rng.choice((-301, -300, 0, 86_400, 86_401, 300, 301)))))
    if rng.chance(0.3):
        request["merchant"] = rng.choice((world.merchant,) * 7 + (world.stranger,)).public.hex()
    if rng.chance(0.2):
        request["brokers"] = [party.public.hex() for party in rng.sample(
            [world.broker, world.other_broker, world.broker, world.stranger], rng.randrange(4))]
    if rng.chance(0.2):
        request["asset"] = rng.choice((["EUR", 6],) * 8 + (["EUR", 5], ["USD-TEST", 18], ["E", 6]))
    if rng.chance(0.2):
        request["margin"] = rng.choice((0, 604_800, rng.edge()))
    if kind == "reservation" and rng.chance(0.7) or rng.chance(0.02):
        commitment = rng.choice(world.commitments)
        for each in world.commitments:
            if each.digest == fields.get(1) and rng.chance(0.9):
                commitment = each
        request["commitment"] = commitment.data.hex()


def other_certificate(rng, world):
    """What is no certificate of the broker's signing key, or no longer."""
    period = rng.choice(((NOW - 10**6, NOW - 10**5), (NOW + 10**5, NOW + 10**6)))
    return rng.choice((
        world.signing_certificate(world.other_broker, world.signing),
        world.signing_certificate(world.broker, world.signing, before=period[0], after=period[1]),
        flip(rng, world.certificate),
        sign("certificate", cbor.encode(Fields(rng, world).certificate()), world.broker.seed),
        rng.choice(world.commitments).data))


def object_sign(rng, world):
    kind = rng.choice(list(KINDS))
    fields = Fields(rng, world).fields(kind)
    if rng.chance(0.25):
        alter(rng, fields)
    seed, payload = seed_for(rng, world, kind, fields), cbor.encode(fields)
    if rng.chance(0.05):
        payload = flip(rng, payload)
    return {"kind": kind, "payload": payload.hex(), "seed": seed.hex()}


MAKERS = {
    "object.verify": (24, object_verify),
    "object.sign": (8, object_sign),
}
