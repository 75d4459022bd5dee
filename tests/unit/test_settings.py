"""settings.toml: its defaults, its checks, and what a build keeps of it."""

import tomllib
from dataclasses import fields
from pathlib import Path

import duckdb
import pytest

from ledger.builds import read_settings
from warehouse.errors import StandingError
from warehouse.settings import (
    SETTINGS_FILE,
    Settings,
    load_settings,
    read_comments,
    store_settings,
)


def test_file_holds_every_key_with_its_default_and_a_comment() -> None:
    names = [setting.name for setting in fields(Settings)]
    assert list(tomllib.loads(SETTINGS_FILE.read_text(encoding="utf-8"))) == sorted(
        names, key=list(read_comments()).index
    )
    assert load_settings(None) == Settings()
    assert all(read_comments()[name] for name in names)


def test_a_key_that_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('fiscal_year_first_month = 4\ndimensions = ["region"]\n', encoding="utf-8")
    settings = load_settings(path)
    assert settings.fiscal_year_first_month == 4
    assert settings.dimensions == ("region",)
    assert settings.close_lag_days == 0


def test_margins_by_segment_are_a_table_of_either_form(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    for text in (
        'gross_margin_by_segment = { "Mid market" = 0.75, Large = 1 }',
        '[gross_margin_by_segment]\n"Mid market" = 0.75\nLarge = 1',
    ):
        path.write_text(text, encoding="utf-8")
        assert load_settings(path).gross_margin_by_segment == {"Large": 1.0, "Mid market": 0.75}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "close_lag = 1",
            'own.toml has the unknown key "close_lag"; the nearest known key is "close_lag_days".',
        ),
        ("close_lag_days = -1", "close_lag_days must be a whole number from 0 to 366, not -1"),
        ("close_lag_days = true", "close_lag_days must be a whole number"),
        ("close_lag_days = 1.5", "close_lag_days must be a whole number"),
        ('reporting_currency = "Euro"', "reporting_currency must be a code"),
        ('time_zone = "Mars/Base"', "time_zone must be a time zone"),
        ('time_zone = "../etc"', "time_zone must be a time zone"),
        ("fiscal_year_first_month = 13", "from 1 to 12"),
        ("gross_margin = 80", "gross_margin must be a number from 0 to 1"),
        ("gross_margin = true", "gross_margin must be a number"),
        ("gross_margin_by_segment = 0.8", "must be a table of segments, each with a number from"),
        ("gross_margin_by_segment = { SMB = 80 }", "gross_margin_by_segment must be a table"),
        ("gross_margin_by_segment = { SMB = true }", "gross_margin_by_segment must be a table"),
        ('gross_margin_by_segment = { "" = 0.8 }', "gross_margin_by_segment must be a table"),
        (
            'gross_margin_by_segment = { SMB = 0.8 }\ndimensions = ["region"]',
            "gross_margin_by_segment needs segment among dimensions",
        ),
        ('ltv_timing = "later"', 'ltv_timing must be "now" or "end of month"'),
        ("ltv_after_cac = 1", "ltv_after_cac must be true or false"),
        ('dimensions = ["colour"]', "dimensions must be a list of one or more of segment"),
        ("dimensions = []", "dimensions must be"),
        ('dimensions = "region"', "dimensions must be"),
        ('qualified_stages = ["Proposal", "Proposal"]', "each once"),
        ("qualified_stages = [1]", "qualified_stages must be"),
        ('record_url = "javascript:alert({id})"', "record_url must be a web address"),
        ('record_url = "https://crm.example/"', "holds {id}"),
        ("advocate_action = 1", "advocate_action must be a text"),
        ("usage_rearm_ratio = 0.5", "usage_rearm_ratio must not be below usage_drop_ratio (0.7)"),
        ("close_lag_days = ", "is not valid TOML"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(StandingError) as error:
        load_settings(path)
    assert sentence in str(error.value)
    assert "own.toml" in str(error.value)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match="There is no settings file"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(StandingError, match="cannot be read"):
        load_settings(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'advocate_owner = "Vertr\xe4ge"')
    with pytest.raises(StandingError, match="cannot be read"):
        load_settings(tmp_path / "latin.toml")


def test_a_build_keeps_the_settings_it_used() -> None:
    own = {"Large": 0.85, "Small": 0.7}
    given = Settings(
        close_lag_days=3, qualified_stages=("Proposal",), gross_margin_by_segment=own,
        ltv_after_cac=True,
    )  # fmt: skip
    with duckdb.connect() as connection:
        store_settings(connection, given)
        assert read_settings(connection) == given
        shown = connection.execute(
            "select value from setting_values where key = 'gross_margin_by_segment'"
        ).fetchone()
        one = connection.execute(
            "select close_lag_days, qualified_stages, dimensions, usage_drop_ratio, fiscal_year_first_month"
            " from settings"
        ).fetchall()
        kept = connection.execute(
            "select value, default_value, comment from setting_values where key = 'close_lag_days'"
        ).fetchall()
    assert one == [(3, ["Proposal"], ["segment", "persona", "industry", "region"], 0.7, 1)]
    assert shown == ("Large 0.85, Small 0.7",)
    assert kept == [
        (
            "3",
            "0",
            "Days after its last day until a period is closed; raise it where bookings arrive late.",
        )
    ]
