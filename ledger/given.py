"""What people give, made fit to be kept and shown: names, texts, and the moment of writing."""

import re
from datetime import UTC, datetime

from warehouse.errors import StandingError

LONGEST_NAME = 80
NAMELESS = "Give your name: it stands beneath what you write."
# What no file can hold (XML has no place for them) or what turns the reading order of a line round.
UNFIT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def tidy_name(given: str, empty: str = NAMELESS) -> str:
    """The name in one line. Raises StandingError where it is overlong, or with `empty` where nothing is left."""
    name = tidy_line(given)
    if not name:
        raise StandingError(empty)
    if len(name) > LONGEST_NAME:
        raise StandingError(
            f"A name has at most {LONGEST_NAME} characters: this one has {len(name):,}."
        )
    return name


def tidy_line(given: str) -> str:
    """One line, its words parted by single spaces, without what no file can hold."""
    return " ".join(tidy_text(given).split())


def tidy_text(given: str) -> str:
    """Lines as they are, without what no file can hold."""
    return UNFIT.sub(" ", given.replace("\r\n", "\n").replace("\r", "\n"))


def now_utc() -> datetime:
    """The moment of writing, to the second, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
