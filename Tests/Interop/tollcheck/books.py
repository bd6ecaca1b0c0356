"""redemption.settle: a broker whose books are exactly what is handed in."""

from . import cbor, merkle, objects
from .broker import Book, Broker
from .inputs import malformed, whole
from .reasons import CODE

STATES = ("live", "closed", "released")


def read_book(inputs):
    data = inputs.bytes("commitment")
    commitment = objects.decode(data, "commitment")
    objects.check_party(commitment)
    account = inputs.bytes("account", 32, None)
    funding = inputs.text("funding", "reserved")
    if funding not in ("reserved", "credit"):
        raise malformed("funding", funding)
    guarantee, used = inputs.amount("guarantee", 0), inputs.amount("guarantee_used", 0)
    state = inputs.text("state", "live")
    if state not in STATES:
        raise malformed("state", state)
    final = inputs.list("final", default=None)
    if state == "closed" and len(final or []) != len(commitment.fields[6]):
        raise malformed("final", "not an index for every chain")
    redeemed = inputs.paywords("redeemed", ())
    return Book(data, account, funding == "credit", guarantee, state, final, redeemed), used


def settle(inputs):
    root_seed = inputs.bytes("broker_seed", 32)
    signing_seed = inputs.bytes("signing_seed", 32, None)
    certificates = inputs.bytes_list("signing_certificates", default=())
    now, settlement_id = inputs.integer("now"), inputs.bytes("settlement_id", 16)
    assets = inputs.list("assets", default=None)
    enrolled = inputs.boolean("enrolled", True)
    fee = inputs.part("fee")
    basis_points, fixed = fee.integer("basis_points", 10_000), fee.amount("fixed")
    steps_limit = inputs.integer("steps_limit", default=2**28)
    claims_limit = inputs.integer("claims_limit", default=65536)
    outages = [tuple(pair) for pair in inputs.list("outages", default=())]
    books = [read_book(part) for part in inputs.parts("commitments")]
    capacities = {part.bytes("account", 32): part.amount("capacity")
                  for part in inputs.parts("accounts", default=[])}
    recorded = None
    if inputs.has("recorded"):
        part = inputs.part("recorded")
        recorded = part.bytes("redemption_digest", 32), part.bytes("answer")
    used = {}
    for book, amount in books:
        used[book.account] = used.get(book.account, 0) + amount
    broker = Broker(root_seed, now, settlement_id, basis_points, fixed, [b for b, _ in books],
                    signing_seed, certificates if signing_seed else (), assets, enrolled,
                    steps_limit, claims_limit, outages, capacities, used, recorded)
    return told(broker.settle(inputs.bytes("redemption")))


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


