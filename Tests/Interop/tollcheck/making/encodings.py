"""Requests about CBOR, keys and chains (spec/01 to 03)."""

from .. import cbor, keys
from .world import TEXTS, WEAK, flip


def value(rng, depth=0):
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind == 0:
        return rng.edge()
    if kind == 1:
        return -1 - rng.edge()
    if kind == 2:
        return rng.octets(30)
    if kind == 3:
        return rng.choice(TEXTS)
    if kind in (4, 5):
        return rng.choice((None, True, False))
    if kind == 6:
        return {rng.choice((1, -1)) * rng.edge(2**63): value(rng, depth + 1)
                for _ in range(rng.randrange(5))}
    return [value(rng, depth + 1) for _ in range(rng.randrange(5))]


def sloppy(rng, item):
    """An encoding that a careless encoder might write: mostly right."""
    def head(major, argument):
        if rng.chance(0.05):
            size = rng.randrange(4)
            if argument < 1 << (8 << size):
                return bytes([major << 5 | 24 + size]) + argument.to_bytes(1 << size, "big")
        if rng.chance(0.01):
            return bytes([major << 5 | rng.randrange(24, 32)])
        return cbor.encode_head(major, argument)
    if rng.chance(0.02):
        return rng.choice((b"\xf7", b"\xf8\x20", b"\xf8\x10", b"\xe0", b"\xf9\x3c\x00",
                           b"\xfa\x47\xc3\x50\x00", b"\xff", b"\x9f\xff", b"\x5f\x41a\xff",
                           b"\xc1\x00", b"\xd2\x80", b"\x61\xff", b"\x62\xc0\x80",
                           b"\x63\xed\xa0\x80", b"\x64\xf4\x90\x80\x80", b"\x1b",
                           b"\x9b" + b"\xff" * 8))
    if isinstance(item, list):
        return head(4, len(item)) + b"".join(sloppy(rng, each) for each in item)
    if isinstance(item, dict):
        keys_of = sorted(item, key=lambda key: (key < 0, abs(key)))
        if rng.chance(0.05):
            rng.shuffle(keys_of)
        if keys_of and rng.chance(0.03):
            keys_of.append(keys_of[-1])
        return head(5, len(keys_of)) + b"".join(
            (sloppy(rng, "key") if rng.chance(0.01) else sloppy(rng, key)) + sloppy(rng, item[key])
            for key in keys_of)
    if isinstance(item, int) and not isinstance(item, bool):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    return cbor.encode(item)


def cbor_decode(rng, world):
    item = value(rng)
    for _ in range(rng.choice((0, 0, 0, 4, 8, 9))):
        item = [item] if rng.chance(0.7) else {1: item}
    data = sloppy(rng, item) if rng.chance(0.5) else cbor.encode(item)
    request = {}
    if rng.chance(0.3):
        request["tag"] = rng.choice(("none", "required", "required", "required"))
        if rng.chance(0.8):
            data = rng.choice((b"\xd2",) * 8 + (b"\xd1", b"\xd8\x12", b"\xd2\xd2", b"\xd9")) + data
    if rng.chance(0.2):
        data = flip(rng, data)
    if rng.chance(0.05):
        data = rng.octets(20)
    return {"bytes": data.hex()} | request


def ed25519_sign(rng, world):
    return {"seed": rng.randbytes(32).hex(), "message": rng.octets().hex()}


def ed25519_verify(rng, world):
    party, message = rng.choice(world.everyone), rng.octets()
    public, signature = party.public, keys.sign(party.seed, message)
    fault = rng.randrange(9)
    if fault == 0:
        message = flip(rng, message)
    elif fault == 1:
        signature = flip(rng, signature)
    elif fault == 2:
        public = flip(rng, public) if rng.chance(0.5) else rng.choice(world.everyone).public
    elif fault == 3:
        public = bytes.fromhex(rng.choice(WEAK))
    elif fault == 4:
        signature = bytes.fromhex(rng.choice(WEAK)) + signature[32:]
    elif fault == 5:
        s = int.from_bytes(signature[32:], "little")
        s = rng.choice((s + keys.L, keys.L, keys.L - 1, 0, s + 1, 2**256 - 1))
        signature = signature[:32] + (s % 2**256).to_bytes(32, "little")
    return {"public": public.hex(), "message": message.hex(), "signature": signature.hex()}


