"""Requests about frames and whole transcripts of both sides."""

from .. import cbor, frames, keys
from ..inputs import Inputs
from ..merchant import Merchant
from ..objects import sign
from ..payer import Payer
from ..reasons import NUMBER
from ..session import error, transcript
from ..transcripts import one_step
from .objects import WRONG, Fields
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


def frame_decode(rng, world):
    item = message(rng, world)
    if rng.chance(0.35):
        item = spoilt(rng, item)
    frame = frames.encode(item)
    fault = rng.randrange(16)
    if fault == 0:
        frame = flip(rng, frame)
    elif fault == 1:
        frame = rng.choice((frame[:rng.randrange(len(frame))], frame + b"\0", b"\0" * 4,
                            b"\0\1\0\1" + frame[4:], b"\xff" * 4, b"\0\1\0\0" + frame[4:]))
    elif fault == 2:
        body = flip(rng, frame[4:])
        frame = len(body).to_bytes(4, "big") + body
    elif fault == 3:
        body = rng.choice((b"\x80", b"\x00", b"\xa0", b"\xf6", b"\xd2\x81\x01", b"\x9f\xff",
                           b"\x98\x02\x03\x60", b"\x82\x03\x60\x00"))
        frame = len(body).to_bytes(4, "big") + body
    return {"frame": frame.hex()}


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


def merchant_session(rng, world):
    limits = {"jump": rng.choice((1, 65536)), "unanswered_frames": rng.choice((1, 2, 3, 8, 1024)),
              "channels": rng.choice((1, 2, 3, 1024))}
    nonce, certificate = rng.randbytes(16), rng.choice((None, None, rng.randbytes(32)))
    side = Merchant(world.merchant.seed, nonce, NOW, list(limits.values()), certificate)
    talk = Transcript(rng, world, "merchant", side)
    hello = [frames.HELLO, rng.choice(([1],) * 9 + ([1, 2], [2, 1], [2])), rng.randbytes(16), "random"]
    if rng.chance(0.03):
        hello = message(rng, world)
    if rng.chance(0.03):
        talk.pass_time((0, 9, 10, 11))
    talk.receive(hello)
    for _ in range(rng.choice((0, 3, 8, 20))):
        if side.state == "ended":
            if rng.chance(0.7):
                break
        talk.at += rng.choice((0, 0, 0, 1, 2))
        MERCHANT_ACTS[rng.choice(MERCHANT_CHOICES)](talk)
    request = talk.request(merchant_seed=world.merchant.seed.hex(), nonce=nonce.hex(),
                           limits=limits)
    return request | ({"certificate": certificate.hex()} if certificate else {})


def some_handle(talk):
    known = list(talk.side.channels)
    return talk.rng.choice(known) if known and talk.rng.chance(0.9) else talk.rng.randrange(4)


def send_open(talk):
    rng, side = talk.rng, talk.side
    commitment = rng.choice(talk.world.commitments)
    seed = commitment.payer.seed if rng.chance(0.9) else talk.world.stranger.seed
    session = getattr(side, "transcript", bytes(32))
    if rng.chance(0.04):
        session = rng.randbytes(32)
    proof = keys.sign(seed, b"tollchain/1 open" + session + commitment.id)
    data = commitment.data if rng.chance(0.93) else flip(rng, commitment.data)
    handle = rng.choice((len(side.channels), len(side.channels), rng.randrange(4)))
    talk.receive([frames.OPEN, handle, data, [], proof, rng.choice((None, rng.randbytes(16)))])


def send_pays(talk):
    rng, messages = talk.rng, []
    last = {}
    for _ in range(rng.choice((1, 1, 2, 4))):
        handle = some_handle(talk)
        channel = talk.side.channels.get(handle)
        before = last.get(handle, channel.last_sequence if channel else -1)
        sequence = max(0, before + rng.choice((1, 1, 1, 1, 2, 100) * 4 + (0, -1)))
        last[handle] = sequence
        messages.append([frames.PAY, handle, sequence, talk.make.paywords(), talk.make.amount(),
                         rng.choice((None, b"ref"))])
    talk.receive(*messages)


