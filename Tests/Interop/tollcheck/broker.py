"""A broker that judges one batch (TC-07.8, TC-07.9) and answers it (TC-07.13 to TC-07.20)."""

from . import amounts, cbor, chains, keys, merkle, objects
from .objects import ALLOWANCE
from .reasons import NUMBER, Refused
from .settlement import FEE_LINE, MERCHANT_LINE

SIGNATURE_STEPS = 2048
RELEASE_AFTER = 86_400
SHOWN_CERTIFICATES = 4  # of the signing key, the newest


class Book:
    """What the broker knows of one commitment."""

    def __init__(self, data, account=None, credit=False, guarantee=0, state="live", final=None,
                 redeemed=()):
        self.data, self.object = data, objects.decode(data, "commitment")
        self.credit, self.guarantee, self.state, self.final = credit, guarantee, state, final
        self.account = account or self.object.fields[2]
        # What a guarantee is counted over (TC-05.8): account, merchant, asset.
        self.guaranteed = self.account, self.object.fields[3], tuple(self.object.fields[5])
        self.keys = [chains.key(chains.context(self.object.fields), ordinal)
                     for ordinal in range(len(self.object.fields[6]))]
        self.before = [(0, root) for _, _, root in self.object.fields[6]]
        for ordinal, index, payword in redeemed:
            self.before[ordinal] = index, payword
        self.redeemed = [index for index, _ in self.before]


def release(commitment, outages):
    """TC-07.34: when the rest returns to the account."""
    expires, moment = commitment[8], commitment[9] + RELEASE_AFTER
    for start, end in sorted(outages):
        if start < moment and end > expires:
            moment += end - max(start, expires)
    return min(moment, 2**64 - 1)


class Signer:
    """Who signs for the broker: its root, or a key that the root certified (TC-04.18)."""

    def __init__(self, root_seed, seed, certificates):
        self.root, self.seed, public = keys.public_key(root_seed), seed, keys.public_key(seed)
        known = objects.signing_keys(self.root, certificates)
        if public != self.root and public not in known:
            raise Refused("bad-signature", "the signing key is not certified")
        self.certificate = None if public == self.root else known[public]
        own = [data for data in certificates
               if objects.decode(data, "certificate").fields[3] == public]
        self.shown = own[-SHOWN_CERTIFICATES:]

    def sign(self, settlement):
        if self.certificate:
            objects.check_period(self.certificate, settlement[13])
        return objects.sign("settlement", cbor.encode(settlement), self.seed)