def key_derive(rng, world):
    request = {"purpose": rng.choice(("account", "payer", "payer", "note")),
               "wallet_secret": rng.randbytes(32).hex(),
               "broker": rng.choice(world.everyone).public.hex()}
    if request["purpose"] == "payer" or rng.chance(0.1):
        request["merchant"] = rng.choice(world.everyone).public.hex()
        if rng.chance(0.7):
            request["generation"] = rng.number(rng.edge(2**32 if rng.chance(0.1) else 2**32 - 1))
    if rng.chance(0.03):
        request["purpose"] = rng.choice(("", "merchant", "Account"))
    return request


def of_commitment(rng, world):
    if rng.chance(0.3):
        return {"context": rng.randbytes(32).hex(),
                "ordinal": rng.number(rng.choice((0, 1, 7, 8, rng.edge())))}
    commitment = rng.choice(world.commitments)
    data = rng.choice((commitment.data, commitment.payload))
    if rng.chance(0.2):
        data = flip(rng, data)
    count = len(commitment.lengths)
    ordinal = rng.choice((count - 1, count, rng.randrange(count), rng.randrange(count), 8))
    return {"commitment": data.hex(), "ordinal": ordinal}


def chain_tip(rng, world):
    return {"wallet_secret": rng.randbytes(32).hex()} | of_commitment(rng, world)


def chain_walk(rng, world):
    index = rng.edge(2**32 - 1)
    steps = min(index, rng.small()) if rng.chance(0.9) else index + rng.choice((1, 2**31))
    if rng.chance(0.03):
        index = 2**32
    return {"chain_key": rng.randbytes(16).hex(), "index": rng.number(index),
            "payword": rng.randbytes(32).hex(), "steps": rng.number(steps)}


def chain_pay(rng, world):
    key, values = rng.choice(world.chains)
    length = len(values) - 1
    accepted = rng.randrange(length + 1)
    index = rng.choice((accepted, length, rng.randint(accepted, length),
                        rng.randint(accepted, length), rng.near(accepted), rng.near(length)))
    payword = values[min(index, length)]
    if rng.chance(0.15):
        payword = rng.choice((flip(rng, payword)[:32].ljust(32), rng.choice(values)))
    request = {"chain_key": key.hex(), "accepted_index": accepted,
               "accepted": values[accepted].hex(), "index": rng.number(index),
               "payword": payword.hex(),
               "limit": rng.choice((65536, 2**32 - 1, rng.near(max(0, index - accepted), 1)))}
    if rng.chance(0.7):
        request["length"] = rng.choice((length, length, length, rng.near(length)))
    if rng.chance(0.03):
        request["index"] = rng.choice((2**32, 2**32 - 1))
    if rng.chance(0.03):
        request["chain_key"] = rng.randbytes(16).hex()
    return request


def chain_reveal(rng, world):
    key, values = rng.choice(world.chains)
    length = len(values) - 1
    indexes = sorted(rng.randint(0, length) for _ in range(rng.randint(1, 6)))
    if rng.chance(0.1):
        rng.shuffle(indexes)
    if rng.chance(0.1):
        indexes[rng.randrange(len(indexes))] = rng.choice((length + 1, 2**32 - 1, 2**32))
    if rng.chance(0.02):
        indexes = []
    return {"chain_key": key.hex(), "length": 0 if rng.chance(0.02) else rng.number(length),
            "tip": values[-1].hex(), "indexes": [rng.number(i) for i in indexes]}


MAKERS = {
    "cbor.decode": (14, cbor_decode),
    "ed25519.sign": (2, ed25519_sign),
    "ed25519.verify": (8, ed25519_verify),
    "key.derive": (4, key_derive),
    "chain.key": (4, of_commitment),
    "chain.tip": (3, chain_tip),
    "chain.walk": (4, chain_walk),
    "chain.pay": (8, chain_pay),
    "chain.reveal": (3, chain_reveal),
}