def answer(talk):
    """An answer to something that waits, if anything does."""
    rng, side, make = talk.rng, talk.side, talk.make
    waiting = ["offer"] * bool(side.quotes)
    waiting += [("opened", h) for h, c in side.channels.items() if c.state == "opening"]
    waiting += [("closed", h) for h, c in side.channels.items()
                if c.state == "closing" and not c.payments]
    waiting += [("receipt", h) for h, c in side.channels.items() if c.receipt]
    paying = [h for h, c in side.channels.items() if c.payments]
    waiting += ["payments"] * 2 * bool(paying)
    if not waiting:
        return
    what = rng.choice(waiting)
    if what == "payments":
        return answer_payments(talk, paying)
    refused = {"refused": rng.choice(REASONS)} if rng.chance(0.2) else {}
    if what == "offer":
        return talk.step(answer={"kind": "offer"} | (refused or {"object": sample(talk, "offer")}))
    kind, handle = what
    right = {
        "opened": lambda: {
            "paywords": [{"ordinal": o, "index": i, "payword": p.hex()}
                         for o, i, p in make.paywords()],
            "accepted": rng.number(make.amount()), "spent": rng.number(make.amount())},
        "closed": lambda: {"close": sample(talk, "close"), "receipt": sample(talk, "receipt")},
        "receipt": lambda: {"object": sample(talk, "receipt")}}[kind]
    talk.step(answer={"kind": kind, "handle": handle} | (refused or right()))


def sample(talk, kind):
    fields = talk.make.fields(kind)
    seed = talk.world.payer.seed if kind == "close-request" else talk.world.merchant.seed
    return sign(kind, cbor.encode(fields), seed).hex()


def answer_payments(talk, paying):
    rng, outcomes = talk.rng, []
    for handle in rng.sample(paying, rng.randint(1, len(paying))):
        payments = talk.side.channels[handle].payments
        for sequence in payments[:rng.randint(1, len(payments))]:
            outcome = {"handle": handle, "sequence": sequence,
                       "accepted": str(talk.make.amount()), "spent": str(talk.make.amount())}
            if rng.chance(0.25):
                outcome["refused"] = rng.choice(
                    ("stale-index", "bad-payword", "insufficient-funds", *REASONS))
            outcomes.append(outcome)
    talk.step(answer={"kind": "payments", "outcomes": outcomes})


def send_close(talk):
    data = bytes.fromhex(sample(talk, "close-request"))
    if talk.rng.chance(0.1):
        data = flip(talk.rng, data)
    talk.receive([frames.CLOSE, some_handle(talk), data])


def send_error(talk):
    rng = talk.rng
    handle = some_handle(talk) if rng.chance(0.9) else None
    sequence = rng.randrange(3) if rng.chance(0.3) else None
    talk.receive([frames.ERROR, handle, sequence, rng.choice((1, 5, 36, 60_000)), False, "x"])


def send_anything(talk):
    item = message(talk.rng, talk.world)
    talk.receive(spoilt(talk.rng, item) if talk.rng.chance(0.4) else item)


def send_meter(talk):
    living = [h for h, c in talk.side.channels.items() if c.state == "open"]
    if living and talk.side.state == "established":
        rng = talk.rng
        talk.step(meter={"handle": rng.choice(living), "number": rng.small(),
                         "amount": str(talk.make.amount()), "units": rng.small()})


MERCHANT_ACTS = {
    "open": send_open,
    "pay": send_pays,
    "answer": answer,
    "close": send_close,
    "quote": lambda talk: talk.receive([frames.QUOTE, talk.rng.choice(("article", "é"))]),
    "receipt": lambda talk: talk.receive([frames.RECEIPT_PLEASE, some_handle(talk)]),
    "error": send_error,
    "anything": send_anything,
    "time": lambda talk: talk.pass_time((0, 1, 9, 29, 30, 31, 599, 600, 601)),
    "finish": lambda talk: talk.step(finish=True),
    "meter": send_meter,
}
MERCHANT_CHOICES = (["answer"] * 16 + ["open"] * 8 + ["pay"] * 8 + ["close"] * 3 + ["quote"] * 3
                    + ["receipt"] * 3 + ["error", "anything", "time", "time", "meter"] + ["finish"])


def payer_session(rng, world):
    nonce, certificate = rng.randbytes(16), rng.choice((None, None, rng.randbytes(32)))
    wanted = rng.choice((None, world.merchant.public, world.merchant.public))
    agent = rng.choice(("random", "", "é"))
    side = Payer(world.payer.seed, nonce, agent, NOW, wanted, certificate)
    talk = Transcript(rng, world, "payer", side)
    if rng.chance(0.03):
        command(talk)
    hello = talk.step(command={"kind": "start"})["send"]
    if rng.chance(0.03):
        talk.pass_time((0, 9, 10, 11))
    if hello and side.state == "hello":
        send_hello_ack(talk, bytes.fromhex(hello[0])[4:], certificate)
    for _ in range(rng.choice((0, 3, 8, 20))):
        if side.state == "ended":
            if rng.chance(0.7):
                break
        talk.at += rng.choice((0, 0, 0, 1, 2))
        rng.choice((command, command, reply, reply, reply, rare))(talk)
    request = talk.request(payer_seed=world.payer.seed.hex(), nonce=nonce.hex(), agent=agent)
    if wanted:
        request["merchant"] = wanted.hex()
    return request | ({"certificate": certificate.hex()} if certificate else {})


