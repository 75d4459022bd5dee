"""Exchange rates that an export lacks: asked for with a file that only wants to be filled in."""

from pathlib import Path

from warehouse.errors import StandingError

TEMPLATE = "exchange_rates.csv.template"


class MissingRates(StandingError):
    """Amounts in currencies without a rate. `template` is the file with the lines to fill in."""

    def __init__(
        self, message: str, known: list[tuple[str, int, str]], missing: list[str], year: int
    ):
        super().__init__(message)
        lines = [f"{currency},{known_year},{rate}" for currency, known_year, rate in known]
        lines += [f"{currency},{year}," for currency in missing]
        self.template = "\n".join(["currency,fiscal_year,rate", *lines, ""])


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
