"""redemption.settle: a broker whose books are exactly what is handed in."""

from . import cbor, merkle, objects
from .broker import Book, Broker, Signer
from .inputs import as_integer, malformed, whole
from .reasons import CODE, Refused
from .settlement import decode_answer
from .verification import worth

STATES = ("live", "closed", "released")


def read_book(inputs):
    """One commitment as it stands, and how much of its guarantee is used up."""
    data = inputs.bytes("commitment")
    commitment = objects.decode(data, "commitment")
    objects.check_party(commitment)
    worth(commitment.fields)
    account = inputs.bytes("account", 32, None)
    funding = inputs.text("funding", "reserved")
    if funding not in ("reserved", "credit"):
        raise malformed("funding", funding)
    guarantee, used = inputs.amount("guarantee", 0), inputs.amount("guarantee_used", 0)
    chains = commitment.fields[6]
    redeemed = inputs.paywords("redeemed", ())
    if any(a[0] >= b[0] for a, b in zip(redeemed, redeemed[1:])):
        raise malformed("redeemed", "ordinals do not ascend")
    if any(ordinal >= len(chains) for ordinal, _, _ in redeemed):
        raise Refused("unknown-chain", "redeemed")
    if any(index > chains[ordinal][1] for ordinal, index, _ in redeemed):
        raise Refused("index-past-end", "redeemed")
    state, final = inputs.text("state", "live"), None
    if state not in STATES:
        raise malformed("state", state)
    if state == "closed":
        final = inputs.indexes("final")
        if len(final) != len(chains):
            raise malformed("final", "not an index for every chain")
        if any(index > length for index, (_, length, _) in zip(final, chains)):
            raise Refused("index-past-end", "final")
    return Book(data, account, funding == "credit", guarantee, state, final, redeemed), used


def read_outage(value):
    if not isinstance(value, list) or len(value) != 2:
        raise malformed("outages", "not [from, to]")
    return tuple(as_integer("outages", each) for each in value)


def settle(inputs):
    """Each input in its turn (TC-13.5): what it holds is decoded before the next is looked at."""
    root_seed = inputs.bytes("broker_seed", 32)
    seed = inputs.bytes("signing_seed", 32, root_seed)
    signer = Signer(root_seed, seed, inputs.bytes_list("signing_certificates", most=16, default=()))
    now, settlement_id = inputs.integer("now"), inputs.bytes("settlement_id", 16)
    batch = objects.decode(inputs.bytes("redemption"), "redemption")
    assets = inputs.assets("assets", None)
    steps_limit = inputs.integer("steps_limit", default=2**28)
    claims_limit = inputs.integer("claims_limit", default=65536)
    outages = [read_outage(pair) for pair in inputs.list("outages", default=())]
    enrolled = inputs.boolean("enrolled", True)
    fee = inputs.part("fee")
    basis_points, fixed = fee.integer("basis_points", 10_000), fee.amount("fixed")
    books = [read_book(part) for part in inputs.parts("commitments")]
    capacities = {part.bytes("account", 32): part.amount("capacity")
                  for part in inputs.parts("accounts", default=[])}
    recorded = None
    if inputs.has("recorded"):
        part = inputs.part("recorded")
        recorded = part.bytes("redemption_digest", 32), part.bytes("answer")
        decode_answer(recorded[1])
    used = {}
    for book, amount in books:
        used[book.guaranteed] = max(used.get(book.guaranteed, 0), amount)
    broker = Broker(signer, now, settlement_id, basis_points, fixed, [b for b, _ in books], assets,
                    enrolled, steps_limit, claims_limit, outages, capacities, used, recorded)
    return told(broker.settle(batch))


def told(answer):
    signed, _, leaves = cbor.decode(answer)
    fields = objects.decode(signed, "settlement").fields
    return {
        "answer": answer.hex(), "settlement": signed.hex(), "gross": str(fields[6]),
        "fee": str(fields[7]), "net": str(fields[8]), "claims_accepted": fields[9],
        "paywords": whole(fields[10]),
        "refusals": [{"position": p, "reason": CODE[r]} for p, r in fields[11]],
        "outcomes": [leaf.hex() for leaf in leaves],
        "leaves": [merkle.leaf_hash(leaf).hex() for leaf in leaves],
        "root": fields[14].hex(), "settlement_id": fields[12].hex(),
    }
