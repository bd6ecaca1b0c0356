"""object.verify: an object with all that a receiver may ask of it, in the order of TC-01.24."""

from . import objects
from .amounts import fitting
from .kinds import BROKER, SIGNER, SIGNING_KEY
from .objects import ALLOWANCE
from .reasons import Refused

DAY = 86_400
COMMITMENT_LIFE_MAXIMUM = 400 * DAY
REQUESTS = ("reservation-request", "certificate-request", "enrolment", "statement-request",
            "withdrawal", "faucet-request")
# Which field holds it, by kind.
CREATED = {"reservation-request": 4, "certificate-request": 5, "enrolment": 5,
           "statement-request": 4, "withdrawal": 6, "faucet-request": 6,
           "reservation": 7, "close-request": 3, "close": 5, "redemption": 5}
MERCHANT = {"commitment": 3, "reservation": 4, "offer": 1, "receipt": 3, "close-request": 2,
            "close": 3, "redemption": 2, "settlement": 4}
BROKER_NAMED = {"commitment": 4, "certificate": 2, "reservation-request": 1, "reservation": 2,
                "close": 2, "redemption": 3, "settlement": 3, "enrolment": 1,
                "certificate-request": 1, "statement-request": 1, "withdrawal": 1,
                "faucet-request": 1}
ASSET = {"commitment": 5, "certificate": 5, "reservation": 5, "offer": 3, "receipt": 4,
         "redemption": 4, "settlement": 5, "enrolment": 4, "certificate-request": 4,
         "statement-request": 3, "withdrawal": 3, "faucet-request": 3}


def worth(commitment):
    """TC-03.11, of a commitment's fields."""
    return fitting(sum(denomination * length for denomination, length, _ in commitment[6]))


def check_dates(obj, now):
    fields = obj.fields
    if obj.kind == "commitment":
        issued, expires, redeem = fields[7], fields[8], fields[9]
        if not issued <= expires <= redeem <= issued + COMMITMENT_LIFE_MAXIMUM:
            raise Refused("malformed", "dates do not follow one another")
        if issued > now + ALLOWANCE:
            raise Refused("not-yet-valid")
        if now > expires:
            raise Refused("commitment-expired")
    elif obj.kind == "certificate":
        objects.check_period(fields, now)
    elif obj.kind == "offer":
        if now > fields[8] + ALLOWANCE:
            raise Refused("amount-mismatch", "the offer is over")
    elif obj.kind in CREATED:
        if fields[CREATED[obj.kind]] > now + ALLOWANCE:
            raise Refused("not-yet-valid")
        if obj.kind in REQUESTS and fields[CREATED[obj.kind]] + DAY < now:
            raise Refused("stale-request")


def check_covers(reservation, commitment):
    """TC-04.13."""
    r, c = reservation.fields, commitment.fields
    if [r[1], r[2], r[3], r[4], r[5]] != [commitment.digest, c[4], c[2], c[3], c[5]]:
        raise Refused("reservation-mismatch")
    if r[8] < c[9]:
        raise Refused("reservation-mismatch", "valid-until")
    if r[6] < worth(c):
        raise Refused("reservation-mismatch", "amount")


def brokers_named(obj):
    """All that an offer accepts, the one that another kind names, or none."""
    if obj.kind == "offer":
        return obj.fields[2]
    return [obj.fields[BROKER_NAMED[obj.kind]]] if obj.kind in BROKER_NAMED else []


def verify(kind, data, broker, keys_of_broker, signer, now, merchant, brokers, asset, margin,
           commitment):
    obj = objects.decode(data, kind)
    fields = obj.fields
    if kind in BROKER:
        root = broker if broker is not None else fields[BROKER[kind][0]]
        objects.check_broker(obj, root, keys_of_broker)
    else:
        if kind == "close-request" and signer is None:
            raise Refused("malformed", "signer is missing")
        objects.check_party(obj, signer)
    if now is not None:
        check_dates(obj, now)
    if margin is not None and kind == "commitment" and fields[4] != fields[3]:
        if max(0, fields[9] - fields[8]) < margin:
            raise Refused("redeem-window-closed")
    if merchant is not None and kind in MERCHANT and fields[MERCHANT[kind]] != merchant:
        raise Refused("wrong-merchant")
    if brokers is not None and brokers_named(obj) and not set(brokers_named(obj)) & set(brokers):
        raise Refused("untrusted-broker")
    if asset is not None and kind in ASSET and fields[ASSET[kind]] != asset:
        raise Refused("wrong-asset")
    if merchant is not None and kind == "commitment":
        worth(fields)
        if 11 in fields:
            raise Refused("unsupported-condition")
    if commitment is not None and kind == "reservation":
        check_covers(obj, commitment)
    return obj


def may_sign(kind, fields, public):
    """Whether an object may be made under a key, as far as its payload names the signer."""
    if kind in SIGNER:
        return fields[SIGNER[kind]] == public
    if kind == "certificate" and fields[4] == SIGNING_KEY:
        return fields[2] == public
    return True
