"""Requests about frames, and whole transcripts of the merchant's side."""

from .. import frames, keys
from ..merchant import Merchant
from .payers import payer_session
from .talk import (REASONS, Transcript, message, sample, send_anything, send_error, some_handle,
                   spoilt)
from .world import NOW, flip


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


def merchant_session(rng, world):
    limits = {"jump": rng.choice((1, 65536)), "unanswered_frames": rng.choice((1, 2, 3, 8, 1024)),
              "channels": rng.choice((1, 2, 3, 1024))}
    nonce, certificate = rng.randbytes(16), rng.choice((None, None, rng.randbytes(32)))
    side = Merchant(world.merchant.seed, nonce, NOW, list(limits.values()), certificate)
    talk = Transcript(rng, world, "merchant", side)
    versions = rng.choice(([1],) * 9 + ([1, 2], [2, 1], [2]))
    hello = [frames.HELLO, versions, rng.randbytes(16), "random"]
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


def session_run(rng, world):
    return (merchant_session if rng.chance(0.6) else payer_session)(rng, world)


MAKERS = {
    "frame.decode": (14, frame_decode),
    "session.run": (6, session_run),
}
