"""Requests about signed objects: each kind with random fields, right, altered, or in doubt."""

from .. import cbor, keys
from ..kinds import BROKER, KINDS, SIGNER
from ..objects import content_type, sign, to_be_signed
from ..verification import CREATED
from .encodings import value
from .world import NOW, TEXTS, flip

ASSETS = (["EUR", 6], ["EUR", 6], ["EUR", 6], ["EUR", 2], ["USD-TEST", 18])


class Fields:
    """Random right fields of every kind."""

    def __init__(self, rng, world):
        self.rng, self.world = rng, world
        self.broker, self.merchant, self.payer = world.broker, world.merchant, world.payer

    def time(self):
        rng = self.rng
        return rng.choice((NOW, NOW, NOW + 300, NOW + 301, NOW - 86_400, NOW - 86_401,
                           NOW + rng.randint(-10**5, 10**5), rng.edge()))

    def id(self):
        return self.rng.randbytes(16)

    def key(self):
        return self.rng.choice(self.world.everyone).public

    def asset(self):
        return list(self.rng.choice(ASSETS))

    def amount(self):
        return self.rng.amount()

    def marks(self):
        ordinals = [ordinal for ordinal in range(8) if self.rng.chance(0.3)]
        return [[ordinal, self.rng.edge(2**32 - 1)] for ordinal in ordinals]

    def paywords(self, least=0):
        rng = self.rng
        ordinals = sorted(rng.sample(range(8), rng.randint(least, 8)))
        return [[o, rng.edge(2**32 - 1), rng.randbytes(32)] for o in ordinals]

    def conditions(self):
        rng = self.rng
        return [[rng.choice((1, 2, 3, 65535)), rng.sample(range(8), rng.randint(1, 8)),
                 rng.choice(([], [NOW, 60], [value(rng, 2)]))] for _ in range(rng.randint(1, 3))]

    def fields(self, kind):
        rng = self.rng
        fields = getattr(self, kind.replace("-", "_"))()
        if rng.chance(0.1):
            fields[-rng.randint(1, 2**32)] = rng.choice((b"", b"x" * 200, [1, {-1: None}]))
        return fields

    def commitment(self):
        rng = self.rng
        issued = self.time() if rng.chance(0.3) else NOW - rng.choice((0, 0, 10**4))
        expires = issued + rng.choice((0, 10**4, 10**5, 10**5))
        redeem = expires + rng.choice((0, 604_800, 604_801, 604_799, 10**6))
        if rng.chance(0.05):
            redeem = issued + 34_560_000 + rng.randrange(2)
        if rng.chance(0.05):
            expires = rng.choice((issued - 1, redeem + 1))
        layout = [[rng.choice((1, 25, 2**63 - 1, rng.edge(2**63 - 2) + 1)),
                   rng.choice((1, 100, 2**32 - 1)), rng.randbytes(32)]
                  for _ in range(rng.choice((1, 1, 2, 8)))]
        fields = {1: self.id(), 2: self.payer.public, 3: self.merchant.public,
                  4: self.broker.public, 5: self.asset(), 6: layout,
                  7: max(0, issued), 8: min(2**64 - 1, max(0, expires)),
                  9: min(2**64 - 1, max(0, redeem))}
        if rng.chance(0.3):
            fields[10] = rng.randbytes(32)
        if rng.chance(0.15):
            fields[11] = self.conditions()
        return fields

    def certificate(self):
        rng, role = self.rng, self.rng.randint(1, 3)
        begin = NOW + rng.choice((-10**6, 300, 301, rng.randint(-10**6, 1000)))
        end = max(begin, NOW + rng.choice((10**6, -300, -301, rng.randint(-1000, 10**6))))
        fields = {1: self.id(), 2: self.broker.public, 3: self.key(), 4: role, 5: self.asset(),
                  6: begin, 7: end if rng.chance(0.98) else begin - 1}
        if role == 1:
            fields |= {8: rng.randint(1, 2), 9: self.amount()}
            if fields[8] == 2:
                fields[11] = self.amount()
        elif role == 2:
            if rng.chance(0.5):
                fields[10] = rng.choice(TEXTS[:9])
            fields[12] = [rng.randint(0, 10_000), self.amount()]
        return fields

    def reservation_request(self):
        commitment = self.rng.choice(self.world.commitments)
        fields = {1: self.broker.public, 2: self.world.account.public, 3: commitment.data,
                  4: self.time()}
        return fields | ({5: self.rng.octets(512)} if self.rng.chance(0.5) else {})

    def reservation(self):
        commitment = self.rng.choice(self.world.commitments)
        worth = sum(d * length for d, length, _ in commitment.fields[6])
        return {1: commitment.digest, 2: self.broker.public, 3: commitment.payer.public,
                4: commitment.merchant.public, 5: list(commitment.fields[5]),
                6: self.rng.choice((worth, worth, worth - 1, worth + 1)), 7: self.time(),
                8: commitment.fields[9] + self.rng.choice((0, 0, 1, -1))}

    def offer(self):
        rng = self.rng
        brokers = [self.broker.public] + [self.key() for _ in range(rng.randrange(16))]
        rng.shuffle(brokers)
        fields = {1: self.merchant.public, 2: brokers[:rng.randint(1, len(brokers))],
                  3: self.asset(), 4: rng.choice(TEXTS[:9]), 5: self.amount(),
                  8: NOW + rng.choice((0, -300, -301, 1000)), 9: rng.choice(TEXTS[:11])}
        if rng.chance(0.5):
            fields[6] = self.amount()
        if rng.chance(0.5):
            fields[7] = rng.choice(TEXTS) * rng.choice((1, 3))
        return dict(sorted(fields.items()))

    def receipt(self):
        return {1: self.id(), 2: self.payer.public, 3: self.merchant.public, 4: self.asset(),
                5: self.amount(), 6: self.amount(), 7: self.rng.edge(), 8: self.time(),
                9: self.marks()}

    def close_request(self):
        return {1: self.id(), 2: self.merchant.public, 3: self.time()}

    def close(self):
        return {1: self.id(), 2: self.broker.public, 3: self.merchant.public, 4: self.marks(),
                5: self.time()}

    def redemption(self):
        rng = self.rng
        claims = [[rng.choice((self.id(), rng.octets(40), rng.choice(self.world.commitments).data)),
                   self.paywords(1)] for _ in range(rng.randint(1, 4))]
        return {1: self.id(), 2: self.merchant.public, 3: self.broker.public, 4: self.asset(),
                5: self.time(), 6: claims}

    def settlement(self):
        rng = self.rng
        return {1: self.id(), 2: rng.randbytes(32), 3: self.broker.public,
                4: self.merchant.public, 5: self.asset(), 6: self.amount(), 7: self.amount(),
                8: self.amount(), 9: rng.choice((0, 1, 65536)), 10: rng.edge(),
                11: [[i, rng.randint(1, 60)] for i in range(rng.randrange(3))], 12: self.id(),
                13: NOW + rng.choice((0, 10**6 + 300, 10**6 + 301, -10**6 - 300, -10**6 - 301)),
                14: rng.randbytes(32),
                15: [[self.key(), rng.randint(1, 3), self.amount()]
                     for _ in range(rng.randrange(3))]}

    def enrolment(self):
        role = self.rng.randint(1, 2)
        named = {6: self.rng.choice(TEXTS[:9])} if role == 2 and self.rng.chance(0.5) else {}
        return {1: self.broker.public, 2: self.merchant.public, 3: role, 4: self.asset(),
                5: self.time()} | named

    def certificate_request(self):
        return {1: self.broker.public, 2: self.world.account.public, 3: self.key(),
                4: self.asset(), 5: self.time()}

    def statement_request(self):
        return {1: self.broker.public, 2: self.world.account.public, 3: self.asset(),
                4: self.time()} | ({5: self.id()} if self.rng.chance(0.5) else {})

    def withdrawal(self):
        return self.faucet_request() | (
            {7: self.rng.choice(TEXTS[:11])} if self.rng.chance(0.5) else {})

    def faucet_request(self):
        return {1: self.broker.public, 2: self.world.account.public, 3: self.asset(),
                4: self.amount(), 5: self.id(), 6: self.time()}


