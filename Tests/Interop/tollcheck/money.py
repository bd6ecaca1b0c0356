"""Operations about money: amounts, settlements, Merkle trees, and the wallet's own affairs."""

from . import amounts, merkle, objects, settlement, wallet
from .books import settle
from .inputs import malformed, whole
from .reasons import CODE, Refused
from .registry import OPERATIONS, operation


@operation("amount.parse")
def amount_parse(inputs):
    asset, text = inputs.asset("asset"), inputs.text("text")
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
    redemption = objects.decode(inputs.bytes("redemption"), "redemption")
    told, _ = settlement.verify_answer(redemption, inputs.bytes("answer"))
    return figures(told.fields)


def figures(told):
    return {"gross": str(told[6]), "fee": str(told[7]), "net": str(told[8]),
            "claims_accepted": told[9], "paywords": whole(told[10]),
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
        if size1 == size2 and root1 != root2:
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
        if denomination == 0:
            raise malformed("denomination", "0")
        length = chain.index("length")
        if length == 0:
            raise malformed("length", "0")
        at = chain.index("revealed")
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
