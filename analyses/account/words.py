"""A change of tier in words: the rule, the evidence and what ran out (docs/tiers.md)."""

from datetime import timedelta

from analyses.account.changes import Change, Piece
from analyses.names import WORDS
from metrics.periods import format_date

RULES = {
    "R1": "A complaint, escalation, threat to leave or bad review stands and is not made good",
    "R2": "Unhappy by the latest answer, by two silent signs, or by a complaint nobody answered",
    "R3": "Not shrinking, speaks for us unasked, and this does not stand alone",
    "R4": "Not shrinking, and speaks for us, or grows with a promoter's answer",
    "R5a": "Evidence, but none that sets the customer for or against us",
    "R5b": "No evidence that decides a tier",
}
TIER_MEANINGS = {
    "advocate": "Loyal, and promotes us unasked",
    "loyal": "Grows with us and speaks for us when asked",
    "neutral": "Content at the price, would switch for a better deal",
    "dissatisfied": "Unhappy and silent; stays because leaving is work",
    "actively_dissatisfied": "Unhappy and says so, so still cares",
}
SILENCE = {
    "weak": "no evidence that decides a tier",
    "expired": "no evidence any more: it has run out",
    "never": "no evidence yet",
}
ENDINGS = {
    "window": "ran out on",
    "memory": "ran out on",
    "closed": "closed on",
    "closed_well": "closed with a good rating on",
    "answered": "made good on",
    "replaced": "replaced by a newer answer on",
}
STATES = {"new": "New customer", "reactivated": "Won back", "churned": "Lost"}
# What a score is out of; other scores of evidence are amounts.
SCALES = {"nps": "of 10", "csat": "of 5", "ces": "of 7"}


def describe_piece(piece: Piece) -> str:
    """'complaint, 21 Jan 2026', 'NPS detractor 5 of 10, 6 Nov 2026'."""
    scale = SCALES.get(piece.kind.split("_")[0], "")
    if piece.source_table == "advocacy_events":
        scale = "of 5 stars"
    score = ""
    if has_score(piece):
        score = f" {piece.score:g} {scale}" if scale else f" scored {piece.score:g}"
    asked = {"solicited": ", asked", "unsolicited": ", unasked"}.get(piece.role, "")
    silence = ", never answered" if piece.role == "unanswered" else ""
    return f"{describe_kind(piece)}{score}{asked}, {format_date(piece.event_on)}{silence}"


def describe_kind(piece: Piece) -> str:
    """The kind in words: 'late payment', 'threat to leave'."""
    return WORDS.get(piece.kind, piece.kind.replace("_", " "))


def describe_role(piece: Piece) -> str:
    """What a piece counts as, where its kind does not say it."""
    return {
        "unanswered": "complaint never answered",
        "solicited": "asked",
        "unsolicited": "unasked",
    }.get(piece.role, "")


def has_score(piece: Piece) -> bool:
    """Whether the score is one that a customer gave, and not an amount of money."""
    return piece.score is not None and piece.source_table != "subscriptions"


def describe_end(piece: Piece) -> str:
    """'complaint, 21 Jan 2026 (closed on 17 Feb 2026)'."""
    return f"{describe_piece(piece)} ({ENDINGS[piece.ended_by]} {format_date(piece.valid_to)})"


def describe_basis(change: Change) -> str:
    """Whether the move is on evidence or by expiry, as the flow metrics count it."""
    if change.direction is None:
        return "exit" if change.to_state == "churned" else "entry"
    if not change.is_expired:
        return "on evidence"
    return "old evidence ran out" if describe_ended(change) else "no new evidence"


def describe_rule(change: Change) -> str:
    """The rule in words."""
    return RULES.get(change.rule or "", "No paid term at the end of the week")


def describe_evidence(change: Change) -> str:
    """All pieces for the new tier, newest first, or that there is none."""
    if change.to_state == "churned":
        return _describe_exit(change)
    texts = [describe_piece(piece) for piece in change.evidence]
    if change.rule in ("R5b", None):
        texts = [SILENCE.get(change.evidence_status or "", "no evidence")]
    return "; ".join(texts + _describe_size(change))


def describe_ended(change: Change) -> str:
    """What no longer counts; of a complaint that nobody answered, that it is no longer recent."""
    texts = [describe_end(piece) for piece in change.ended]
    if change.rule == "R2" and change.former_rule == "R1" and not change.ended:
        texts = [
            f"{describe_kind(piece)}, {format_date(piece.event_on)} (no longer recent, and nobody answered)"
            for piece in change.evidence
            if piece.role == "unanswered"
        ]
    return "; ".join(texts)


def describe_state(state: str, labels: dict[str, str]) -> str:
    """A tier's label, or an entry or exit in words."""
    return labels.get(state) or STATES[state]


def _describe_size(change: Change) -> list[str]:
    if change.is_shrinking and change.rule == "R5a":
        return [f"shrinking: MRR is below the {change.mrr_to_keep:,.0f} of a year before"]
    if change.was_shrinking and not change.is_shrinking and change.rule in ("R3", "R4"):
        return ["MRR is no longer below that of a year before"]
    return []


def _describe_exit(change: Change) -> str:
    if change.ended_on is None:
        return "no paid term"
    last = format_date(change.ended_on - timedelta(days=1))
    return f"paid until {last}{f': {change.end_reason}' if change.end_reason else ''}"
