"""Amounts of money (TC-00.2, TC-02.8, TC-07.13)."""

from .reasons import Refused

MAXIMUM = 2**63 - 1


def fitting(units):
    if units > MAXIMUM:
        raise Refused("amount-overflow")
    return units


def subtract(left, right):
    if right > left:
        raise Refused("insufficient-funds")
    return left - right


def fee(gross, basis_points, fixed):
    return min(gross * basis_points // 10_000 + fixed, gross)


def parse(scale, text):
    whole, point, places = text.partition(".")
    digits = whole + places
    if (point and not places) or not digits or not all("0" <= c <= "9" for c in digits):
        raise Refused("malformed", "not a decimal")
    if len(places) > scale:
        raise Refused("malformed", "too many places")
    return fitting(int(digits) * 10 ** (scale - len(places)))


def format(scale, units):
    digits = str(units).rjust(scale + 1, "0")
    return f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
