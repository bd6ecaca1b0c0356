"""A stub with one fault, by name: what the random requests must notice."""

import sys

from tollcheck import amounts, broker, cbor, chains, frames, keys, merchant, merkle, objects, payer
from tollcheck import answers, fields, session, settlement, stub, verification, wallet
from tollcheck.reasons import Refused


def without(function, *reasons):
    """The function, but it never refuses for these reasons."""
    def lenient(*arguments, **named):
        try:
            return function(*arguments, **named)
        except Refused as refused:
            if refused.reason not in reasons:
                raise
    return lenient


def patch(place, name, value):
    return lambda: setattr(place, name, value)


def rounded_up(gross, basis_points, fixed):
    return min(-(-gross * basis_points // 10_000) + fixed, gross)


def own_allowance(certificate, at):
    if certificate[6] > at:
        raise Refused("not-yet-valid")
    if at > certificate[7]:
        raise Refused("certificate-expired")


def stale_is_forged(length, accepted_index, index, limit, right=chains.judge_without_hashing):
    try:
        return right(length, accepted_index, index, limit)
    except Refused as refused:
        raise Refused("bad-payword" if refused.reason == "stale-index" else refused.reason)


# Fault → (the operations that can show it, what makes it).
FAULTS = {
    "long heads are taken": (("cbor.decode",), lambda: cbor.SHORTEST.update(
        {24: 0, 25: 0, 26: 0, 27: 0})),
    "nine levels are taken": (("cbor.decode",), patch(cbor, "DEPTH", 9)),
    "weak keys are taken": (("ed25519.verify",), patch(keys, "SMALL_ORDER", set())),
    "keys of y above P are taken": (("ed25519.verify",), patch(keys, "P", 2**255)),
    "the ordinal is left out of the tip": (("chain.tip",), patch(
        keys, "tip", lambda secret, context, ordinal: keys.derive(secret, context))),
    "the index hashed is that of the result": (("chain.walk",), patch(
        chains, "walk", lambda key, index, payword, steps, right=chains.walk:
        right(key, index - 1, payword, steps))),
    "a stale index is judged as forged": (("chain.pay",), patch(
        chains, "judge_without_hashing", stale_is_forged)),
    "fees are rounded up": (("amount.fee", "redemption.settle"), patch(
        amounts, "fee", rounded_up)),
    "amounts wrap at 2^64": (("amount.add",), patch(amounts, "MAXIMUM", 2**64 - 1)),
    "leaves are hashed without a prefix": (("merkle.root", "redemption.settle"), patch(
        merkle, "leaf_hash", lambda leaf: merkle.sha256(leaf).digest())),
    "signatures of objects are not checked": (("object.verify",), patch(
        objects, "check_signature", lambda obj: None)),
    "any object will do for an answer": (("answer.decode",), lambda: answers.READERS.update(
        answer=answers.cbor.decode)),
    "signing keys sign for ever": (("settlement.verify",), patch(
        objects, "check_broker", without(
            objects.check_broker, "certificate-expired", "not-yet-valid"))),
    "certificates need no allowance": (("object.verify",), patch(
        objects, "check_period", own_allowance)),
    "the merchant is not compared": (("object.verify",), verification.MERCHANT.clear),
    "extensions are without limit": (("object.sign",), patch(
        fields, "EXTENSIONS_MAXIMUM", 2**20)),
    "frames of 65,537 bytes are taken": (("frame.decode",), patch(
        frames, "BODY_MAXIMUM", 2**32)),
    "sequences may repeat": (("session.run",), patch(
        merchant.Channel, "last_sequence", property(lambda self: -1, lambda self, value: None))),
    "proofs are not checked": (("session.run",), patch(
        merchant.keys, "verify", without(keys.verify, "bad-signature"))),
    "the certificate is left out of the transcript": (("session.run",), patch(
        merchant, "transcript",
        lambda hello, ack, certificate: session.transcript(hello, ack, b""))),
    "any merchant will do": (("session.run",), patch(
        payer.Payer, "merchant", property(lambda self: None, lambda self, value: None))),
    "closed channels can be claimed": (("redemption.settle",), patch(
        broker.Broker, "judge_without_hashing", without(
            broker.Broker.judge_without_hashing, "channel-closed"))),
    "figures are not compared": (("settlement.verify",), patch(
        settlement, "check_figures", lambda *arguments: None)),
    "any wallet's channels are restored": (("wallet.restore",), patch(
        wallet.chains, "walk", lambda *arguments: b"")),
    "the first set of chains that will do is taken": (("wallet.choose",), patch(
        wallet, "product", lambda *ranges: [tuple(r[-1] for r in ranges)])),
}

if __name__ == "__main__":
    if sys.argv[1] != "none":
        FAULTS[sys.argv[1]][1]()
    stub.serve()
