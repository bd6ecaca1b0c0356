"""The parties, keys and commitments that random requests are about, and small random choices."""

import random

from .. import cbor, chains, keys, objects

NOW = 1_800_000_000
WEAK = ["01" + "00" * 31, "ec" + "ff" * 30 + "7f", "00" * 32, "00" * 31 + "80",
        "01" + "00" * 30 + "80",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f", "ff" * 32]
EDGES = [0, 1, 2, 7, 8, 23, 24, 255, 256, 65535, 65536, 2**31, 2**32 - 1, 2**32, 2**53, 2**53 + 1,
         2**63 - 2, 2**63 - 1, 2**63, 2**64 - 1]
TEXTS = ["", "EUR", "article", "é€𝄞", "a\"b\\c", "line\nend", "\x00\x1f\x7f", "…" * 20, "x" * 64,
         "x" * 65, "y" * 256, "y" * 257]


class Party:
    def __init__(self, seed):
        self.seed, self.public = seed, keys.public_key(seed)


class Rng(random.Random):
    def chance(self, probability):
        return self.random() < probability

    def octets(self, most=64):
        return self.randbytes(self.randrange(most + 1))

    def edge(self, most=2**64 - 1):
        """A number at or near a bound, or anywhere."""
        if self.chance(0.5):
            return min(most, self.choice(EDGES))
        return self.randrange(1 << self.randrange(1, most.bit_length() + 1)) % (most + 1)

    def small(self, most=300):
        return self.randrange(most + 1)

    def amount(self):
        return self.randrange(10**6) if self.chance(0.8) else self.edge(2**63 - 1)

    def near(self, value, spread=2):
        return min(2**64 - 1, max(0, value + self.randint(-spread, spread)))

    def number(self, value):
        """A whole number as JSON may write it."""
        return str(value) if value > 2**53 or self.chance(0.2) else value


class World:
    def __init__(self, seed):
        self.rng = rng = Rng(seed)

        def party():
            return Party(rng.randbytes(32))
        self.broker, self.signing, self.other_broker, self.other_signing = (
            party() for _ in range(4))
        self.merchant, self.other_merchant, self.payer, self.other_payer, self.stranger = (
            party() for _ in range(5))
        self.account = party()
        self.everyone = [self.broker, self.signing, self.other_broker, self.merchant,
                         self.other_merchant, self.payer, self.other_payer, self.stranger]
        self.secret = rng.randbytes(32)
        self.certificate = self.signing_certificate(self.broker, self.signing)
        self.chains = [self.chain(rng, length) for length in (1, 2, 3, 10, 100, 400)]
        self.commitments = [self.commitment(rng) for _ in range(16)]

    def signing_certificate(self, root, key, asset=("EUR", 6), before=NOW - 10**6,
                            after=NOW + 10**6):
        payload = {1: self.rng.randbytes(16), 2: root.public, 3: key.public, 4: 3,
                   5: list(asset), 6: before, 7: after}
        return objects.sign("certificate", cbor.encode(payload), root.seed)

    def chain(self, rng, length):
        """(key, paywords from the root up)."""
        key, payword = rng.randbytes(16), rng.randbytes(32)
        values = [payword]
        for index in range(length, 0, -1):
            values.append(chains.walk(key, index, values[-1], 1))
        return key, values[::-1]

    def commitment(self, rng, **fields):
        """A signed commitment whose paywords are known."""
        return Commitment(self, rng, **fields)


class Commitment:
    def __init__(self, world, rng, payer=None, merchant=None, broker=None, asset=None,
                 layout=None, secret=None, conditions=None, issued=NOW, expires=NOW + 10**5,
                 redeem=NOW + 10**6, extension=None):
        self.payer, self.merchant = payer or world.payer, merchant or world.merchant
        self.broker = broker or world.broker
        layout = layout or [[rng.choice((1, 5, 25, 100, 1000)), rng.randint(1, 40)]
                            for _ in range(rng.choice((1, 1, 2, 3, 8)))]
        self.fields = fields = {
            1: rng.randbytes(16), 2: self.payer.public, 3: self.merchant.public,
            4: self.broker.public, 5: list(asset or ("EUR", 6)),
            6: [[denomination, length, bytes(32)] for denomination, length in layout],
            7: issued, 8: expires, 9: redeem}
        if rng.chance(0.3):
            fields[10] = rng.randbytes(32)
        if conditions:
            fields[11] = conditions
        if extension is not None:
            fields[-rng.randint(1, 10**6)] = extension
        self.context = chains.context(fields)
        secret = secret or world.secret
        self.paywords = []
        for ordinal, (_, length) in enumerate(layout):
            key = chains.key(self.context, ordinal)
            values = [keys.tip(secret, self.context, ordinal)]
            for index in range(length, 0, -1):
                values.append(chains.walk(key, index, values[-1], 1))
            self.paywords.append(values[::-1])
            fields[6][ordinal][2] = values[-1]
        self.payload = cbor.encode(fields)
        self.data = objects.sign("commitment", self.payload, self.payer.seed)
        decoded = objects.decode(self.data, "commitment")
        self.digest, self.id = decoded.digest, decoded.id
        self.lengths = [length for _, length in layout]

    def payword(self, ordinal, index):
        return [ordinal, index, self.paywords[ordinal][index]]


def flip(rng, data):
    """The same bytes but for one fault of a kind that wires and people make."""
    if not data:
        return rng.randbytes(1)
    data = bytearray(data)
    at = rng.randrange(len(data))
    kind = rng.randrange(6)
    if kind < 2:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 2:
        data[at] = rng.randrange(256)
    elif kind == 3:
        del data[at]
    elif kind == 4:
        data.insert(at, rng.randrange(256))
    else:
        del data[at:]
    return bytes(data)
