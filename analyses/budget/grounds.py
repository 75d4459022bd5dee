"""What the data know of each programme before anybody assumes anything: whom it is for, what they are
worth, how many stay anyway, what was measured, and what such work cost so far."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analyses.budget.case import PROXY, Assumption, Range
from analyses.budget.evidence import Evidence, describe_share, find_evidence
from analyses.budget.programmes import KINDS, Kind
from analyses.formats import format_value
from analyses.weekly import WEEK
from metrics.intervals import Band, compute_wilson
from metrics.means import Sample, compute_mean_interval
from metrics.periods import format_date

YEAR = 52 * WEEK
POOLS, GROUNDS, REACH, MEMBERS, SPENT = (
    Path(__file__).with_name(f"{name}.sql")
    for name in ("pools", "grounds", "reach", "members", "spent")
)
ALL = "all"
DIGITS = 6  # of money: sums of floats differ in their last digits from run to run
# What a programme cannot find anybody without, and whether the export has it.
KNOWN = """
select
    exists (select 1 from contacts where has_reference_consent is not null) as has_consent,
    exists (select 1 from fct_terms where renews_on is not null) as has_renewals
"""


@dataclass(frozen=True)
class Spent:
    """What a purpose cost in the twelve whole months first .. last, of which cost_months have one."""

    purpose: str
    first_month: date
    last_month: date
    cost_months: int
    amount: float


@dataclass(frozen=True)
class Leavers:
    """Those of a programme's pool of 52 weeks ago who are gone: how many, the mean yearly margin that they had
    then, and the share of the year that they stayed on average, which nobody needed to rescue."""

    customers: int
    margin: float
    stayed: float


@dataclass(frozen=True)
class Ground:
    """pool: customers whom it is for today; reachable: as many of them as it can reach in a year. margin: of a
    year of one, persistence: the share still customers a year later; None where nobody is there to tell.
    left: the share of those who stood so 52 weeks ago who are gone, which is the most that can be kept,
    and anyway: the same in words, those who stayed; leavers: those who are gone, None where nobody is.
    spent: None where no such purpose has a cost. lacking: what the export does not say, without which
    the pool is empty."""

    kind: Kind
    pool: int
    margin: Assumption | None
    persistence: Assumption | None
    left: Band
    anyway: str
    leavers: Leavers | None
    evidence: Evidence
    spent: Spent | None
    lacking: str

    @property
    def reachable(self) -> int:
        """The pool, or the most that the programme can reach of it."""
        return self.pool if self.kind.most is None else min(self.pool, self.kind.most)

    @property
    def counterfactual(self) -> str:
        """What the effect is compared with, as the end of 'against ..'; assumed where not measured."""
        return self.evidence.counterfactual or self.assumed

    @property
    def assumed(self) -> str:
        """The counterfactual of an effect that is assumed."""
        known = f": {self.anyway}" if self.anyway else ""
        return f"what they would have done anyway, assumed{known}"


@dataclass(frozen=True)
class Reach:
    """How many customers each programme reaches, by key, and of them those whom no earlier one reaches;
    both: those whom two of them reach, by their keys, a programme with itself being its own."""

    reached: dict[str, int]
    counted: dict[str, int]
    both: dict[tuple[str, str], int]


@dataclass(frozen=True)
class Member:
    """One customer of a programme's pool, in the order of the lot; not reached: it can be the holdout.
    counted_in: the first programme that reaches it. margin: of a year."""

    programme: str
    customer_id: str
    customer_name: str
    standing: str
    margin: float
    is_reached: bool
    counted_in: str | None

    @property
    def arm(self) -> str:
        """What it would be assigned to in programme_members: treated by the programme that counts it,
        holdout where none reaches it, else nothing, since another programme treats it."""
        if self.counted_in is None:
            return "holdout"
        return "treated" if self.counted_in == self.programme else ""


def find_grounds(
    cursor: duckdb.DuckDBPyConnection, week: date, minimum: float
) -> tuple[Ground, ...]:
    """In the order of KINDS, of the whole company at the end of a week (a Monday).

    minimum: customers of a year ago under which the persistence of a programme is that of all.
    """
    with _pool(cursor, week):
        sql = f"create or replace temp table budget_earlier_pools as {POOLS.read_text('utf-8')}"
        cursor.execute(sql, {"week": week - YEAR})
        cursor.execute(GROUNDS.read_text("utf-8"), {"week": week})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute("drop table budget_earlier_pools")
    cursor.execute(SPENT.read_text("utf-8"), {"until": week + WEEK})
    spent = {row[0]: Spent(*row) for row in cursor.fetchall()}
    evidence = find_evidence(cursor, week)
    has_consent, has_renewals = cursor.execute(KNOWN).fetchall()[0]
    lacking = {
        "references": "" if has_consent else "the export does not say which contacts may be asked",
        "rescue": "" if has_renewals else "the export has no renewal dates",
    }
    nobody = (0, None, None, 0, 0, None, None)
    everyone = rows.get(ALL, nobody)
    return tuple(
        _make_ground(
            kind, rows.get(kind.key, nobody), everyone[3:5], week, minimum,
            evidence[kind.key], spent.get(kind.purpose), lacking.get(kind.key, ""),
        )
        for kind in KINDS
    )  # fmt: skip


def count_reach(
    cursor: duckdb.DuckDBPyConnection, week: date, asked: Sequence[tuple[str, int]]
) -> Reach:
    """asked: key of each programme and how many customers it reaches, in the order in which they take
    customers. Whom a programme reaches is drawn by lot from its pool: the rest can be the holdout."""
    reached = dict.fromkeys((key for key, _ in asked), 0)
    counted, both = dict(reached), dict[tuple[str, str], int]()
    with _pool(cursor, week):
        cursor.execute(REACH.read_text("utf-8"), _split(asked))
        rows = cursor.fetchall()
    for key, other, customers, own in rows:
        both[key, other] = customers
        counted[key] = own
        if key == other:
            reached[key] = customers
    return Reach(reached, counted, both)


def list_members(
    cursor: duckdb.DuckDBPyConnection, week: date, asked: Sequence[tuple[str, int]]
) -> tuple[Member, ...]:
    """The customers behind a reach, those of each programme's pool who are not reached among them."""
    with _pool(cursor, week):
        cursor.execute(MEMBERS.read_text("utf-8"), _split(asked))
        return tuple(Member(*row) for row in cursor.fetchall())


