"""A row of numbers of one unit: where there is no room for it in every cell, its name says it once."""

import re

# 'EUR 23.0 k / day', '-EUR 140', '+5.9 points': sign, currency, number with its magnitude, and of what.
_AMOUNT = re.compile(r"([+\u2212-]?)((?:[A-Z]{3}\s)?)([\d.,]+(?:\s(?:k|M|bn))?)((?:\s(?:/ )?\w+)?)")


def say_unit_once(texts: tuple[str, ...]) -> tuple[str, ...]:
    """('MRR', 'EUR 1.86 M', 'n/a') as ('MRR (EUR)', '1.86 M', 'n/a'); as it was where its units differ."""
    name, *cells = texts
    found = [_AMOUNT.fullmatch(each) for each in cells]
    units = {(each[2].strip(), each[4].strip()) for each in found if each}
    if len(units) != 1 or any(
        each is None and text and text[0] in "+-\u22120123456789"
        for each, text in zip(found, cells, strict=True)
    ):
        return texts
    unit = " ".join(each for each in next(iter(units)) if each)
    if not unit:
        return texts
    kept = (
        f"{each[1]}{each[3]}" if each else text for each, text in zip(found, cells, strict=True)
    )
    return (f"{name} ({unit})", *kept)
