"""The rules R1 to R5b for one customer at one date, and the published tier that follows slowly."""

import datetime as dt
from dataclasses import dataclass

from tests.reference.implementation.evidence import GROWTH, POSITIVE, SILENT, VOCAL, Event
from tests.reference.implementation.movements import spells_of
from tests.reference.implementation.periods import monday_of
from tests.reference.implementation.tables import Settings
from tests.reference.implementation.terms import Term, first_paid_on, mrr_at

TIERS = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate")
RANK = {tier: rank for rank, tier in enumerate(TIERS, start=1)}
ONE_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Judgement:
    """A raw tier, the rule that gave it, and for R5b weak, expired or never."""

    tier: str
    rule: str
    evidence_status: str | None = None


@dataclass(frozen=True)
class TierWeek:
    """The published tier at the end of a week's Sunday, and the judgement of that day."""

    tier: str
    raw: Judgement


@dataclass(frozen=True)
class View:
    """What is known of a customer at the end of a day: its events up to that day."""

    events: list[Event]
    as_of: dt.date
    settings: Settings

    def within(self, kinds: set[str], days: int) -> list[Event]:
        """Events of these kinds younger than so many days."""
        return [
            event
            for event in self.events
            if event.kind in kinds and (self.as_of - event.day).days < days
        ]

    def has_act_after(self, day: dt.date) -> bool:
        """A positive act dated later."""
        return any(event.kind in POSITIVE and event.day > day for event in self.events)

    def has_answer_after(self, day: dt.date, attitudes: set[str]) -> bool:
        """An answer of one of these attitudes, by any instrument, dated later."""
        return any(event.attitude in attitudes and event.day > day for event in self.events)

    def closed_on(self, event: Event) -> dt.date | None:
        """The day on which the event was closed, when that is not in the future."""
        is_closed = event.closed_on is not None and event.closed_on <= self.as_of
        return event.closed_on if is_closed else None

    def is_open_case(self, event: Event) -> bool:
        """A complaint or an escalation that nobody has closed yet."""
        return event.kind in ("complaint", "escalation") and self.closed_on(event) is None

    def is_superseded(self, event: Event) -> bool:
        """Made good: a positive act or promoter answer afterwards, or the case's own CSAT."""
        if self.is_open_case(event):
            return False
        closed_on = self.closed_on(event)
        if closed_on is not None and event.own_csat is not None and event.own_csat >= 4:
            return True
        since = closed_on or event.day
        return self.has_act_after(since) or self.has_answer_after(since, {"promoter"})

    def is_answered(self, event: Event) -> bool:
        """Any sign that is not negative after it was closed (after the event if it never is)."""
        since = self.closed_on(event) or event.day
        return self.has_act_after(since) or self.has_answer_after(since, {"promoter", "passive"})

    def loud_days(self, event: Event) -> int:
        """The window of R1 for a vocal negative."""
        is_public = event.kind == "public_negative"
        return self.settings["public_negative_window_days" if is_public else "vocal_window_days"]

    def attitude(self) -> Event | None:
        """The latest NPS answer in its window, else the latest CSAT or CES answer."""
        answers = self.within({"answer"}, self.settings["attitude_window_days"])
        chosen = [event for event in answers if event.instrument == "nps"] or answers
        return max(chosen, key=lambda event: (event.day, event.source_id), default=None)


def is_actively_dissatisfied(view: View) -> bool:
    """R1."""
    if any(map(view.is_open_case, view.within(VOCAL, view.settings["open_case_window_days"]))):
        return True
    return any(
        event in view.within(VOCAL, view.loud_days(event)) and not view.is_superseded(event)
        for event in view.events
    )


def is_dissatisfied(view: View) -> bool:
    """R2."""
    attitude = view.attitude()
    if (
        attitude is not None
        and attitude.attitude == "detractor"
        and not view.has_act_after(attitude.day)
    ):
        return True
    silent = view.within(SILENT, view.settings["silent_window_days"])
    if len({event.kind for event in silent}) >= 2:
        newest = max(event.day for event in silent)
        if not view.has_act_after(newest) and not view.has_answer_after(newest, {"promoter"}):
            return True
    for event in view.within(VOCAL, view.settings["vocal_memory_days"]):
        is_faded = (view.as_of - event.day).days >= view.loud_days(event)
        if is_faded and not view.is_answered(event) and not view.is_superseded(event):
            return True
    return False