@contextmanager
def _pool(cursor: duckdb.DuckDBPyConnection, week: date) -> Generator[None]:
    """The temporary table budget_pools, as of the Sunday of a week."""
    sql = f"create or replace temp table budget_pools as {POOLS.read_text('utf-8')}"
    cursor.execute(sql, {"week": week})
    yield
    cursor.execute("drop table budget_pools")


def _split(asked: Sequence[tuple[str, int]]) -> dict[str, list[str] | list[int]]:
    return {"programmes": [key for key, _ in asked], "reached": [count for _, count in asked]}


def _make_ground(
    kind: Kind, row: tuple[int, float | None, float | None, int, int, float | None, float | None],
    everyone: tuple[int, int],
    week: date, minimum: float, evidence: Evidence, spent: Spent | None, lacking: str,
) -> Ground:  # fmt: skip
    pool, mean, deviation, earlier, kept, left_margin, left_stayed = row
    leavers = None
    if left_margin is not None and left_stayed is not None:
        leavers = Leavers(earlier - kept, round(left_margin, DIGITS), left_stayed)
    low, high = compute_wilson(earlier - kept, earlier)
    since = format_date(week - YEAR + WEEK - WEEK / 7)
    anyway = ""
    if earlier:
        share = describe_share(kept, earlier)
        anyway = f"of those who stood so on {since} {share} are still customers"
        if leavers is not None:
            anyway += (
                f"; those who left had stayed {format_value(leavers.stayed, 'percent')} of the year"
            )
    return Ground(
        kind,
        pool,
        _assume_margin(Sample(pool, mean, deviation), leavers),
        _assume_persistence(earlier, kept, everyone, minimum, since),
        Band((earlier - kept) / earlier if earlier else None, low, high),
        anyway,
        leavers,
        evidence,
        spent,
        lacking,
    )


def _assume_margin(sample: Sample, leavers: Leavers | None) -> Assumption | None:
    """The mean with its 95 % interval, which is not below 0: margin is MRR x a share.

    Whom a programme keeps is one of those who would have left: where they paid less than the interval's low end, that
    is theirs.
    """
    if sample.mean is None:
        return None
    low, high = compute_mean_interval(sample)
    source = f"mean margin of a year at today's MRR, n = {sample.n:,}"
    if low is None or high is None:
        low = high = sample.mean
    if leavers is not None:
        source += f"; of those who stood so a year before and left {leavers.margin:,.0f}, n = {leavers.customers:,}"
        low = min(low, leavers.margin)
    found = (round(each, DIGITS) for each in (max(low, 0.0), sample.mean, high))
    return Assumption(Range(*found), "own data", source)


def _assume_persistence(
    earlier: int, kept: int, everyone: tuple[int, int], minimum: float, since: str
) -> Assumption | None:
    """The share of those of a year ago who are still customers, with its Wilson interval: that of all,
    taken for those who would have left, of whom nobody knows."""
    who = "those who stood so"
    if earlier < minimum:
        (earlier, kept), who = everyone, "all customers"
    low, high = compute_wilson(kept, earlier)
    if low is None or high is None:
        return None
    source = f"{who} on {since} who are still customers: {describe_share(kept, earlier)}"
    return Assumption(Range(low, kept / earlier, high), PROXY, source)
