"""Exchange rates that an export lacks: asked for with a file that only wants to be filled in."""

from pathlib import Path

from warehouse.errors import StandingError

TEMPLATE = "exchange_rates.csv.template"


class MissingRates(StandingError):
    """Amounts in currencies without a rate. `template` is the file with the lines to fill in.

    is_own_among_them: which currency is the reporting currency cannot be told, so each line says when to drop it.
    """

    def __init__(
        self,
        message: str,
        known: list[tuple[str, int, str]],
        missing: list[str],
        year: int,
        *,
        is_own_among_them: bool = False,
    ):
        super().__init__(message)
        header, own = "currency,fiscal_year,rate", ""
        if is_own_among_them:
            header, own = f"{header},comment", ",drop this line if {} is the reporting currency"
        lines = [
            f"{code},{known_year},{rate}{',' if own else ''}" for code, known_year, rate in known
        ]
        lines += [f"{code},{year},{own.format(code)}" for code in missing]
        self.template = "\n".join([header, *lines, ""])


def ask_for_rates(error: MissingRates, export: Path, warehouse: Path) -> StandingError:
    """Write the template beside the export, or into the warehouse folder where that cannot be written to; say so."""
    beside = export if export.is_dir() else export.parent
    for folder in (beside, warehouse):
        path = folder / TEMPLATE
        try:
            path.write_text(error.template, encoding="utf-8")
        except OSError:
            continue
        return StandingError(
            f"{error} Fill in the empty rates in {path} (what one unit is worth in the reporting currency), save it"
            " as exchange_rates.csv in the export, and build again."
        )
    return StandingError(f"{error} Give them in exchange_rates.csv: currency, fiscal_year, rate.")
