"""docs/signals.md holds what `make alarms` prints: a row of each table, drawn again, and all rows."""

from pathlib import Path

import pytest

from docs import alarms


def rows(root: Path, name: str) -> list[str]:
    """The rows of a marked table of the page."""
    text = (root / "docs" / "signals.md").read_text(encoding="utf-8")
    table = text.split(f"<!-- {name}: ")[1].split("\n\n")[0]
    return table.splitlines()[3:]


def test_the_page_has_each_row_of_each_table(root: Path) -> None:
    scenes = [f"| {each.cards} | {each.data} |" for each in alarms.SCENES]
    control = f"| {alarms.NO_CARD.cards} | {alarms.NO_CARD.data} |"
    seasons = [
        f"| {each.data} | {name} |" for each in alarms.SEASONAL_SCENES for name in alarms.SEASONS
    ]
    for name, starts in {
        "alarms": [*scenes, control],
        "delays": scenes,
        "seasons": seasons,
    }.items():
        found = rows(root, name)
        assert len(found) == len(starts)
        assert all(row.startswith(start) for row, start in zip(found, starts, strict=True))


@pytest.mark.parametrize("place", [0, 5])
def test_the_alarms_are_what_the_program_prints(root: Path, place: int) -> None:
    assert rows(root, "alarms")[place] == alarms.alarm_row(alarms.SCENES[place])


def test_the_delays_are_what_the_program_prints(root: Path) -> None:
    assert rows(root, "delays")[-1] == alarms.delay_row(alarms.SCENES[-1])


def test_the_alarms_under_seasons_are_what_the_program_prints(root: Path) -> None:
    season = list(alarms.SEASONS)[1]
    assert rows(root, "seasons")[5] == alarms.season_row(alarms.SEASONAL_SCENES[1], season)
