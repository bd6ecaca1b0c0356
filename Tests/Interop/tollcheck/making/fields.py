"""Random right fields of every kind of object."""

from .encodings import value
from .world import NOW, TEXTS

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
