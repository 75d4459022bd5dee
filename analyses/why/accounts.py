"""A change by account: the ten that matter most, and all others."""

from collections.abc import Mapping
from fractions import Fraction

from analyses.formats import format_value
from analyses.why.exact import divide
from analyses.why.headlines import Headline
from analyses.why.pair import Numbers
from analyses.why.rows import Account, Term, find_accounts
from analyses.why.setting import Setting
from analyses.why.tables import EFFECT, Row

ENDS = ("before", "after")


def list_accounts(setting: Setting) -> list[Row]:
    """The ten accounts of the largest effect (of the most money, where each counts one), the others
    in one row, and what is no account's own.

    The effect of an account on a quotient is measured against the mean of the whole, so that an
    account as good as the mean has none, and a slice's effect is the sum of those of its accounts.
    """
    headline, currency = setting.headline, setting.currency
    shares = _list_shares(headline, setting.numbers, setting.weights)
    ranks = shares if headline.order == "effect" else _count_change(headline)
    found = find_accounts(setting.cursor, setting.pair, list(shares), ranks)
    rows = [
        Row(
            account.name, {EFFECT: _sum_up(shares, account.sums)},
            _describe(headline, account, "before", currency),
            _describe(headline, account, "after", currency),
            customer_id=account.customer_id,
        )
        for account in found.first
    ]  # fmt: skip
    others = found.count - len(rows)
    if others:
        listed = sum((row.effects[EFFECT] for row in rows), Fraction(0))
        noun = "account" if others == 1 else "accounts"
        effect = _sum_up(shares, found.sums) - listed
        rows.append(Row(f"All others: {others:,} {noun}", {EFFECT: effect}, is_rest=True))
    if headline.rest:
        rows.append(Row(headline.rest, {EFFECT: setting.rest}, is_rest=True))
    return rows


def _list_shares(
    headline: Headline, numbers: Numbers, weights: Mapping[str, Fraction]
) -> dict[Term, Fraction]:
    """What one unit of each term takes of the change."""
    shares: dict[Term, Fraction] = {}

    def add(term: Term, share: Fraction) -> None:
        shares[term] = shares.get(term, Fraction(0)) + share

    for factor in headline.factors:
        weight = weights[factor.key]
        per = numbers.ends(factor.per) if factor.per else None
        rate = divide(numbers.ends(factor.amount), per) if per else None
        for end, sign in zip(ENDS, (-1, 1), strict=True):
            if factor.per is None or per is None or rate is None:
                add((factor.amount, end), sign * weight)
                continue
            share = sign * weight / getattr(per, end)
            add((factor.amount, end), share)
            add((factor.per, end), -share * rate.mean)
    return shares


def _count_change(headline: Headline) -> dict[Term, Fraction]:
    amount = headline.factors[0].amount
    return {(amount, "before"): Fraction(-1), (amount, "after"): Fraction(1)}


def _sum_up(shares: Mapping[Term, Fraction], sums: Mapping[Term, Fraction]) -> Fraction:
    return sum((share * sums[term] for term, share in shares.items()), Fraction(0))


def _describe(headline: Headline, account: Account, end: str, currency: str) -> str:
    """What the account did at one end, in words."""
    first = headline.factors[0]
    amount = account.sums[first.amount, end]
    if headline.key == "velocity":
        return _describe_deals(headline, account, end, currency)
    if first.per is not None and not account.sums[first.per, end]:
        return "no customer"
    if headline.key == "churn":
        return "lost" if amount else "stayed"
    if headline.key == "advocacy":
        return "for us" if amount > 0 else "against us" if amount < 0 else "neither"
    if headline.key == "movement":
        return "moved up" if amount > 0 else "moved down" if amount < 0 else "did not move"
    return format_value(float(amount), "currency", currency) if amount else "nothing"


def _describe_deals(headline: Headline, account: Account, end: str, currency: str) -> str:
    """'2 open, 1 won (EUR 30.0 k), 1 lost'."""
    opened, deal, rate, _ = headline.factors
    assert rate.per is not None, "a win rate is of closed deals"
    won = account.sums[rate.amount, end]
    lost = account.sums[rate.per, end] - won
    amount = format_value(float(account.sums[deal.amount, end]), "currency", currency)
    counts = {"open": account.sums[opened.amount, end], "won": won, "lost": lost}
    parts = [
        f"{int(count):,} {name}{f' ({amount})' if name == 'won' else ''}"
        for name, count in counts.items()
        if count
    ]
    return ", ".join(parts) or "no deals"
