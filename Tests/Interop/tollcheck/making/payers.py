"""Whole transcripts of the payer's side."""

from .. import cbor, frames, keys
from ..payer import Payer
from ..session import error, transcript
from .talk import REASONS, Transcript, message, sample, send_anything, send_error, some_handle
from .world import NOW, flip


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
    rng, make = talk.rng, talk.make
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
        talk.receive([frames.METER, handle, rng.edge(), rng.small(), rng.edge()])
    elif rng.chance(0.3):
        talk.step(command={"kind": "finish"})
