"""What a merchant checks of a settlement (TC-07.21)."""

from . import cbor, merkle, objects
from .amounts import fitting
from .fields import array, octets, several
from .kinds import embedded, outcome_array
from .reasons import Refused

ANSWER_MAXIMUM = 64 << 20
MERCHANT_LINE, FEE_LINE = 1, 2

answer_array = array(embedded("settlement"), several(0, 16, embedded("certificate")),
                     several(0, 65536, octets(1024)))


def decode_outcome(leaf):
    """TC-07.17: [position, id, advances, amount, reason]."""
    outcome = cbor.decode(leaf)
    outcome_array(outcome)
    _, _, advances, amount, reason = outcome
    if any(start >= end for _, start, end in advances):
        raise Refused("malformed", "an advance that goes back")
    if any(a[0] >= b[0] for a, b in zip(advances, advances[1:])):
        raise Refused("malformed", "advances do not ascend")
    if reason is not None and (advances or amount):
        raise Refused("malformed", "a refused claim that advances")
    return outcome


def mismatch(what):
    return Refused("amount-mismatch", what)


def decode_answer(data):
    """TC-04.35: [settlement, signing certificates, leaves]."""
    if len(data) > ANSWER_MAXIMUM:
        raise Refused("too-large", "answer")
    answer = cbor.decode(data)
    answer_array(answer)
    return answer


def verify_answer(redemption, answer_data):
    """The settlement and its outcomes, if they follow from the redemption."""
    settlement_data, certificates, leaves = decode_answer(answer_data)  # 1
    settlement = objects.decode(settlement_data, "settlement")
    asked, told = redemption.fields, settlement.fields
    broker = asked[3]
    keys_of_broker = objects.signing_keys(broker, certificates)  # 2
    objects.check_broker(settlement, broker, keys_of_broker)  # 3
    if [told[1], told[2], told[4], told[5]] != [asked[1], redemption.digest, asked[2], asked[4]]:
        raise Refused("batch-conflict")  # 4
    if merkle.root(leaves) != told[14]:
        raise mismatch("root")  # 5
    outcomes = [decode_outcome(leaf) for leaf in leaves]
    gross, fee, net, lines = told[6], told[7], told[8], told[15]
    if gross != fee + net or gross != sum(line[2] for line in lines):
        raise mismatch("sums")  # 6
    if fee != sum(line[2] for line in lines if line[1] == FEE_LINE):
        raise mismatch("fee")
    check_figures(asked[6], told, outcomes)  # 7
    for (reference, claimed), outcome in zip(asked[6], outcomes):
        if outcome[4] is None:
            check_outcome(reference, claimed, outcome)  # 8
    return settlement, outcomes


def check_figures(claims, told, outcomes):
    refusals = [[o[0], o[4]] for o in outcomes if o[4] is not None]
    advances = [advance for o in outcomes for advance in o[2]]
    if [o[0] for o in outcomes] != list(range(len(claims))):
        raise mismatch("one outcome for each claim")
    if told[6] != fitting(sum(o[3] for o in outcomes)):
        raise mismatch("gross")
    if told[9] != len(outcomes) - len(refusals):
        raise mismatch("claims accepted")
    if told[10] != sum(end - start for _, start, end in advances):
        raise mismatch("paywords redeemed")
    if told[11] != refusals:
        raise mismatch("refusals")


def check_outcome(reference, claimed, outcome):
    _, commitment_id, advances, amount, _ = outcome
    ends = {ordinal: index for ordinal, index, _ in claimed}
    if any(ends.get(ordinal) != end for ordinal, _, end in advances):
        raise mismatch("an advance that was not claimed")
    if len(reference) == 16:
        if reference != commitment_id:
            raise mismatch("another commitment")
        return
    commitment = objects.decode(reference, "commitment")
    if commitment.id != commitment_id:
        raise mismatch("another commitment")
    chains = commitment.fields[6]
    if any(ordinal >= len(chains) for ordinal, _, _ in advances):
        raise mismatch("no such chain")
    if amount != sum(chains[ordinal][0] * (end - start) for ordinal, start, end in advances):
        raise mismatch("the amount of an outcome")