WRONG = (None, True, 0, -1, 2**63, 2**64 - 1, 8, 2**32, b"", b"x" * 16, b"x" * 33, b"x" * 600, "",
         "x" * 1100, [], [[0, 1]] * 9, [["EUR", 6]] * 20, {}, {1: 2}, ["EUR", 19], ["E", 6],
         [[1, 1], [0, 1]], 65536, 10_001, 4)


def alter(rng, fields):
    """One fault in the fields, deep or shallow."""
    key = rng.choice(list(fields))
    fault = rng.randrange(6)
    if fault == 0:
        del fields[key]
    elif fault == 1:
        fields[rng.choice((0, 5, 10, 12, 13, 16, 99, 2**64 - 1))] = rng.choice((0, b"", None))
    elif fault == 2:
        fields[-1] = b"x" * rng.choice((252, 253, 254, 255, 300))
    elif fault == 3 and isinstance(fields[key], list) and fields[key]:
        inner = list(fields[key])
        at = rng.randrange(len(inner))
        if isinstance(inner[at], list) and inner[at] and rng.chance(0.7):
            inner[at] = list(inner[at])
            inner[at][rng.randrange(len(inner[at]))] = rng.choice(WRONG)
        else:
            inner[at] = rng.choice(WRONG)
        if rng.chance(0.2):
            inner.append(inner[-1])
        fields[key] = inner
    elif fault == 4 and isinstance(fields[key], int):
        fields[key] = rng.choice((rng.near(fields[key], 1), rng.edge()))
    else:
        fields[key] = rng.choice(WRONG)