def send_hello_ack(talk, hello, certificate):
    rng = talk.rng
    who = rng.choice((talk.world.merchant,) * 20 + (talk.world.stranger,))
    limits = {1: 65536, 2: rng.choice((1, 2, 8, 1024)), 3: rng.choice((1, 2, 1024))}
    ack = [frames.HELLO_ACK, rng.choice((1,) * 30 + (2, 0)), who.public, rng.randbytes(16), limits]
    if rng.chance(0.02):
        certificate = rng.randbytes(32)
    signed = b"tollchain/1 hello" + transcript(hello, cbor.encode([*ack, None]), certificate)
    signature = keys.sign(who.seed, signed)
    if rng.chance(0.02):
        signature = flip(rng, signature)[:64].ljust(64)
    if rng.chance(0.02):
        return talk.receive(message(rng, talk.world))
    talk.receive([*ack, signature])


def command(talk):
    rng, side, make = talk.rng, talk.side, talk.make
    handle = some_handle(talk)
    kind = rng.choice(("open",) * 4 + ("pay",) * 6 + ("close", "close", "receipt", "receipt",
                                                     "quote", "quote"))
    rest = {
        "open": lambda: {"commitment": rng.choice(talk.world.commitments).data.hex(),
                         "funding": [talk.world.certificate.hex()] * rng.randrange(3)}
        | ({"salt": rng.randbytes(16).hex()} if rng.chance(0.3) else {}),
        "pay": lambda: {"handle": handle, "amount": rng.number(make.amount()),
                        "paywords": [{"ordinal": o, "index": i, "payword": p.hex()}
                                     for o, i, p in make.paywords()]}
        | ({"reference": rng.randbytes(rng.choice((1, 64))).hex()} if rng.chance(0.3) else {}),
        "close": lambda: {"handle": handle, "request": sample(talk, "close-request")},
        "receipt": lambda: {"handle": handle},
        "quote": lambda: {"resource": rng.choice(("article", "", "é"))},
    }[kind]()
    talk.step(command={"kind": kind} | rest)


def reply(talk):
    """What a merchant would answer to something that waits, or nearly."""
    rng, side, make = talk.rng, talk.side, talk.make
    waiting = ["offer"] * bool(side.quotes)
    for handle, channel in side.channels.items():
        if channel.state == "opening":
            waiting.append(("opened", handle))
        if channel.state == "closing" and (not channel.payments or rng.chance(0.05)):
            waiting.append(("closed", handle))
        if channel.receipt:
            waiting.append(("receipt", handle))
        if channel.payments:
            waiting += [("paid", handle)] * 3
    if not waiting:
        return
    what = rng.choice(waiting)
    refused = rng.choice(REASONS)
    if what == "offer":
        data = bytes.fromhex(sample(talk, "offer"))
        return talk.receive([frames.OFFER, data] if rng.chance(0.8) else error(refused))
    kind, handle = what
    channel = side.channels[handle]
    accepted = channel.accepted + rng.choice((0, 5, 100)) if rng.chance(0.98) else 0
    spent = rng.randint(0, accepted) if rng.chance(0.98) else accepted + 1
    accepted, spent = min(accepted, 2**63 - 1), min(spent, 2**63 - 1)
    if kind == "paid":
        sequence = rng.choice(channel.payments)
        if rng.chance(0.03):
            sequence += rng.choice((1, 2, 100))
        if rng.chance(0.25):
            return talk.receive(error(refused, handle, sequence))
        return talk.receive([frames.PAID, handle, sequence, accepted, spent])
    if rng.chance(0.2):
        return talk.receive(error(refused, handle))
    talk.receive({
        "opened": lambda: [frames.OPENED, handle, make.paywords(), accepted, spent],
        "closed": lambda: [frames.CLOSED, handle, bytes.fromhex(sample(talk, "close")),
                           bytes.fromhex(sample(talk, "receipt"))],
        "receipt": lambda: [frames.RECEIPT, handle, bytes.fromhex(sample(talk, "receipt"))],
    }[kind]())


def rare(talk):
    rng = talk.rng
    handle = some_handle(talk)
    what = rng.randrange(6)
    if what == 0:
        send_anything(talk)
    elif what == 1:
        talk.pass_time((0, 1, 29, 30, 31))
    elif what == 2:
        send_error(talk)
    elif what < 5:
        talk.receive([frames.METER, handle, rng.small(), rng.small(), rng.small()])
    elif rng.chance(0.3):
        talk.step(command={"kind": "finish"})


def session_run(rng, world):
    return (merchant_session if rng.chance(0.6) else payer_session)(rng, world)


MAKERS = {
    "frame.decode": (14, frame_decode),
    "session.run": (6, session_run),
}
