"""The brief of a week: its words, its numbers beside those of `show`, and what customers wrote in it."""

import json
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analyses.board.document import Cell
from analyses.board.writing import write_cell
from analyses.brief import DEFINED, LONGEST, MOST_NOTES, Brief, Made, compose_brief, cut
from analyses.brief_kept import UNREAD, Kept, read_kept
from analyses.names import Name
from analyses.review import QUARTERLY
from cli import main
from commands.briefed import read_brief
from exports.brief import to_brief
from exports.brief.mail import to_mail, to_text
from ledger.database import VARIABLE
from ledger.notes import NoteRow
from ledger.restated import Restatement
from metrics.periods import Period
from tests.packs import HOSTILE
from tests.unit.test_review import WEEK, make_review

SETTINGS = {
    "gross_margin": 0.8, "discount_rate_yearly": 0.1, "ltv_horizon_months": 60, "ltv_timing": "now",
    "ltv_after_cac": False, "gross_margin_by_segment": {}, "minimum_denominator": 20,
}  # fmt: skip
PERIOD = Period("week", WEEK, date.fromordinal(WEEK.toordinal() + 7), True)


class Reader(HTMLParser):
    """The texts of a page, and every tag and address in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action")]

    def handle_data(self, data):
        self.texts.append(" ".join(data.split()))


def make_brief(
    name: str = HOSTILE, notes: int = 1, text: str = HOSTILE, restated=None, **changes
) -> Brief:
    """The brief of hand-made records, with what customers and colleagues wrote."""
    named = Name(
        "largest_silent", "1", name, text, Decimal("14200"), date(2026, 10, 6), "call", name
    )
    written = [
        NoteRow(
            minute,
            "churn_logo",
            "week",
            WEEK,
            "comment",
            name,
            datetime(2026, 11, 2, 9, minute),
            text,
        )
        for minute in range(notes)
    ]
    made = Made("000001-abc", date(2026, 11, 1), None, remarks=(text,) * (5 if notes > 1 else 0))
    return compose_brief(
        make_review(**changes),
        PERIOD,
        made,
        [named] * (5 if notes > 1 else 1),
        Kept(written, restated or {}),
        SETTINGS,
    )


@pytest.fixture(scope="module")
def sample_brief(sample_warehouse: Path) -> Brief:
    return read_brief(sample_warehouse, None)


def list_cells(brief: Brief) -> list[Cell]:
    """Every number that the brief states of a metric."""
    cells = [cell for figure in brief.figures for cell in figure.told]
    cells += [cell for table in (brief.tiers, brief.movement) for row in table.rows for cell in row]
    return [cell for cell in cells if cell.origin]


def test_every_number_is_that_of_show(
    sample_brief: Brief, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: dict[tuple[str, str | None], dict[str, object]] = {}
    for grain, period, metrics in (
        ("week", "2026-11-09", [name for name in DEFINED if name not in QUARTERLY]),
        ("quarter", "2026-07-01", QUARTERLY),
    ):
        asked = ["show", *metrics, "--grain", grain, "--period", period, "--format", "json"]
        assert main([*asked, "--warehouse", str(sample_warehouse)]) == 0
        rows = json.loads(capsys.readouterr().out, parse_float=Decimal)
        shown |= {(row["metric"], row["member"]): row for row in rows}
    cells = list_cells(sample_brief)
    assert len(cells) > 30
    for cell in cells:
        assert cell.origin
        assert isinstance(cell.value, int | float | Decimal)
        row = shown[cell.origin.metric, cell.origin.member]
        assert row["period_start"] == cell.origin.period_start.isoformat()
        assert float(cell.value) == float(str(row[cell.origin.part]))


def test_the_page_states_every_number(sample_brief: Brief) -> None:
    page = to_brief(sample_brief)
    text = " ".join(Reader(page).texts)
    written = [write_cell(cell, "EUR") for cell in list_cells(sample_brief)]
    assert [each for each in written if each not in text] == []
    for row in sample_brief.names.rows:
        assert all(write_cell(cell, "EUR") in text for cell in row)
    assert all(sentence in text for sentence in sample_brief.sentences)
    assert sample_brief.title in text
    assert "2026-W46" in text


def test_every_number_of_the_page_is_defined(sample_brief: Brief) -> None:
    defined = {meaning.metric for meaning in sample_brief.meanings}
    assert {cell.origin.metric for cell in list_cells(sample_brief) if cell.origin} <= defined
    text = " ".join(Reader(to_brief(sample_brief)).texts)
    assert all(meaning.definition in text for meaning in sample_brief.meanings)


def test_lifetime_value_says_what_it_rests_on(sample_brief: Brief) -> None:
    figure = next(each for each in sample_brief.figures if each.card.key == "lifetime_value")
    text = " ".join(figure.facts)
    assert "95 % interval EUR" in text
    assert "n = " in text
    meaning = next(each for each in sample_brief.meanings if each.metric == "ltv_km")
    for said in ("gross margin 80 %", "discount 10 % a year", "horizon 60 months", "first margin now",
                 "before acquisition cost"):  # fmt: skip
        assert said in meaning.definition


def test_what_customers_wrote_is_text() -> None:
    reader = Reader(to_brief(make_brief()))
    assert "script" not in reader.tags
    assert reader.addresses == []
    assert sum(HOSTILE in text for text in reader.texts) == 2


def test_the_page_loads_nothing(sample_brief: Brief) -> None:
    page = to_brief(sample_brief)
    assert Reader(page).addresses == []
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert "url(" not in page


def test_long_texts_are_cut_on_one_line_and_many_notes_are_counted() -> None:
    brief = make_brief("Long\nname " * 40, notes=9, text="w " * 900)
    (customer, *_), *_ = brief.names.rows
    assert isinstance(customer.value, str)
    assert len(customer.value) == LONGEST["customer"]
    assert customer.value.endswith("…")
    assert "\n" not in customer.value
    assert (len(brief.notes), brief.more_notes) == (MOST_NOTES, 4)
    assert brief.notes[0].written_at.minute == 8
    assert brief.made.remarks[-1] == "2 more: see Data health."
    assert cut("a\u202eb", "owner") == "a b"
    assert cut("نیم\u200cفاصله", "owner") == "نیم\u200cفاصله"


def test_a_quiet_week_says_so_once() -> None:
    brief = make_brief()
    assert brief.headline == "Nothing left its normal range this week"
    assert all("Nothing left" not in sentence for sentence in brief.sentences)


def test_what_was_reported_otherwise_stands_on_its_card() -> None:
    counts = (Decimal(3), Decimal(100))
    restated = Restatement(
        "churn_logo", "percent", "week", None, None, None, WEEK, 0.03, 0.04, counts, counts,
        datetime(2026, 11, 1), datetime(2026, 11, 8), (), True, (1, 1), True,
    )  # fmt: skip
    brief = make_brief(restated={("churn_logo", None, None, WEEK): restated})
    assert brief.figures[0].facts[0] == "restated: reported 3.0 %"


def test_a_missing_number_has_its_reason() -> None:
    quarters = {"ltv_km": [], "ltv_simple": []}
    brief = make_brief(quarters=quarters)
    figure = next(each for each in brief.figures if each.card.key == "lifetime_value")
    assert (figure.value, figure.facts) == ("n/a", ("no data up to this week",))
    assert figure.told == ()


def test_the_same_week_is_the_same_file(sample_warehouse: Path, tmp_path: Path) -> None:
    files = [tmp_path / "one.html", tmp_path / "two.html"]
    for file, week in zip(files, ("2026-W46", "2026-11-09"), strict=True):
        given = ["brief", "--warehouse", str(sample_warehouse), "--week", week, "--out", str(file)]
        assert main(given) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("2026-W60", "is no week"),
        ("2026-11-10", "starts on 2026-11-09"),
        ("2030-W01", "no week that starts on"),
    ],
)
def test_a_wrong_week_is_one_sentence(
    week: str, said: str, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["brief", "--warehouse", str(sample_warehouse), "--week", week, "--out", "x.html"])
        == 2
    )
    assert said in capsys.readouterr().err


def test_a_ledger_that_cannot_be_read_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, "nonsense")
    kept = read_kept(tmp_path, "000001-abc", WEEK)
    assert (kept.notes, kept.problem) == ((), UNREAD)
    brief = compose_brief(make_review(), PERIOD, Made("000001-abc", None, None), [], kept, SETTINGS)
    assert UNREAD in to_brief(brief)


def test_without_a_file_the_brief_is_text(
    sample_brief: Brief, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brief", "--warehouse", str(sample_warehouse)]) == 0
    printed = capsys.readouterr().out
    assert printed == to_text(sample_brief)
    mail = " ".join(Reader(to_mail(sample_brief)).texts)
    for cell in list_cells(sample_brief):
        assert write_cell(cell, "EUR") in printed
        assert write_cell(cell, "EUR") in mail
