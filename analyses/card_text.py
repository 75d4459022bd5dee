"""A card of the review in words: its change, what stands beneath it, its verdict."""

from typing import Literal

from analyses.formats import format_value
from analyses.judged import is_calm
from analyses.sentences import Finding, describe_briefly, head_verdict, is_good
from analyses.weekly import Card, describe_change, describe_interval, describe_missing, to_finding

SIDES = {"above": "▲", "below": "▼"}
MONEY = {"currency_per_day": "currency"}  # a change of money a day is said in money
Tone = Literal["good", "bad", ""]


def describe_value(card: Card) -> str:
    """The value as the card shows it; 'n/a' where it is missing."""
    if card.value is None:
        return "n/a"
    return card.text or format_value(card.value, card.unit, card.currency)


def describe_delta(card: Card) -> str:
    """The change against what the card is held against, 'no target' or 'too few to compare'; empty
    without a value."""
    if card.value is None:
        return ""
    if card.has_few:
        return "too few to compare"
    if card.change is None:
        return "no target"
    return format_value(card.change, MONEY.get(card.unit, card.unit), is_change=True)


def is_gray(card: Card) -> bool:
    """Whether the change is no news: none, too small to read, within chance, or of a calm flow."""
    unit = MONEY.get(card.unit, card.unit)
    is_flat = card.change is None or format_value(abs(card.change), unit) == format_value(0, unit)
    is_doubtful = card.comparison is not None and card.comparison.is_indistinct
    return is_flat or is_doubtful or is_calm(card)


def find_tone(card: Card) -> Tone:
    """Whether the change is good or bad by the metric's direction; empty where it is neither."""
    if is_gray(card) or card.change is None or card.good not in ("up", "down"):
        return ""
    return "good" if (card.change > 0) == (card.good == "up") else "bad"


def list_facts(card: Card) -> list[str]:
    """n, interval and second line, or why there is no value."""
    if card.value is None:
        return [describe_missing(card)]
    interval = describe_interval(card) if card.has_few else describe_change(card)
    return [fact for fact in (card.size, interval, card.beneath) if fact]


def head_finding(finding: Finding) -> str:
    """'▲ Signal', 'Within normal range'."""
    head = head_verdict(finding.verdict)
    is_signal = finding.verdict.kind == "signal"
    return f"{SIDES[finding.verdict.side or 'above']} {head}" if is_signal else head


def describe_ground(finding: Finding, is_own: bool) -> str:
    """What a verdict rests on in few words. One on another number than the one shown (is_own False)
    says whose, and not its range, which would be read as this one's."""
    verdict = finding.verdict
    if not is_own:
        return f"{f'rule {verdict.rule}, ' if verdict.rule else ''}{finding.label.lower()}"
    return "" if verdict.kind == "partial" else describe_briefly(finding)


def find_finding(card: Card) -> Finding | None:
    """The verdict of a card: its own, or that of the flow which judges it."""
    return card.judge or to_finding(card)


def find_news(finding: Finding | None) -> Tone:
    """Whether a signal is good or bad news; empty without one."""
    news = is_good(finding) if finding else None
    if news is None:
        return ""
    return "good" if news else "bad"