def judge(
    events: list[Event],
    as_of: dt.date,
    is_shrinking: bool,
    first_paid: dt.date,
    settings: Settings,
) -> Judgement:
    """The raw tier at the end of the as-of day; the first rule that matches wins."""
    view = View([event for event in events if event.day <= as_of], as_of, settings)
    days = settings["positive_window_days"]
    attitude = view.attitude()
    is_promoter = attitude is not None and attitude.attitude == "promoter"
    has_growth = bool(view.within(GROWTH, settings["growth_window_days"]))
    has_solicited = bool(view.within({"solicited_pos"}, days))
    unsolicited_days = {event.day for event in view.within({"unsolicited_pos"}, days)}
    is_established = (as_of - first_paid).days >= settings["advocate_tenure_days"]
    if is_actively_dissatisfied(view):
        return Judgement("actively_dissatisfied", "R1")
    if is_dissatisfied(view):
        return Judgement("dissatisfied", "R2")
    if not is_shrinking:
        seconded = has_solicited or (is_promoter and has_growth)
        if unsolicited_days and (seconded or (len(unsolicited_days) >= 2 and is_established)):
            return Judgement("advocate", "R3")
        if seconded or unsolicited_days:
            return Judgement("loyal", "R4")
    is_content = attitude is not None and attitude.attitude in ("passive", "promoter")
    if is_content or has_growth or has_solicited or unsolicited_days:
        return Judgement("neutral", "R5a")
    return Judgement("neutral", "R5b", evidence_status(view))


def evidence_status(view: View) -> str:
    """How little is known of a customer that no rule but R5b fits."""
    is_weak = view.within(VOCAL, view.settings["vocal_memory_days"])
    if is_weak or view.within(SILENT, view.settings["silent_window_days"]):
        return "weak"
    return "expired" if view.events else "never"


def is_shrinking(terms: list[Term], boundary: dt.date, settings: Settings) -> bool:
    """MRR below that of 364 days before, or, if not active then, below that of its start."""
    now = mrr_at(terms, boundary)
    before = mrr_at(terms, boundary - dt.timedelta(days=settings["shrink_lookback_days"]))
    if before == 0:
        began_on = [began for began, _ in spells_of(terms) if began < boundary][-1]
        before = mrr_at(terms, began_on + dt.timedelta(days=1))
    return now < before


def publish(raw: list[str], hold_weeks: int) -> list[str]:
    """Published tiers of unbroken weeks from their raw tiers."""
    published: list[str] = []
    for week, tier in enumerate(raw):
        if week == 0:
            published.append(tier)
        elif "actively_dissatisfied" in raw[max(0, week - hold_weeks + 1) : week + 1]:
            published.append("actively_dissatisfied")
        else:
            lowest, highest = sorted((RANK[raw[week - 1]], RANK[tier]))
            rank = min(max(RANK[published[-1]], lowest), highest)
            published.append(TIERS[rank - 1])
    return published


def tier_weeks(
    terms: list[Term], events: list[Event], last_day: dt.date, settings: Settings
) -> dict[dt.date, TierWeek]:
    """Monday -> tier of each whole week up to the last day at whose end the customer is active."""
    first = first_paid_on(terms)
    weeks: dict[dt.date, TierWeek] = {}
    if first is None:
        return weeks
    run: list[tuple[dt.date, Judgement]] = []
    monday = monday_of(first)
    while monday + dt.timedelta(days=6) <= last_day:
        end = monday + ONE_WEEK
        if mrr_at(terms, end) > 0:
            sunday = monday + dt.timedelta(days=6)
            shrinking = is_shrinking(terms, end, settings)
            run.append((monday, judge(events, sunday, shrinking, first, settings)))
        else:
            weeks.update(published_run(run, settings))
            run = []
        monday = end
    weeks.update(published_run(run, settings))
    return weeks


def published_run(
    run: list[tuple[dt.date, Judgement]], settings: Settings
) -> dict[dt.date, TierWeek]:
    """The published weeks of one unbroken run."""
    published = publish([judgement.tier for _, judgement in run], settings["hold_weeks"])
    return {
        monday: TierWeek(tier, judgement)
        for (monday, judgement), tier in zip(run, published, strict=True)
    }
