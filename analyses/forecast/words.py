"""The forecast in words: its message, each series, what is ahead, and how it was made."""

from datetime import date, timedelta

from analyses.forecast.backtest import FEWEST_ORIGINS, FEWEST_POOLED, YEAR, Outlook, Track, Trial
from analyses.forecast.model import CHURNED, MRR, Forecast
from analyses.forecast.steps import CANCELLED, DUE, OTHER, WEEKS
from analyses.formats import format_number, format_range, format_value
from analyses.number_text import NumberText
from metrics.periods import format_date

LABELS = {CHURNED: "Customers lost", MRR: "MRR"}
AHEAD = {CANCELLED: "have cancelled", DUE: "yearly renewal due", OTHER: "neither"}
NEEDED = FEWEST_POOLED + FEWEST_ORIGINS


def name_series(series: str) -> str:
    """'Customers lost', 'MRR', 'Actively dissatisfied'."""
    return LABELS.get(series) or series.replace("_", " ").capitalize()


def last_day(boundary: date) -> str:
    """The day before a boundary: '14 Feb 2027'."""
    return format_date(boundary - timedelta(days=1))


def format_series(series: str, value: float | None, currency: str) -> NumberText:
    """Whole customers, or money."""
    return format_value(value, "currency" if series == MRR else "count", currency)


def format_error(series: str, value: float | None, currency: str) -> NumberText:
    """A mean of errors: money, or customers with one decimal."""
    return format_value(value, "currency", currency) if series == MRR else format_number(value)


def format_interval(track: Track, currency: str) -> str:
    """'28-87', 'EUR 2.65 M to 2.82 M'."""
    unit = "currency" if track.series == MRR else "count"
    return format_range(track.ahead.low, track.ahead.high, unit, currency)


def describe_few(outlook: Outlook, minimum: float) -> str:
    """'too few to judge by: 17 customers, fewer than 20'; nothing from `minimum` customers on."""
    customers = outlook.steps[-1].customers if outlook.steps else 0
    if not outlook.tracks or customers >= minimum:
        return ""
    return f"too few to judge by: {customers:,} customers, fewer than {minimum:,.0f}"


def describe_basis(trial: Trial) -> str:
    """With which method and from what a forecast is made, in one line of a file."""
    return (
        f"from what was known on {last_day(trial.origin)}; learnt from the last "
        f"{_windows(trial.pooled)} of {WEEKS} weeks; as others with the same ahead (and tier, but for "
        "MRR) did; 95 % interval of the gamma distribution, widened to the errors before"
    )


def describe_outlook(outlook: Outlook, currency: str, minimum: float = 0) -> str:
    """The message: the customers lost and the MRR that are expected, each with its interval, or that
    there is no forecast of it; below `minimum` customers that these are few."""
    if not outlook.tracks:
        return "No forecast: the history is too short"
    churned, mrr = outlook.tracks[CHURNED], outlook.tracks[MRR]
    told: list[str] = []
    if not churned.reason:
        lost = format_series(CHURNED, churned.ahead.value, currency)
        told.append(
            f"{lost} of {outlook.steps[-1].customers:,} customers expected to be lost by "
            f"{last_day(outlook.target)} ({format_interval(churned, currency)})"
        )
    if not mrr.reason:
        money = format_series(MRR, mrr.ahead.value, currency)
        at = "then" if told else f"expected on {last_day(outlook.target)}"
        told.append(f"MRR of {money} {at} ({format_interval(mrr, currency)})")
    lacking = [name_series(each.series) for each in (churned, mrr) if each.reason]
    if lacking:
        told.append(f"no forecast of {' or '.join(_lower(name) for name in lacking)}")
    message = ", ".join(told)
    few = describe_few(outlook, minimum)
    return f"{message[:1].upper()}{message[1:]}{f'; {few}' if few else ''}"


def describe_reason(track: Track, currency: str) -> str:
    """Why there is no forecast of a series, or nothing."""
    if track.reason == "short_history":
        return f"No forecast: tested on {_windows(len(track.trials))} only, {FEWEST_ORIGINS} are needed"
    if track.reason:
        off = format_error(track.series, track.mae, currency)
        naive = format_error(track.series, track.naive_mae, currency)
        return (
            f"No forecast: {tell_naive(track.series)} was as close or closer, off by {naive} against "
            f"{off} on average"
        )
    return ""


def tell_naive(series: str) -> str:
    """The forecast that costs nothing."""
    return f"the {WEEKS} weeks before" if series == CHURNED else "the last value"


def tell_second(series: str) -> str:
    """The yardstick that knows a little more."""
    if series == CHURNED:
        return "the mean of all windows before"
    return f"the last value and its mean change over {YEAR} windows"


