"""Numbers as the ledger keeps them: their digits, and which kind of number they were."""

from decimal import Decimal

from metrics.engine import Number

KINDS = {"i": int, "d": Decimal, "f": float}


def to_number(digits: str | None, kind: str) -> Number | None:
    """The number as it was written, of its own type; kind is a letter of `kinds`."""
    return None if digits is None else KINDS[kind](digits)


def to_delta(before: str | None, after: str | None) -> Decimal | None:
    """The exact difference of two numbers by their digits, so that differences add up; None where one is missing."""
    if before is None or after is None:
        return None
    return Decimal(after) - Decimal(before)
