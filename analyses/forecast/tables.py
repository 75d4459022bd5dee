"""The tables of the forecast: the series, one series at every origin, what is ahead, how it is made."""

from typing import Any

from analyses.forecast.backtest import FEWEST_SPREAD, YEAR, Outlook, Track
from analyses.forecast.model import CHURNED, MRR, Forecast
from analyses.forecast.steps import WEEKS
from analyses.forecast.words import (
    AHEAD,
    describe_arrivals,
    describe_few,
    describe_reason,
    format_error,
    format_interval,
    format_series,
    last_day,
    name_series,
    tell_second,
)
from analyses.formats import format_number, format_of, format_range, format_value
from analyses.number_text import NumberText
from analyses.weekly import TIERS
from metrics.intervals import compute_wilson


def list_series_rows(outlook: Outlook, currency: str, minimum: float = 0) -> list[dict[str, Any]]:
    """One row a series: today, expected, why it is absent or that there are few customers."""
    few = describe_few(outlook, minimum)
    return [
        {
            "number": name_series(series),
            "now": _format_now(track, currency),
            f"expected by {last_day(outlook.target)}": "n/a"
            if track.reason
            else format_series(series, track.ahead.value, currency),
            "95 % interval": "" if track.reason else format_interval(track, currency),
            "remark": describe_reason(track, currency) or f"{few[:1].upper()}{few[1:]}",
        }
        for series, track in outlook.tracks.items()
    ]


def _format_now(track: Track, currency: str) -> NumberText:
    """The lost of the 13 weeks before say so: nobody is lost now."""
    value = track.ahead.naive
    now = format_series(track.series, value, currency)
    return (
        now if track.series != CHURNED else NumberText(f"{now} before", value=value, note="before")
    )


def list_backtest_rows(outlook: Outlook, currency: str) -> list[dict[str, Any]]:
    """One row a series: mean absolute errors, windows, and what the interval held."""
    return [
        {
            "number": name_series(series),
            "off by, mean": format_error(series, track.mae, currency),
            "naive off by, mean": format_error(series, track.naive_mae, currency),
            "second yardstick off by, mean": format_error(series, track.second_mae, currency),
            "closer than second": "no" if track.is_second_closer else "yes",
            "windows": len(track.trials),
            "closer than naive in": track.closer,
            "interval held in": track.inside,
            "shown": "no" if track.reason else "yes",
        }
        for series, track in outlook.tracks.items()
    ]


def list_trial_rows(track: Track) -> list[dict[str, Any]]:
    """One row an origin, newest first."""
    return [
        {
            "from": trial.origin,
            "windows_pooled": trial.pooled,
            "forecast": round(trial.value, 2),
            "low": round(trial.low, 2),
            "high": round(trial.high, 2),
            "naive": round(trial.naive, 2),
            "second": round(trial.second, 2),
            "actual": round(trial.actual or 0, 2),
            "off_by": round(trial.error, 2),
            "naive_off_by": round(trial.naive_error, 2),
            "second_off_by": round(trial.second_error, 2),
            "interval_held": "yes" if trial.is_inside else "no",
        }
        for trial in reversed(track.trials)
    ]


def list_ahead_rows(forecast: Forecast, lost: Track, currency: str) -> list[dict[str, Any]]:
    """One row a thing that is ahead: today's customers, how many like them left before."""
    rows: list[dict[str, Any]] = []
    for each in forecast.ahead:
        low, high = compute_wilson(each.left, each.pooled)
        share = each.left / each.pooled if each.pooled else None
        rows.append(
            {
                "ahead": AHEAD[each.ahead],
                "customers": each.customers,
                "MRR": format_value(each.mrr, "currency", currency),
                "of those like them left": format_of(each.left, each.pooled),
                "share": format_value(share, "percent"),
                "95 % interval": "" if low is None else format_range(low, high, "percent"),
                "expected to leave": format_number(None if lost.reason else each.expected),
            }
        )
    return rows


def list_method_rows(outlook: Outlook, currency: str) -> list[dict[str, str]]:
    """What the forecast assumes, one row an assumption; none where there is no forecast at all."""
    churned, arriving = outlook.churned, outlook.arriving
    if churned is None or arriving is None:
        return []
    pooled = {
        "customers lost": outlook.tracks[CHURNED].ahead.pooled,
        "MRR": outlook.tracks[MRR].ahead.pooled,
        "tiers": outlook.tracks[TIERS[0]].ahead.pooled,
    }
    renewals = (
        f"Renewals are not used: {churned.reason}."
        if churned.reason
        else "Customers who cancelled before the first day, and those with a yearly renewal in the "
        f"{WEEKS} weeks, leave as others like them did. A renewal date is taken as the term has it today."
    )
    return [
        {"what": what, "how": how}
        for what, how in (
            ("customers lost", "Customers at the start who are none at the end: by tier and by what is ahead, "
             "customers x the share that left in the windows before."),
            ("tiers", "Who stays moves by the matrix of the windows before, one step of 13 weeks (Dirichlet "
             "mean, 1/6 a cell)."),
            ("MRR", "Today's x MRR after / MRR before of those with the same ahead, and that of new business."),
            ("renewals ahead", renewals),
            ("new business", describe_arrivals(arriving, currency)),
            ("windows learnt from", "; ".join(f"{name}: the last {count}" for name, count in pooled.items())
             + f". Of the last {YEAR} (52 weeks), the last one and all, those that erred least at the origins "
             "before."),
            ("95 % interval", "Chance of the customers, of the shares and of new business (gamma distribution), "
             f"widened to the errors of the origins before from {FEWEST_SPREAD} of them on. Not in it: what "
             "never happened in the windows before, such as a new price."),
            ("backtest", "The same method at every origin 13 weeks apart, with what was known then; the windows do "
             "not overlap."),
            ("naive forecast", f"Customers lost: those of the {WEEKS} weeks before; MRR and tiers: the last "
             "value. A number is shown only where its mean absolute error is below that of the naive forecast."),
            ("second yardstick", f"Customers lost: {tell_second(CHURNED)}; MRR and tiers: {tell_second(MRR)}. It "
             "decides nothing, but where it was as close a simpler forecast would have done."),
        )
    ]  # fmt: skip
