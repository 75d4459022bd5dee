"""Lifetime value of a customer in months: by constant retention, and by Kaplan-Meier survival."""

import datetime as dt

MONTH_DAYS = 30.436875


def monthly_discount(yearly_rate: float) -> float:
    """The monthly rate that compounds to the yearly one."""
    return (1 + yearly_rate) ** (1 / 12) - 1


def monthly_retention(weekly_churn: float) -> float:
    """A month is 365.2425 / 84 weeks."""
    return (1 - weekly_churn) ** (365.2425 / 84)


def simple_value(margin: float, retention: float, discount: float) -> float | None:
    """m r / (1 + d - r); None where that is infinite."""
    if 1 + discount - retention <= 0:
        return None
    return margin * retention / (1 + discount - retention)


def survival(tenures: list[tuple[int, bool]], at: float) -> float:
    """Kaplan-Meier S at a tenure; each spell is (tenure, whether it ended)."""
    share = 1.0
    for time in sorted({tenure for tenure, has_ended in tenures if has_ended and tenure <= at}):
        at_risk = sum(1 for tenure, _ in tenures if tenure >= time)
        ended = sum(1 for tenure, has_ended in tenures if has_ended and tenure == time)
        share *= 1 - ended / at_risk
    return share


def tenures_at(
    spells: list[tuple[dt.date, dt.date | None]], boundary: dt.date
) -> list[tuple[int, bool]]:
    """Days of each spell begun before the boundary, and whether it ended before the boundary."""
    tenures: list[tuple[int, bool]] = []
    for began, ended in spells:
        if began < boundary:
            has_ended = ended is not None and ended < boundary
            last = ended if has_ended and ended is not None else boundary
            tenures.append(((last - began).days, has_ended))
    return tenures


def survival_value(
    margin: float, tenures: list[tuple[int, bool]], discount: float, horizon_months: int
) -> float | None:
    """The sum of m S(t) / (1 + d)^t over t = 0 .. H - 1; None while no whole month was observed."""
    longest = max((int(tenure / MONTH_DAYS) for tenure, _ in tenures), default=0)
    months = min(horizon_months, longest)
    if months == 0:
        return None
    return sum(
        margin * survival(tenures, month * MONTH_DAYS) / (1 + discount) ** month
        for month in range(months)
    )
