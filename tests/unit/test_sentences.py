"""The sentences of the weekly page, and the numbers in them."""

import pytest

from analyses.formats import format_range, format_value
from analyses.sentences import QUIET, Finding, compute_sentence, compute_sentences, is_good
from analyses.signals import Kind, Limits, Verdict

RANGE = Limits(0.013, 0.003, 0.026)


def churn(
    kind: Kind = "within", rule=None, side=None, limits: Limits | None = RANGE, **changes
) -> Finding:
    fields = {"value": 9 / 472, "size": "9 of 472", **changes}
    verdict = Verdict(kind, rule, side, limits)
    return Finding("Churn", unit="percent", good="down", verdict=verdict, **fields)


def money(kind: Kind = "within", rule=None, side=None, limits=None) -> Finding:
    limits = limits or Limits(30_000, None, 62_000)
    verdict = Verdict(kind, rule, side, limits)
    return Finding("Won value", 45_200, "currency", "up", verdict, currency="EUR")


@pytest.mark.parametrize(
    ("value", "unit", "is_change", "text"),
    [
        (0.0191, "percent", False, "1.9 %"),
        (0.0004, "percent", False, "0.04 %"),
        (1, "percent", False, "100 %"),
        (0, "percent", False, "0 %"),
        (0.004, "percent", True, "+0.4 pp"),
        (1_240_000, "currency", False, "EUR 1.24 M"),
        (12_345_678, "currency", False, "EUR 12.3 M"),
        (412_345, "currency", False, "EUR 412 k"),
        (12_400, "currency", False, "EUR 12.4 k"),
        (-320, "currency", True, "-EUR 320"),
        (320, "currency", True, "+EUR 320"),
        (2777.78, "currency_per_day", False, "EUR 2,778 / day"),
        (10.87, "points", False, "+10.9 points"),
        (-3, "points", False, "-3.0 points"),
        (63.24, "days", False, "63.2 days"),
        (40.5, "weeks", False, "40.5 weeks"),
        (0.00375, "per_week", False, "0.0037 / week"),
        (1234, "count", False, "1,234"),
        (4, "count", True, "+4"),
        (3.333, "ratio", False, "3.33"),
        (None, "percent", False, "n/a"),
    ],
)
def test_values(value, unit, is_change, text):
    assert format_value(value, unit, "EUR", is_change) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.003, 0.026, "percent", "0.3-2.6 %"),
        (None, 0.026, "percent", "0-2.6 %"),
        (-3, 12, "count", "-3 to 12"),
        (200, 1_500_000, "currency", "EUR 200 to 1.50 M"),
        (9_859, 10_400, "currency", "EUR 9.9 k to 10.4 k"),
        (-13_400, -4_033, "currency", "-EUR 13.4 k to -EUR 4.0 k"),
        (900, 2000, "currency_per_day", "EUR 900 to 2,000 / day"),
        (0.0021, 0.0063, "per_week", "0.0021-0.0063 / week"),
        (40, 44.5, "weeks", "40.0-44.5 weeks"),
        (0.4, None, "percent", "at least 40.0 %"),
    ],
)
def test_ranges(low, high, unit, text):
    assert format_range(low, high, unit, "EUR") == text


def test_range_without_a_currency():
    assert format_range(1, 2, "currency") == "1 to 2"


def test_within_the_normal_range():
    text = "Churn 1.9 % (9 of 472): within its normal range 0.3-2.6 %."
    assert compute_sentence(churn()) == text


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (churn("signal", 1, "above"), "above its normal range 0.3-2.6 %"),
        (churn("signal", 2, "below"), "three of four weeks near the lower end of its normal range"),
        (churn("signal", 2, "above"), "near the upper end"),
        (churn("signal", 3, "above"), "eight weeks in a row above its usual 1.3 %"),
        (churn("signal", 1, "above", None), "outside of its normal range"),
        (churn("signal", 1, "above", Limits(0, 0, 0)), "above the 0 % of every week"),
        (churn("too_few_customers"), "too few customers for a verdict"),
        (churn("too_few_weeks"), "no normal range before 12 closed weeks"),
        (churn(limits=Limits(0.02, 0.02, 0.02)), "as in every week of its baseline, 2.0 %"),
        (churn("partial"), "the week is not over"),
        (
            churn("no_value", value=None, reason="nothing to divide by in this period"),
            "n/a (9 of 472): nothing to divide",
        ),
        (churn("no_value", value=None), "no value"),
        (churn(because="6 of them in segment small"), "; 6 of them in segment small."),
    ],
)
def test_verdicts_in_words(finding, text):
    assert text in compute_sentence(finding)


def test_quiet_week_says_so_first():
    told = compute_sentences([churn(), money()])
    assert told[0] == QUIET
    assert [text.split()[0] for text in told[1:]] == ["Churn", "Won"]


def test_bad_signals_before_good_ones_before_the_rest():
    told = compute_sentences(
        [
            churn("too_few_weeks"),
            churn(),
            money("signal", 1, "above"),
            churn("signal", 3, "above"),
            churn("signal", 1, "above"),
        ]
    )
    assert "1.9 % (9 of 472): above" in told[0]
    assert "eight weeks" in told[1]
    assert told[2].startswith("Won value EUR 45.2 k: above its normal range EUR 0 to 62.0 k")
    assert "within" in told[3]
    assert "12 closed weeks" in told[4]


def test_at_most_five_and_the_same_every_time():
    findings = [churn()] * 9
    assert len(compute_sentences(findings)) == 5
    assert compute_sentences(findings) == compute_sentences(findings)


def test_nothing_to_say():
    assert compute_sentences([]) == []
    assert QUIET not in compute_sentences([churn("too_few_weeks")])


def test_good_news_follows_the_direction():
    assert is_good(churn("signal", 1, "below")) is True
    assert is_good(churn("signal", 1, "above")) is False
    assert is_good(churn()) is None