def describe_track(track: Track, currency: str) -> str:
    """The message of a chart: what is expected, and whether that differs from today."""
    name = name_series(track.series)
    if track.reason:
        return f"{name}: {_lower(describe_reason(track, currency))}"
    now = track.ahead.naive
    value = format_series(track.series, track.ahead.value, currency)
    before = format_series(track.series, now, currency)
    base = f"{before} in the {WEEKS} weeks before" if track.series == CHURNED else f"{before} now"
    # as printed: a bound that reads like today's number tells no difference
    ends = [
        format_series(track.series, each, currency) for each in (track.ahead.low, track.ahead.high)
    ]
    is_same = before in ends or track.ahead.low <= now <= track.ahead.high
    doubt = "; the interval holds that too" if is_same else ""
    return f"{name}: {value} expected, {base}{doubt}"


def describe_backtest(track: Track, currency: str) -> str:
    """'Customers lost: off by 11.5 on average over 9 windows, the 13 weeks before by 11.9, the mean of all
    windows before by 10.1, so no further; closer than the 13 weeks before in 5, the interval held in 9'."""
    return (
        f"{_tell_errors(track, currency)}; closer than {tell_naive(track.series)} in {track.closer}, the "
        f"interval held in {track.inside}"
    )


def describe_errors(outlook: Outlook, currency: str) -> str:
    """Past errors of customers lost and of MRR, or that there are none."""
    tracks = [outlook.tracks[series] for series in (CHURNED, MRR)]
    if not tracks[0].trials:
        return ""
    told = "; ".join(_tell_errors(track, currency) for track in tracks)
    return f"Past forecasts, each from what was known then. {told}."


def describe_verdict(outlook: Outlook) -> str:
    """Of which series the forecast was closer than the naive one, beyond chance, and than the second."""
    tracks = outlook.tracks.values()
    if any(track.reason == "short_history" for track in tracks):
        return "Too few windows to say whether the forecasts are better than the naive ones"
    worse = [name_series(track.series) for track in tracks if track.reason]
    sure = [name_series(track.series) for track in tracks if track.is_beyond_chance]
    chance = f"beyond chance: {_join(sure) if sure else 'none'} (sign test over the windows)"
    second = [name_series(track.series) for track in tracks if track.is_second_closer]
    if second:
        chance = f"{chance}. The second yardstick was as close or closer for {_join(second)}"
    if not worse:
        return f"All {len(tracks)} forecasts were closer than the naive ones on average, so all are shown; {chance}"
    return (
        f"The naive forecast was as close or closer for {_join(worse)}: no forecast of these is shown; "
        f"the others were closer on average, {chance}"
    )


def _tell_errors(track: Track, currency: str) -> str:
    off, naive = (
        format_error(track.series, each, currency) for each in (track.mae, track.naive_mae)
    )
    second = format_error(track.series, track.second_mae, currency)
    closer = ", no further off than the forecast" if track.is_second_closer else ""
    return (
        f"{name_series(track.series)}: off by {off} on average over {_windows(len(track.trials))}, "
        f"{tell_naive(track.series)} by {naive}, {tell_second(track.series)} by {second}{closer}"
    )


def describe_ahead(forecast: Forecast, lost: Track) -> str:
    """'Of 54 customers expected to be lost 16 have cancelled already'; without a forecast, who is due."""
    found = {each.ahead: each for each in forecast.ahead}
    cancelled, due = found[CANCELLED].customers, found[DUE].customers
    if lost.reason:
        return f"{cancelled:,} have cancelled and end within {WEEKS} weeks, {due:,} yearly renewals are due"
    return (
        f"Of {lost.ahead.value:,.0f} customers expected to be lost {cancelled:,} have cancelled; "
        f"{due:,} yearly renewals are due"
    )


def describe_arrivals(forecast: Forecast, currency: str) -> str:
    """What new business is expected to bring."""
    return (
        f"New and won back: {forecast.arrivals:,.0f} customers who are still there at the end, with "
        f"{format_value(forecast.arriving_mrr, 'currency', currency)} of MRR: the mean of the last "
        f"{_windows(forecast.pooled)} of {WEEKS} weeks."
    )


def describe_short(outlook: Outlook) -> str:
    """Why nothing can be forecast yet."""
    if outlook.steps and not outlook.steps[-1].customers:
        return f"Nobody here is a customer at the end of {last_day(outlook.origin)}."
    known = max(0, len(outlook.steps) - 1)
    return (
        f"A forecast is made from windows of {WEEKS} weeks that are over: the data has {known} since its "
        f"first paid day, and {NEEDED} are needed, {FEWEST_POOLED} to learn from and {FEWEST_ORIGINS} to be tested on."
    )


def _windows(count: int) -> str:
    return f"{count:,} window{'' if count == 1 else 's'}"


def _join(names: list[str]) -> str:
    *first, last = [_lower(name) for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def _lower(text: str) -> str:
    return text if text.startswith("MRR") else f"{text[:1].lower()}{text[1:]}"
