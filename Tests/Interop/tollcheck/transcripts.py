"""session.run: a whole transcript, bytes and answers in, bytes and requests out."""

from . import frames
from .inputs import STEPS_MAXIMUM, malformed
from .merchant import Merchant
from .payer import Payer
from .reasons import NUMBER, Refused
from .session import FINISHED, code


def run(inputs):
    role = inputs.text("role")
    if role not in ("merchant", "payer"):
        raise malformed("role", role)
    seed, nonce = inputs.bytes(role + "_seed", 32), inputs.bytes("nonce", 16)
    if role == "payer":
        agent = inputs.text("agent")
    began = inputs.integer("began")
    if role == "merchant":
        part = inputs.part("limits")
        limits = [part.integer(name, 2**32 - 1)
                  for name in ("jump", "unanswered_frames", "channels")]
        side = Merchant(seed, nonce, began, limits, inputs.bytes("certificate", 32, None))
    else:
        side = Payer(seed, nonce, agent, began, inputs.bytes("merchant", 32, None),
                     inputs.bytes("certificate", 32, None),
                     inputs.integer("answer_seconds", default=30))
    steps = [one_step(side, role, step) for step in inputs.parts("steps", most=STEPS_MAXIMUM)]
    told = {"steps": steps}
    reason = verdict(side, steps)
    if reason:
        raise Refused(reason, "session", result=told)
    return told


def one_step(side, role, step):
    now, refused = step.integer("at"), None
    acts = [name for name in ("receive", "advance", "answer", "command", "finish", "meter")
            if step.has(name)]
    if len(acts) != 1:
        raise malformed("steps", "not one thing to do")
    act = ACTS[acts[0]](side, step)
    try:
        sent, told, ends = side.step(now, act)
    except Refused as refusal:  # a command, which changed nothing
        sent, told, ends, refused = [], [], None, refusal.reason
    result = {"send": [frames.encode(message).hex() for message in sent],
              "requests" if role == "merchant" else "events": told, "ends": ends}
    return result if role == "merchant" else result | {"refused": refused}


def verdict(side, steps):
    """The reason that the session ended with; else of what the last step came to."""
    for step in steps:
        if step["ends"] and step["ends"] != FINISHED:
            return step["ends"]
    if not steps:
        return None
    last = steps[-1]
    if last.get("refused"):
        return last["refused"]
    if last["send"]:
        message = frames.decode_body(bytes.fromhex(last["send"][-1])[4:])
        if message[0] == frames.ERROR:
            return code(message[3])
    return None


def receive(side, step):
    data = step.bytes("receive")
    return lambda now: side.receive(data, now)


def advance(side, step):
    return side.advance


def finish(side, step):
    return side.finish


def meter(side, step):
    part = step.part("meter")
    values = (part.integer("handle", 65535), part.integer("number"), part.amount("amount"),
              part.integer("units"))
    return lambda now: side.meter(*values)


def reason_of(part):
    name = part.text("refused", None)
    if name is not None and name not in NUMBER:
        raise malformed("refused", name)
    return name


def answer(side, step):
    part = step.part("answer")
    kind = part.text("kind")
    values = {"kind": kind}
    if kind == "payments":
        values["outcomes"] = [outcome(one) for one in part.parts("outcomes")]
    elif kind in ("offer", "opened", "closed", "receipt"):
        if kind != "offer":
            values["handle"] = part.integer("handle", 65535)
        values["refused"] = reason_of(part)
        if not values["refused"]:
            values |= ANSWERS[kind](part)
    else:
        raise malformed("answer", kind)
    return lambda now: side.answer(values, now)


ANSWERS = {
    "offer": lambda part: {"object": part.bytes("object")},
    "opened": lambda part: {"paywords": part.paywords("paywords"),
                            "accepted": part.amount("accepted"), "spent": part.amount("spent")},
    "closed": lambda part: {"close": part.bytes("close"), "receipt": part.bytes("receipt")},
    "receipt": lambda part: {"object": part.bytes("object")},
}


def outcome(part):
    refused = reason_of(part)
    values = {"handle": part.integer("handle", 65535),
              "sequence": part.integer("sequence", 2**32 - 1), "refused": refused}
    if refused in (None, "stale-index"):
        values |= {"accepted": part.amount("accepted"), "spent": part.amount("spent")}
    return values


def command(side, step):
    part = step.part("command")
    kind = part.text("kind")
    if kind not in COMMANDS:
        raise malformed("command", kind)
    values = {"kind": kind} | COMMANDS[kind](part)
    return lambda now: side.command(values, now)


def handle(part):
    return {"handle": part.integer("handle", 65535)}


COMMANDS = {
    "start": lambda part: {},
    "finish": lambda part: {},
    "quote": lambda part: {"resource": part.text("resource")},
    "open": lambda part: {"commitment": part.bytes("commitment"),
                          "funding": part.bytes_list("funding"),
                          "salt": part.bytes("salt", 16, None)},
    "pay": lambda part: handle(part) | {"paywords": part.paywords("paywords"),
                                        "amount": part.amount("amount"),
                                        "reference": part.bytes("reference", None, None)},
    "close": lambda part: handle(part) | {"request": part.bytes("request")},
    "receipt": handle,
}
ACTS = {"receive": receive, "advance": advance, "finish": finish, "meter": meter,
        "answer": answer, "command": command}
