"""The presentation: a page whose policy lets nothing run or load but what stands in it."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from analyses.board.document import Pack, Today
from exports.shown import Grid, Page, list_pages, say_foot
from exports.widths import weigh

FOLDER = Path(__file__).parent
# Pixels of a chart on a slide of 1280 x 720, and of those that a line of its title and one beneath it take.
WIDTH, HEIGHT, TITLE, LINE = 1180, 585, 37, 31
LEAST = 250


def to_presentation(pack: Pack, today: Today | None = None) -> str:
    """The whole page; the same pack gives the same bytes. Texts of people are escaped, never markup."""
    from markupsafe import Markup

    style, script = (
        (FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")
    )

    def draw(page: Page) -> list[Markup]:
        return [Markup(each) for each in _draw(page, pack.currency)]

    return _template().render(
        pack=pack,
        pages=list_pages(pack, today),
        foot=say_foot(pack),
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)};"
        " base-uri 'none'; form-action 'none'",
        draw=draw,
        weigh=_weigh,
    )


def _draw(page: Page, currency: str) -> list[str]:
    """The chart for light and for dark screens; print takes the first."""
    from exports.drawing import draw_svg

    if page.chart is None:
        return []
    written = sum(1 + len(line) // 110 for line in page.lines)
    titles = 1 + len(page.title) // 75
    height = max(LEAST, HEIGHT - TITLE * titles - LINE * written)
    return [draw_svg(page.chart, currency, WIDTH, height, is_dark) for is_dark in (False, True)]


def _weigh(table: Grid) -> list[int]:
    """The widths of the columns, in percent."""
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    weights = weigh([each.text for each in table.headings], rows)
    return [round(100 * each / sum(weights)) for each in weights]


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _template() -> Any:
    # Not at the top: the server starts without it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("page.html.jinja")
