"""Every operation of the conformance protocol (spec/13): inputs → result, or a refusal."""

from . import answers, cbor, chains, frames, keys, money, objects, verification
from .inputs import WORK_MAXIMUM, Inputs, malformed
from .kinds import KINDS
from .reasons import Refused
from .registry import OPERATIONS, operation
from .transcripts import run as run_session

assert answers and money  # which register operations of their own


def perform(request):
    """The result of a request, already decoded from JSON."""
    inputs = Inputs(request)
    name = inputs.raw("op")
    if not isinstance(name, str) or name not in OPERATIONS:
        raise Refused("malformed", f"no operation {name}")
    return OPERATIONS[name](inputs)


def bounded(steps):
    if steps > WORK_MAXIMUM:
        raise Refused("too-large", f"{steps} steps of work")
    return steps


# 01 Encoding


@operation("cbor.decode")
def cbor_decode(inputs):
    data, tag = inputs.bytes("bytes"), inputs.text("tag", "none")
    if tag not in ("none", "required"):
        raise malformed("tag", tag)
    value = cbor.decode(data, tag == "required")
    told = cbor.diagnostic(value)
    again = cbor.encode(value)
    if tag == "required":
        return {"bytes": (b"\xd2" + again).hex(), "diagnostic": f"18({told})"}
    return {"bytes": again.hex(), "diagnostic": told}


def kind_of(inputs):
    kind = inputs.text("kind")
    if kind not in KINDS:
        raise malformed("kind", kind)
    return kind


@operation("object.verify")
def object_verify(inputs):
    kind, data = kind_of(inputs), inputs.bytes("bytes")
    broker = inputs.bytes("broker", 32, None)
    certificates = inputs.bytes_list("signing_certificates", default=())
    keys_of_broker = {} if broker is None else objects.signing_keys(broker, certificates)
    signer, now = inputs.bytes("signer", 32, None), inputs.integer("now", default=None)
    merchant = inputs.bytes("merchant", 32, None)
    brokers = inputs.bytes_list("brokers", 32, default=None)
    asset, margin = inputs.asset("asset", None), inputs.integer("margin", default=None)
    commitment = inputs.bytes("commitment", default=None)
    commitment = commitment if commitment is None else objects.decode(commitment, "commitment")
    obj = verification.verify(kind, data, broker, keys_of_broker, signer, now, merchant, brokers,
                              asset, margin, commitment)
    result = {"digest": obj.digest.hex(), "kid": obj.kid.hex(),
              "payload": cbor.diagnostic(obj.fields)}
    if kind == "commitment":
        result |= {"id": obj.id.hex(), "context": chains.context(obj.fields).hex()}
    return result


@operation("object.sign")
def object_sign(inputs):
    kind, payload, seed = kind_of(inputs), inputs.bytes("payload"), inputs.bytes("seed", 32)
    fields = cbor.decode(payload)
    KINDS[kind].check(fields)
    if not verification.may_sign(kind, fields, keys.public_key(seed)):
        raise Refused("bad-signature", "the payload names another signer")
    data = objects.sign(kind, payload, seed)
    objects.decode(data, kind)
    return {"bytes": data.hex(), "digest": objects.decode(data, kind).digest.hex()}


# 02 Keys


@operation("ed25519.verify")
def ed25519_verify(inputs):
    public, message = inputs.bytes("public", 32), inputs.bytes("message")
    keys.verify(public, message, inputs.bytes("signature", 64, reason="bad-signature"))
    return {}


@operation("ed25519.sign")
def ed25519_sign(inputs):
    seed, message = inputs.bytes("seed", 32), inputs.bytes("message")
    return {"public": keys.public_key(seed).hex(), "signature": keys.sign(seed, message).hex()}


@operation("key.derive")
def key_derive(inputs):
    purpose = inputs.text("purpose")
    if purpose not in ("account", "payer", "note"):
        raise malformed("purpose", purpose)
    secret, broker = inputs.bytes("wallet_secret", 32), inputs.bytes("broker", 32)
    if purpose == "note":
        return {"key": keys.note_key(secret, broker).hex()}
    if purpose == "account":
        seed = keys.account_seed(secret, broker)
    else:
        merchant = inputs.bytes("merchant", 32)
        seed = keys.payer_seed(secret, broker, merchant, inputs.integer("generation", 2**32 - 1, 0))
    public = keys.public_key(seed)
    return {"seed": seed.hex(), "public_key": public.hex(), "text": keys.in_text(public)}


# 03 Chains


def context_and_ordinal(inputs):
    if inputs.has("context"):
        return inputs.bytes("context", 32), inputs.ordinal()
    data = inputs.bytes("commitment")
    if data[:1] == b"\xd2":
        fields = objects.decode(data, "commitment").fields
    else:
        fields = cbor.decode(data)
        KINDS["commitment"].check(fields)
    ordinal = inputs.ordinal()
    if ordinal >= len(fields[6]):
        raise Refused("unknown-chain")
    return chains.context(fields), ordinal


@operation("chain.key")
def chain_key(inputs):
    context, ordinal = context_and_ordinal(inputs)
    return {"chain_key": chains.key(context, ordinal).hex(), "context": context.hex()}


@operation("chain.tip")
def chain_tip(inputs):
    secret = inputs.bytes("wallet_secret", 32)
    return {"payword": keys.tip(secret, *context_and_ordinal(inputs)).hex()}


@operation("chain.walk")
def chain_walk(inputs):
    key, index = inputs.bytes("chain_key", 16), inputs.index()
    payword, steps = inputs.bytes("payword", 32), inputs.integer("steps", 2**32 - 1)
    if steps > index:
        raise malformed("steps", "below the root")
    payword = chains.walk(key, index, payword, bounded(steps))
    return {"index": index - steps, "payword": payword.hex()}


@operation("chain.pay")
def chain_pay(inputs):
    key = inputs.bytes("chain_key", 16)
    length = inputs.index("length") if inputs.has("length") else chains.LENGTH_MAXIMUM
    accepted_index, accepted = inputs.index("accepted_index"), inputs.bytes("accepted", 32)
    index, payword = inputs.index(), inputs.bytes("payword", 32)
    limit = inputs.integer("limit", 2**32 - 1)
    if accepted_index > length:
        raise malformed("accepted_index", "above the length")
    bounded(chains.judge_without_hashing(length, accepted_index, index, limit))
    return {"steps": chains.judge(key, length, accepted_index, accepted, index, payword, limit)}


@operation("chain.reveal")
def chain_reveal(inputs):
    key, length = inputs.bytes("chain_key", 16), inputs.index("length")
    tip = inputs.bytes("tip", 32)
    indexes = inputs.indexes("indexes", 1, 4096)
    if length == 0:
        raise malformed("length", "0")
    for before, index in zip([0, *indexes], indexes):
        if index > length:
            raise Refused("index-past-end")
        if index < before:
            raise Refused("stale-index")
    bounded(length - indexes[0])
    return {"paywords": [p.hex() for p in chains.reveal(key, length, tip, indexes)]}


# 06 The peer protocol


@operation("frame.decode")
def frame_decode(inputs):
    frame = inputs.bytes("frame")
    if len(frame) < 4:
        raise Refused("malformed", "no length")
    if len(frame) - 4 != frames.body_size(frame[:4]):
        raise Refused("malformed", "not one frame")
    message = frames.decode_body(frame[4:])
    return {"type": message[0], "message": cbor.diagnostic(message)}


OPERATIONS["session.run"] = run_session
