"""Requests about a broker's answers: right, or with a fault deep or shallow."""

from .. import cbor
from ..objects import sign
from .fields import Fields
from .objects import WRONG
from .world import flip


def certificates(rng, world):
    return [world.certificate] * rng.choice((0, 1, 1, 1, 2, 16, 17))


def description(rng, world):
    return [world.broker.public, certificates(rng, world),
            [rng.choice((["EUR", 6], ["USD-TEST", 18])) for _ in range(rng.randint(1, 3))],
            rng.chance(0.5), rng.edge()]


def answer(rng, world):
    return [[rng.octets(300) for _ in range(rng.choice((0, 1, 1, 2, 4, 5)))],
            certificates(rng, world)]


def settlement(rng, world):
    fields = cbor.encode(Fields(rng, world).settlement())
    return [sign("settlement", fields, world.signing.seed), certificates(rng, world),
            [rng.randbytes(rng.choice((0, 60, 60, 1024, 1025))) for _ in range(rng.randint(0, 3))]]


def statement(rng, world):
    entries = [[commitment.data, [rng.octets(100) for _ in range(rng.choice((0, 1, 2, 8, 9)))],
                rng.choice((None, rng.octets(200), rng.randbytes(512))), rng.randint(1, 3),
                Fields(rng, world).marks()]
               for commitment in rng.sample(world.commitments, rng.randint(0, 3))]
    return [world.account.public, ["EUR", 6], *(rng.amount() for _ in range(4)), entries,
            rng.choice((None, rng.randbytes(16)))]


KINDS = {"description": description, "answer": answer, "settlement": settlement,
         "statement": statement}


def spoil(rng, value):
    """The array with one of its elements, or one inside it, set to something else."""
    at = rng.randrange(len(value))
    inner = value[at]
    if isinstance(inner, list) and inner and rng.chance(0.7):
        return value[:at] + [spoil(rng, inner)] + value[at + 1:]
    return value[:at] + [rng.choice(WRONG)] + value[at + 1:]


def answer_decode(rng, world):
    kind = rng.choice(list(KINDS))
    value = KINDS[kind](rng, world)
    fault = rng.randrange(10)
    if fault < 3:
        value = spoil(rng, value)
    elif fault == 3:
        value = rng.choice((value[:-1], [*value, None], []))
    data = cbor.encode(value)
    if fault == 4:
        data = flip(rng, data)
    elif fault == 5 and rng.chance(0.5):
        kind = rng.choice(list(KINDS))
    return {"kind": kind, "bytes": data.hex()}


MAKERS = {"answer.decode": (6, answer_decode)}