def seed_for(rng, world, kind, fields):
    if rng.chance(0.05):
        return rng.choice(world.everyone).seed
    if kind in BROKER:
        signing_key = kind == "certificate" and fields.get(4) == 3
        return rng.choice((world.broker, world.broker if signing_key else world.signing)).seed
    wanted = fields.get(SIGNER.get(kind)) if kind in SIGNER else world.payer.public
    for party in (*world.everyone, world.account):
        if party.public == wanted:
            return party.seed
    return world.stranger.seed


def envelope(rng, kind, payload, seed):
    """Signed with a header or an envelope that has a fault, but for the signature."""
    header = {1: -19, 3: content_type(kind), 4: keys.public_key(seed)}
    fault = rng.randrange(9)
    if fault == 0:
        header[1] = rng.choice((-8, 19, None, "EdDSA"))
    elif fault == 1:
        header[3] = rng.choice((content_type(rng.choice(list(KINDS))), "application/cbor",
                                content_type("split"), "x" * 129, 60, ""))
    elif fault == 2:
        header[4] = rng.choice((b"", header[4][:31], header[4] + b"x", "kid", bytes(32)))
    elif fault == 3:
        header[rng.choice((0, 2, 5, 33, -1, -65537))] = rng.choice((b"", b"x" * 260, 1))
    elif fault == 4:
        del header[rng.choice((1, 3, 4))]
    protected = cbor.encode(header)
    signature = keys.sign(seed, to_be_signed(protected, payload))
    parts = [protected, {}, payload, signature]
    if fault == 5:
        parts[1] = rng.choice(({1: 1}, {-1: b""}, [], None, b""))
    elif fault == 6:
        parts[rng.choice((0, 2, 3))] = rng.choice(([], "", None, 5, {}))
    elif fault == 7:
        parts = rng.choice((parts[:3], parts + [b""], {1: 2}, b"", [parts]))
    elif fault == 8:
        parts[3] = rng.choice((signature[:63], signature + b"x", b"", bytes(64)))
    return b"\xd2" + cbor.encode(parts)


