"""Every operation of the conformance protocol (spec/13): inputs → result, or a refusal."""

from . import amounts, cbor, chains, frames, keys, merkle, objects, settlement, verification, wallet
from .books import settle
from .fields import asset as check_asset
from .inputs import WORK_MAXIMUM, Inputs, malformed
from .kinds import KINDS
from .reasons import CODE, Refused
from .transcripts import run as run_session

OPERATIONS = {}


def operation(name):
    def register(function):
        OPERATIONS[name] = function
        return function
    return register


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
    obj = verification.verify(
        kind, data, broker, keys_of_broker, inputs.bytes("signer", 32, None),
        inputs.integer("now", default=None), inputs.bytes("merchant", 32, None), inputs.bytes_list("brokers", 32, default=None),
        inputs.asset("asset", None), inputs.integer("margin", default=None),
        inputs.bytes("commitment", default=None))
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
    indexes = [Inputs({"index": value}).index() for value in inputs.list("indexes", 1, 4096)]
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


# 02.8, 07.13 Amounts


@operation("amount.parse")
def amount_parse(inputs):
    asset, text = inputs.asset("asset"), inputs.text("text")
    check_asset(asset)
    units = amounts.parse(asset[1], text)
    return {"units": str(units), "text": amounts.format(asset[1], units)}


@operation("amount.add")
def amount_add(inputs):
    return {"units": str(amounts.fitting(inputs.amount("left") + inputs.amount("right")))}


@operation("amount.subtract")
def amount_subtract(inputs):
    return {"units": str(amounts.subtract(inputs.amount("left"), inputs.amount("right")))}


@operation("amount.multiply")
def amount_multiply(inputs):
    return {"units": str(amounts.fitting(inputs.amount("left") * inputs.integer("right")))}


@operation("amount.fee")
def amount_fee(inputs):
    gross, basis_points = inputs.amount("gross"), inputs.integer("basis_points", 10_000)
    return {"units": str(amounts.fee(gross, basis_points, inputs.amount("fixed")))}


# 07 Redemption and settlement


OPERATIONS["redemption.settle"] = settle


@operation("settlement.verify")
def settlement_verify(inputs):
    told, _ = settlement.verify_answer(inputs.bytes("redemption"), inputs.bytes("answer"))
    return figures(told.fields)


def figures(told):
    return {"gross": str(told[6]), "fee": str(told[7]), "net": str(told[8]),
            "claims_accepted": told[9], "paywords": told[10],
            "refusals": [{"position": p, "reason": CODE.get(r, "internal")} for p, r in told[11]],
            "settlement_id": told[12].hex()}


@operation("merkle.root")
def merkle_root(inputs):
    leaves = inputs.bytes_list("leaves")
    return {"root": merkle.root(leaves).hex(),
            "leaf_hashes": [merkle.leaf_hash(leaf).hex() for leaf in leaves]}


@operation("merkle.inclusion")
def merkle_inclusion(inputs):
    leaf_hash, index, size = inputs.bytes("leaf_hash", 32), inputs.integer("index"), \
        inputs.integer("size")
    proof, root = inputs.bytes_list("proof", 32), inputs.bytes("root", 32)
    if index >= size:
        raise malformed("index", "not below size")
    found = merkle.root_by_inclusion(index, size, leaf_hash, proof)
    if found is None:
        raise malformed("proof", "too long or too short")
    if found != root:
        raise Refused("bad-signature", "the proof leads to another root")
    return {}


@operation("merkle.consistency")
def merkle_consistency(inputs):
    size1, size2 = inputs.integer("size1"), inputs.integer("size2")
    root1, root2 = inputs.bytes("root1", 32), inputs.bytes("root2", 32)
    proof = inputs.bytes_list("proof", 32)
    if size1 > size2:
        raise malformed("size1", "above size2")
    if size1 == 0 or size1 == size2:
        if proof:
            raise malformed("proof", "not empty")
        if size1 and root1 != root2:
            raise Refused("bad-signature", "two roots of one size")
        return {}
    found = merkle.roots_by_consistency(size1, size2, root1, proof)
    if found is None:
        raise malformed("proof", "too long or too short")
    if found != (root1, root2):
        raise Refused("bad-signature", "the proof leads to other roots")
    return {}


# The wallet


@operation("wallet.choose")
def wallet_choose(inputs):
    layout, revealed = [], []
    for chain in inputs.parts("chains", least=1, most=8):
        denomination = chain.amount("denomination")
        length, at = chain.integer("length", 2**32 - 1), chain.index("revealed")
        if denomination == 0 or length == 0:
            raise malformed("chains", "0")
        if at > length:
            raise Refused("index-past-end")
        layout.append((denomination, length - at))
        revealed.append(at)
    credit, amount = inputs.amount("credit", 0), inputs.amount("amount")
    wanted = max(0, amount - credit)
    if wanted == 0:
        return {"indexes": revealed, "worth": "0", "excess": str(credit - amount), "steps": 0}
    advances = wallet.choose(layout, wanted)
    worth = sum(d * n for (d, _), n in zip(layout, advances))
    return {"indexes": [at + n for at, n in zip(revealed, advances)], "worth": str(worth),
            "excess": str(worth - wanted), "steps": sum(advances)}


@operation("wallet.restore")
def wallet_restore(inputs):
    secret, broker = inputs.bytes("wallet_secret", 32), inputs.bytes("broker", 32)
    asset, statement = inputs.asset("asset"), inputs.bytes("statement")
    account, channels, foreign, cursor = wallet.restore(secret, broker, asset, statement)
    return {"account": account.hex(), "channels": channels, "foreign": foreign,
            "cursor": None if cursor is None else cursor.hex()}