class Broker:
    def __init__(self, signer, now, settlement_id, basis_points, fixed, books, assets=None,
                 enrolled=True, steps_limit=2**28, claims_limit=65536, outages=(),
                 capacities=None, guarantees_used=None, recorded=None):
        self.signer, self.root = signer, signer.root
        self.now, self.settlement_id, self.assets = now, settlement_id, assets
        self.basis_points, self.fixed, self.enrolled = basis_points, fixed, enrolled
        self.books = {book.object.id: book for book in books}
        self.steps_limit, self.claims_limit, self.outages = steps_limit, claims_limit, outages
        self.capacities = dict(capacities or {})
        self.guarantees_used = dict(guarantees_used or {})
        self.recorded = recorded

    def settle(self, batch):
        """The answer's bytes, or the recorded one."""
        self.batch = batch
        _, merchant, broker, asset, created, claims = (batch.fields[key] for key in range(1, 7))
        if len(claims) > self.claims_limit:
            raise Refused("too-large", "claims")
        if broker != self.root:
            raise Refused("wrong-broker")
        objects.check_party(batch)
        if self.recorded:
            if self.recorded[0] != batch.digest:
                raise Refused("batch-conflict")
            return self.recorded[1]
        if created > self.now + ALLOWANCE:
            raise Refused("not-yet-valid")
        if self.assets is not None and asset not in self.assets:
            raise Refused("wrong-asset")
        if not self.enrolled:
            raise Refused("unknown-account")
        work = sum(self.work(*claim) for claim in claims)
        if work > self.steps_limit:
            raise Refused("too-large", f"{work} steps")
        self.gross, outcomes = 0, []
        for position, claim in enumerate(claims):
            outcomes.append([position, *self.outcome(*claim)])
        return self.answer(outcomes)

    def work(self, reference, claimed):
        """The steps that judging a claim may take; nothing is hashed yet."""
        cost = 0
        try:
            commitment, book = self.find(reference)
            if book is None or (len(reference) != 16 and reference != book.data):
                cost = SIGNATURE_STEPS
            self.judge_without_hashing(reference, commitment, book, claimed)
        except Refused:
            return cost
        return cost + sum(max(0, i - book.before[ordinal][0]) for ordinal, i, _ in claimed)

    def find(self, reference):
        """Steps 1 and 3: the commitment that a claim names, and the book of it."""
        if len(reference) == 16:
            if reference not in self.books:
                raise Refused("unknown-commitment")
            return self.books[reference].object, self.books[reference]
        commitment = objects.decode(reference, "commitment")
        return commitment, self.books.get(commitment.id)

    def judge_without_hashing(self, reference, commitment, book, claimed):
        """Steps 4 to 11."""
        fields = commitment.fields
        if (book and book.state == "released") or self.now >= release(fields, self.outages):
            raise Refused("redeem-window-closed")
        if book is None and fields[4] != self.root:
            raise Refused("wrong-broker")
        if fields[3] != self.batch.fields[2]:
            raise Refused("wrong-merchant")
        if fields[5] != self.batch.fields[4]:
            raise Refused("wrong-asset")
        if book is None:
            raise Refused("not-reserved")
        if any(ordinal >= len(fields[6]) for ordinal, _, _ in claimed):
            raise Refused("unknown-chain")
        if any(index > fields[6][ordinal][1] for ordinal, index, _ in claimed):
            raise Refused("index-past-end")
        if book.state == "closed" and any(
                index > max(book.final[ordinal], book.redeemed[ordinal])
                for ordinal, index, _ in claimed):
            raise Refused("channel-closed")

    def outcome(self, reference, claimed):
        """TC-07.9 for one claim: [commitment id, advances, amount, reason number or null]."""
        commitment_id = reference if len(reference) == 16 else bytes(16)
        try:
            commitment, book = self.find(reference)
            commitment_id = commitment.id
            if len(reference) != 16 and (book is None or reference != book.data):
                objects.check_party(commitment)  # 2
            self.judge_without_hashing(reference, commitment, book, claimed)
            for ordinal, index, payword in claimed:  # 12, from where the batch found the chain
                start, below = book.before[ordinal]
                if index > start:
                    if chains.walk(book.keys[ordinal], index, payword, index - start) != below:
                        raise Refused("bad-payword")
            advances = [[ordinal, book.redeemed[ordinal], index] for ordinal, index, _ in claimed
                        if index > book.redeemed[ordinal]]
            amount = sum(commitment.fields[6][o][0] * (end - start) for o, start, end in advances)
            amounts.fitting(self.gross + amount)  # 13
            if book.credit:
                self.draw(book, amount)  # 14
        except Refused as refused:
            return [commitment_id, [], 0, NUMBER[refused.reason]]
        self.gross += amount
        for ordinal, _, end in advances:
            book.redeemed[ordinal] = end
        return [commitment_id, advances, amount, None]

    def draw(self, book, amount):
        """TC-05.8: the account as far as it goes, then the guarantee; or nothing."""
        by_account = min(amount, self.capacities.get(book.account, 0))
        used = self.guarantees_used.get(book.guaranteed, 0) + amount - by_account
        if amount > by_account and used > book.guarantee:
            raise Refused("insufficient-funds")
        self.capacities[book.account] = self.capacities.get(book.account, 0) - by_account
        self.guarantees_used[book.guaranteed] = used

    def answer(self, outcomes):
        batch_id, merchant, _, asset = (self.batch.fields[key] for key in range(1, 5))
        leaves = [cbor.encode(outcome) for outcome in outcomes]
        gross = self.gross
        fee = amounts.fee(gross, self.basis_points, self.fixed)
        refusals = [[o[0], o[4]] for o in outcomes if o[4] is not None]
        lines = [[merchant, MERCHANT_LINE, gross - fee], [self.root, FEE_LINE, fee]]
        settlement = {
            1: batch_id, 2: self.batch.digest, 3: self.root, 4: merchant, 5: asset,
            6: gross, 7: fee, 8: gross - fee,
            9: len(outcomes) - len(refusals),
            10: sum(end - start for o in outcomes for _, start, end in o[2]),
            11: refusals, 12: self.settlement_id, 13: self.now,
            14: merkle.root(leaves), 15: [line for line in lines if line[2]],
        }
        return cbor.encode([self.signer.sign(settlement), self.signer.shown, leaves])
