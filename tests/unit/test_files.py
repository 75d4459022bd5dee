"""Finding the files of an export, and what their bytes are."""

import secrets
import zipfile
from pathlib import Path

import pytest

from warehouse.errors import StandingError
from warehouse.reading.files import CHUNK_BYTES, ExportFile, find_files, scan_file


def scan(tmp_path: Path, data: bytes) -> ExportFile:
    path = tmp_path / "Account.csv"
    path.write_bytes(data)
    workspace = tmp_path / "work"
    workspace.mkdir(exist_ok=True)
    return scan_file(ExportFile("Account.csv", path), workspace)


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"Id,Name\n1,Acme\n", "utf-8", "Acme"),
        ("Id,Name\n1,Zürich\n".encode(), "utf-8", "Zürich"),
        (b"\xef\xbb\xbfId,Name\n1,Z\xc3\xbcrich\n", "utf-8", "Zürich"),
        (b"Id,Name\n1,Z\xfcrich \x96 West\n", "windows-1252", "Zürich – West"),
        (b"Id,Name\n1,Z\xfcrich \x81\n", "latin-1", "Zürich \x81"),
        ("Id,Name\n1,Zürich\n".encode("utf-16"), "utf-16", "Zürich"),
        (b"\xfe\xff" + "Id,Name\n1,Zürich\n".encode("utf-16-be"), "utf-16", "Zürich"),
    ],
)
def test_every_encoding_arrives_as_utf_8(
    tmp_path: Path, data: bytes, encoding: str, text: str
) -> None:
    file = scan(tmp_path, data)
    assert (file.encoding, file.problem, file.lines) == (encoding, "", 2)
    assert file.path.read_text(encoding="utf-8").splitlines()[1] == f"1,{text}"


def test_a_character_across_two_chunks_is_no_wrong_byte(tmp_path: Path) -> None:
    file = scan(tmp_path, b"a" * (CHUNK_BYTES - 1) + "ü\n".encode())
    assert (file.encoding, file.lines) == ("utf-8", 1)


def test_a_file_cut_inside_its_last_character_is_still_utf_8(tmp_path: Path) -> None:
    file = scan(tmp_path, "Id,Name\n1,Zürich\n2,Genève".encode()[:-3])
    assert file.encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "lines", "is_mixed"),
    [
        (b"a\n1\n2\n", 2 + 1, False),
        (b"a\n1\n2", 3, False),
        (b"a\n1\n\n\n", 2, False),
        (b"a\r\n1\r\n\r\n", 2, False),
        (b"a\r\n1\n", 2, True),
        (b"a\r1\r", 1, True),
        (b"", 0, False),
        (b"a" * (CHUNK_BYTES - 1) + b"\r\nb\r\n", 2, False),
    ],
)
def test_physical_lines_are_counted(
    tmp_path: Path, data: bytes, lines: int, is_mixed: bool
) -> None:
    file = scan(tmp_path, data)
    assert (file.lines, file.has_mixed_line_ends) == (lines, is_mixed)


def test_what_is_no_text_is_refused_with_a_sentence(tmp_path: Path) -> None:
    binary = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20
    assert scan(tmp_path, binary).problem.startswith("The file is not text")
    assert scan(tmp_path, "Id,Name\n1,Acme\n".encode("utf-16-le")).problem  # no mark says so
    assert "begins as UTF-16" in scan(tmp_path, b"\xff\xfeI").problem


def test_a_nul_and_a_long_line_are_marked(tmp_path: Path) -> None:
    assert scan(tmp_path, b"Id,Name\n" + b"1,Acme\n" * 50 + b"2,B\0lt\n").has_nul
    assert scan(tmp_path, b"Id\n" + b"x" * 2 * CHUNK_BYTES).has_long_line


def test_a_folder_that_is_not_there_or_empty_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match=r"There is no folder or ZIP file .*none"):
        find_files(tmp_path / "none", tmp_path)
    with pytest.raises(StandingError, match=r"holds no CSV file.* \(it holds nothing\)"):
        find_files(tmp_path, tmp_path)
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(StandingError, match=r"\(it holds notes.txt\)"):
        find_files(tmp_path, tmp_path)


def test_a_folder_that_may_not_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(StandingError, match=r"cannot be read \(Permission denied\)"):
        find_files(tmp_path, tmp_path)


def test_zips_are_unpacked_without_trusting_their_names(tmp_path: Path) -> None:
    export, workspace = tmp_path / "export", tmp_path / "work"
    export.mkdir()
    workspace.mkdir()
    with zipfile.ZipFile(export / "WE_1.ZIP", "w") as archive:
        archive.writestr("../../evil.csv", "Id\n1\n")
        archive.writestr("/tmp/absolute.CSV", "Id\n1\n")
        archive.writestr("folder\\Account.csv", "Id\n1\n")
        archive.writestr("Attachments/picture.png", b"\x89PNG")
    (export / "Case.csv").write_text("Id\n", encoding="utf-8")
    files = find_files(export, workspace)
    assert [file.name for file in files] == [
        "Case.csv",
        "WE_1.ZIP/evil.csv",
        "WE_1.ZIP/absolute.CSV",
        "WE_1.ZIP/Account.csv",
    ]
    assert [file.stem for file in files] == ["case", "evil", "absolute", "account"]
    assert all(workspace in file.path.parents for file in files[1:])
    assert not list(tmp_path.glob("*.csv"))


def test_a_broken_zip_is_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "WE_1.zip"
    broken.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(StandingError, match=r"WE_1.zip cannot be unpacked"):
        find_files(broken, tmp_path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 100 kB in place of 4 GB: 500 kB in 1 kB are a bomb, 2 kB are none, nor are 200 kB that hardly shrink."""
    monkeypatch.setattr("warehouse.reading.files.MAX_UNPACKED_BYTES", 100_000)
    dense = secrets.token_hex(100_000)
    for name, text in (("bomb", "x" * 500_000), ("small", "x" * 2_000), ("dense", dense)):
        (tmp_path / name).mkdir()
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("folder/Account.csv", text)
    with pytest.raises(StandingError, match=r"bomb.zip unpacks to 0.0 GB, more than 100 times"):
        find_files(tmp_path / "bomb.zip", tmp_path / "bomb")
    assert not list((tmp_path / "bomb").rglob("*.csv"))
    for name in ("small", "dense"):
        assert len(find_files(tmp_path / f"{name}.zip", tmp_path / name)) == 1


def test_a_zip_that_states_too_small_a_size_is_not_unpacked_beyond_it(tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Account.csv", "x" * 500_000)
    size = (500_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(StandingError, match=r"liar.zip cannot be unpacked"):
        find_files(path, tmp_path)
    assert (tmp_path / "zip_0" / "0.csv").stat().st_size <= 10


def test_a_file_that_cannot_be_opened_is_said_so(tmp_path: Path) -> None:
    file = scan_file(ExportFile("Account.csv", tmp_path / "gone.csv"), tmp_path)
    assert "cannot be opened" in file.problem
