"""Random messages, and transcripts that are made while they run."""

from .. import cbor, frames
from ..inputs import Inputs
from ..objects import sign
from ..reasons import NUMBER
from ..transcripts import one_step
from .fields import Fields
from .objects import WRONG
from .world import NOW, TEXTS, flip

REASONS = list(NUMBER)


def message(rng, world, kind=None):
    """A right message of any type, not of any session."""
    make, handle = Fields(rng, world), rng.choice((0, 1, 65535, rng.edge(65535)))
    sequence = rng.edge(2**32 - 1)
    blob = rng.choice((b"", rng.octets(60), rng.choice(world.commitments).data))
    limits = {1: rng.edge(2**32 - 2) + 1, 2: rng.edge(2**32 - 2) + 1, 3: rng.edge(2**32 - 2) + 1}
    kind = kind or rng.randint(1, 14)
    return [kind, *{
        frames.HELLO: lambda: [[rng.edge(65535) for _ in range(rng.randint(1, 16))], make.id(),
                               rng.choice(TEXTS[:9])],
        frames.HELLO_ACK: lambda: [1, make.key(), make.id(), limits, rng.randbytes(64)],
        frames.QUOTE: lambda: [rng.choice(TEXTS[:11])],
        frames.OFFER: lambda: [blob],
        frames.OPEN: lambda: [handle, blob, [blob] * rng.randrange(4), rng.randbytes(64),
                              rng.choice((None, make.id()))],
        frames.OPENED: lambda: [handle, make.paywords(), make.amount(), make.amount()],
        frames.PAY: lambda: [handle, sequence, make.paywords(), make.amount(),
                             rng.choice((None, b"r", b"r" * 64))],
        frames.PAID: lambda: [handle, sequence, make.amount(), make.amount()],
        frames.METER: lambda: [handle, rng.edge(), make.amount(), rng.edge()],
        frames.CLOSE: lambda: [handle, blob],
        frames.CLOSED: lambda: [handle, blob, blob],
        frames.ERROR: lambda: [rng.choice((None, handle)), rng.choice((None, sequence)),
                               rng.choice((0, 1, 51, 52, rng.edge())), rng.chance(0.5),
                               rng.choice(TEXTS[:11])],
        frames.RECEIPT_PLEASE: lambda: [handle],
        frames.RECEIPT: lambda: [handle, blob],
    }[kind]()]


def spoilt(rng, item):
    """A message with a fault in one element."""
    fault = rng.randrange(5)
    if fault == 0:
        item[0] = rng.choice((0, 15, 16, -1, 2**64 - 1, None, "1", b"\1", rng.randint(1, 14)))
    elif fault == 1:
        del item[rng.randrange(len(item))]
    elif fault == 2:
        item.append(rng.choice(WRONG))
    else:
        at = rng.randrange(len(item))
        inner = item[at]
        if isinstance(inner, list) and inner and rng.chance(0.7):
            inner[rng.randrange(len(inner))] = rng.choice(WRONG + ([9, 1, b"x" * 32], [0, 1]))
        elif isinstance(inner, dict) and rng.chance(0.7):
            inner[rng.choice((1, 2, 3, 4, -1))] = rng.choice((0, 2**32, 1, b""))
        else:
            item[at] = rng.choice(WRONG)
    return item


class Transcript:
    """A session that is made while it runs, so that its steps make sense to the side under test."""

    def __init__(self, rng, world, role, side):
        self.rng, self.world, self.role, self.side = rng, world, role, side
        self.at, self.steps, self.make = NOW, [], Fields(rng, world)

    def step(self, **act):
        step = {"at": self.at, **act}
        self.steps.append(step)
        return one_step(self.side, self.role, Inputs(step))

    def receive(self, *messages):
        """Sends messages, now and then torn, joined or spoilt."""
        rng = self.rng
        data = b"".join(map(frames.encode, messages))
        if rng.chance(0.03):
            data = flip(rng, data)
        if rng.chance(0.1):
            cut = rng.randrange(len(data) + 1)
            first = self.step(receive=data[:cut].hex())
            self.at += rng.choice((0, 1, 29))
            second = self.step(receive=data[cut:].hex())
            return {name: first[name] + second[name] for name in ("send",)} | second
        return self.step(receive=data.hex())

    def pass_time(self, choices):
        self.at += self.rng.choice(choices)
        self.step(advance=True)

    def request(self, **inputs):
        return {"role": self.role, "began": NOW, **inputs, "steps": self.steps}


def some_handle(talk):
    known = list(talk.side.channels)
    return talk.rng.choice(known) if known and talk.rng.chance(0.9) else talk.rng.randrange(4)


def sample(talk, kind):
    fields = talk.make.fields(kind)
    seed = talk.world.payer.seed if kind == "close-request" else talk.world.merchant.seed
    return sign(kind, cbor.encode(fields), seed).hex()


def send_error(talk):
    rng = talk.rng
    handle = some_handle(talk) if rng.chance(0.9) else None
    sequence = rng.randrange(3) if rng.chance(0.3) else None
    talk.receive([frames.ERROR, handle, sequence, rng.choice((1, 5, 36, 60_000)), False, "x"])


def send_anything(talk):
    item = message(talk.rng, talk.world)
    talk.receive(spoilt(talk.rng, item) if talk.rng.chance(0.4) else item)
