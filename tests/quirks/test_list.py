"""docs/exports.md lists the 44 quirks, and each has a test that bears its number."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \|.*\| ([\w, ]+) \|$", re.MULTILINE)


def test_every_quirk_of_the_list_has_the_test_that_the_list_names(root: Path) -> None:
    listed = ROW.findall((root / "docs" / "exports.md").read_text(encoding="utf-8"))
    assert [int(number) for number, _ in listed] == list(range(1, 45))
    for number, names in listed:
        name = names.split(",")[0].strip()
        text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        assert f"test_quirk_{int(number):02d}_" in text, (number, name)