def object_verify(rng, world):
    kind = rng.choice(list(KINDS))
    fields = Fields(rng, world).fields(kind)
    certificates = [world.certificate]
    if rng.chance(0.25):
        alter(rng, fields)
    seed, payload = seed_for(rng, world, kind, fields), cbor.encode(fields)
    if rng.chance(0.03):
        payload = rng.choice((flip(rng, payload), b"\x80", b"\xd2" + payload, b""))
    fault = rng.randrange(10)
    if fault == 0:
        data = envelope(rng, kind, payload, seed)
    else:
        data = sign(kind, payload, seed)
    if fault == 1:
        data = flip(rng, data)
    if rng.chance(0.02):
        kind = rng.choice(list(KINDS))
    request = {"kind": kind, "bytes": data.hex()}
    if kind in BROKER and rng.chance(0.9) or rng.chance(0.1):
        request["broker"] = rng.choice((world.broker,) * 15 + (world.other_broker,)).public.hex()
        if rng.chance(0.1):
            certificates = rng.choice(([], [world.certificate] * 2, [other_certificate(rng, world)]))
        request["signing_certificates"] = [each.hex() for each in certificates]
    if kind == "close-request" and rng.chance(0.97):
        request["signer"] = rng.choice((world.payer,) * 9 + (world.stranger,)).public.hex()
    expectations(rng, world, kind, fields, request)
    return request


def expectations(rng, world, kind, fields, request):
    if rng.chance(0.6):
        request["now"] = rng.number(rng.choice((NOW, NOW, NOW, NOW + 1, NOW - 1, rng.edge())))
        date = fields.get(CREATED.get(kind, 8))
        if rng.chance(0.2) and isinstance(date, int) and date > 0:
            request["now"] = rng.number(min(2**64 - 1, max(
                0, date + rng.choice((-301, -300, 0, 86_400, 86_401, 300, 301)))))
    if rng.chance(0.3):
        request["merchant"] = rng.choice((world.merchant,) * 7 + (world.stranger,)).public.hex()
    if rng.chance(0.2):
        request["brokers"] = [party.public.hex() for party in rng.sample(
            [world.broker, world.other_broker, world.broker, world.stranger], rng.randrange(4))]
    if rng.chance(0.2):
        request["asset"] = rng.choice((["EUR", 6],) * 8 + (["EUR", 5], ["USD-TEST", 18], ["E", 6]))
    if rng.chance(0.2):
        request["margin"] = rng.choice((0, 604_800, rng.edge()))
    if kind == "reservation" and rng.chance(0.7) or rng.chance(0.02):
        commitment = rng.choice(world.commitments)
        for each in world.commitments:
            if each.digest == fields.get(1) and rng.chance(0.9):
                commitment = each
        request["commitment"] = commitment.data.hex()


def other_certificate(rng, world):
    """What is no certificate of the broker's signing key, or no longer."""
    period = rng.choice(((NOW - 10**6, NOW - 10**5), (NOW + 10**5, NOW + 10**6)))
    return rng.choice((
        world.signing_certificate(world.other_broker, world.signing),
        world.signing_certificate(world.broker, world.signing, before=period[0], after=period[1]),
        flip(rng, world.certificate),
        sign("certificate", cbor.encode(Fields(rng, world).certificate()), world.broker.seed),
        rng.choice(world.commitments).data))


def object_sign(rng, world):
    kind = rng.choice(list(KINDS))
    fields = Fields(rng, world).fields(kind)
    if rng.chance(0.25):
        alter(rng, fields)
    seed, payload = seed_for(rng, world, kind, fields), cbor.encode(fields)
    if rng.chance(0.05):
        payload = flip(rng, payload)
    return {"kind": kind, "payload": payload.hex(), "seed": seed.hex()}


MAKERS = {
    "object.verify": (24, object_verify),
    "object.sign": (8, object_sign),
}
