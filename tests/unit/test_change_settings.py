"""Values of settings.toml are changed, and nothing else of it."""

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from warehouse.change_settings import change_settings, is_writable
from warehouse.errors import StandingError
from warehouse.settings import SETTINGS_FILE, Settings, load_settings

CHANGES: dict[str, Any] = {
    "gross_margin": 0.75,
    "gross_margin_by_segment": {'A "quoted" name': 0.5, "Großkunden": 1.0},
    "discount_rate_yearly": 0.125,
    "ltv_horizon_months": 36,
    "ltv_timing": "end of month",
    "ltv_after_cac": True,
}


def test_only_the_values_change(tmp_path: Path) -> None:
    path = Path(shutil.copy(SETTINGS_FILE, tmp_path / "settings.toml"))
    path.chmod(0o640)
    before = path.read_text(encoding="utf-8").splitlines()
    changed = change_settings(CHANGES, path)
    assert changed == load_settings(path) == Settings(**CHANGES)
    after = path.read_text(encoding="utf-8").splitlines()
    differing = [new.split(" = ")[0] for old, new in zip(before, after, strict=True) if old != new]
    assert sorted(differing) == sorted(CHANGES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["settings.toml"]
    # And back again; 0.10 is written as 0.1.
    change_settings({key: getattr(Settings(), key) for key in CHANGES}, path)
    shorter = [line.replace("yearly = 0.10", "yearly = 0.1") for line in before]
    assert path.read_text(encoding="utf-8").splitlines() == shorter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gross_margin=0.8   # of 2026\r\nhold_weeks = 4\r\n",
         b"gross_margin = 0.75   # of 2026\r\nhold_weeks = 4\r\n"),
        ("# ours\nhold_weeks = 4\n", b"gross_margin = 0.75\n# ours\nhold_weeks = 4\n"),
        ("\ufeffhold_weeks = 4", b"\xef\xbb\xbfgross_margin = 0.75\nhold_weeks = 4"),
        ("gross_margin = 0.75 # so", b"gross_margin = 0.75 # so"),
        ("", b"gross_margin = 0.75\n"),
    ],
)  # fmt: skip
def test_a_line_keeps_its_comment_and_its_end(tmp_path: Path, text: str, expected: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(text.encode())
    change_settings({"gross_margin": 0.75, "ltv_horizon_months": 60}, path)
    assert path.read_bytes() == expected


def test_a_section_that_stays_is_left_alone_and_one_that_changes_is_for_a_hand(
    tmp_path: Path,
) -> None:
    path = tmp_path / "own.toml"
    text = "gross_margin = 0.8\n\n[gross_margin_by_segment]\nsmall = 0.5\n"
    path.write_text(text, encoding="utf-8")
    changed = change_settings(
        {"gross_margin": 0.7, "gross_margin_by_segment": {"small": 0.5}}, path
    )
    assert (changed.gross_margin, changed.gross_margin_by_segment) == (0.7, {"small": 0.5})
    with pytest.raises(StandingError, match="by hand"):
        change_settings({"gross_margin_by_segment": {"small": 0.6}}, path)
    assert load_settings(path) == changed


def test_a_value_that_will_not_do_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("gross_margin = 0.8\n", encoding="utf-8")
    with pytest.raises(StandingError, match="gross_margin must be a number from 0 to 1"):
        change_settings({"gross_margin": 80}, path)
    with pytest.raises(StandingError, match="There is no settings file"):
        change_settings({"gross_margin": 0.7}, tmp_path / "none.toml")
    assert path.read_text(encoding="utf-8") == "gross_margin = 0.8\n"


def test_where_it_cannot_be_written_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.toml"
    path.write_text("gross_margin = 0.8\n", encoding="utf-8")
    assert is_writable(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.change_settings.os.fsync", full)
    with pytest.raises(StandingError, match=r"cannot be written \(No space left"):
        change_settings({"gross_margin": 0.7}, path)
    assert [each.name for each in tmp_path.iterdir()] == ["own.toml"]
    assert path.read_text(encoding="utf-8") == "gross_margin = 0.8\n"
    monkeypatch.setattr("warehouse.change_settings.os.access", lambda *_: False)
    assert not is_writable(path)
