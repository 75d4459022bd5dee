"""The programmes that a budget can hold: whom each is for, in one place (who qualifies: pools.sql)."""

from dataclasses import dataclass

CONVERSATIONS_A_YEAR = 5 * 5 * 52  # five a day, five days, 52 weeks


@dataclass(frozen=True)
class Kind:
    """standings: where its customers stand, a tier or 'silent'; purpose: of the costs that pay for such
    work; most: how many customers it can reach in a year, None for all. is_move: whether moving a
    customer up to loyal or advocate is what it does, so that what came after such moves speaks of it."""

    key: str
    name: str
    who: str
    standings: tuple[str, ...]
    purpose: str
    most: int | None = None
    is_move: bool = False


KINDS = (
    Kind(
        "win_back",
        "Win back the actively dissatisfied",
        "customers who are actively dissatisfied",
        ("actively_dissatisfied",),
        "retention",
    ),
    Kind(
        "references",
        "Ask the loyal for references",
        "loyal customers with a contact who may be asked, not asked in 90 days and fewer than four times in a year",
        ("loyal",),
        "advocacy",
        is_move=True,
    ),
    Kind(
        "rescue",
        "Rescue at-risk renewals",
        "customers with a renewal in the next 26 weeks who are dissatisfied or actively dissatisfied, or whose usage "
        "has dropped",
        ("actively_dissatisfied", "dissatisfied"),
        "retention",
    ),
    Kind(
        "conversations",
        "Five conversations a day",
        "dissatisfied and silent customers, as many of each as their share of both",
        ("dissatisfied", "silent"),
        "service",
        most=CONVERSATIONS_A_YEAR,
    ),
)
KEYS = tuple(each.key for each in KINDS)
