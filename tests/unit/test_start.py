"""The parts of start.py that decide something; what it starts is tried by the browser tests."""

import ast
import socket
from pathlib import Path

import pytest

import start
from warehouse import home


@pytest.mark.parametrize(
    ("version", "supported"),
    [((3, 10, 14), False), ((3, 11, 0), True), ((3, 14, 2), True), ((3, 15, 0), False)],
)
def test_supported_versions(version: tuple[int, ...], supported: bool) -> None:
    assert start.is_supported(version) is supported


def test_an_old_python_gives_way_to_a_newer_one_on_the_path() -> None:
    installed = {"python3.12": "/opt/python3.12", "python3.11": "/opt/python3.11"}
    assert start.find_python((3, 9), installed.get) == "/opt/python3.12"


def test_an_old_python_alone_gets_a_sentence() -> None:
    with pytest.raises(
        start.StartError, match=r"needs Python 3\.11 to 3\.14, and this is Python 3\.9"
    ):
        start.find_python((3, 9), lambda name: None)


def test_python_of_the_virtual_environment() -> None:
    assert start.venv_python(Path("env"), "nt") == Path("env/Scripts/python.exe")
    assert start.venv_python(Path("env"), "posix") == Path("env/bin/python")


def test_fingerprint_follows_the_contents(tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("duckdb==2.0.0\n")
    second.write_text("")
    before = start.fingerprint([first, second])
    assert start.fingerprint([first, second]) == before
    second.write_text("pytest\n")
    assert start.fingerprint([first, second]) != before
    assert start.fingerprint([second, first]) != start.fingerprint([first, second])


def test_the_first_free_port_is_taken() -> None:
    assert start.choose_port(None, lambda port: port >= 8503) == 8503
    assert start.choose_port(9000, lambda port: True) == 9000


def test_a_port_in_use_gets_a_sentence() -> None:
    with pytest.raises(start.StartError, match="Port 9000 is in use"):
        start.choose_port(9000, lambda port: False)
    with pytest.raises(start.StartError, match="No port from 8501"):
        start.choose_port(None, lambda port: False)


def test_a_listening_port_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not start.is_free(port)
    assert start.is_free(port)
    assert start.is_free(start.any_port())


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "darwin", True),
        ({}, "win32", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({"SSH_CONNECTION": "there"}, "darwin", False),
    ],
)
def test_screens(environ: dict[str, str], platform: str, expected: bool) -> None:
    assert start.has_screen(environ, platform) is expected


def test_what_is_built(tmp_path: Path) -> None:
    python, warehouse = Path("python"), tmp_path / "warehouse"
    sample = start.build_command(python, None, warehouse)
    assert sample is not None
    assert sample[2:] == ["build", str(start.SAMPLE), "--warehouse", str(warehouse)]
    warehouse.mkdir()
    assert start.build_command(python, None, warehouse) == sample, "an empty folder is no warehouse"
    (warehouse / "build_failed.duckdb.partial").write_text("")
    assert start.build_command(python, None, warehouse) == sample, "nothing is published"
    (warehouse / start.POINTER).write_text("build")
    renewals: dict[str, list[str] | None] = {"stands": None, "loads": [], "export": ["its export"]}
    commands = {
        name: start.build_command(python, None, warehouse, None, lambda *_, each=each: each)
        for name, each in renewals.items()
    }
    assert commands["stands"] is None
    assert (commands["loads"] or [])[2:] == ["build", "--warehouse", str(warehouse)]
    assert (commands["export"] or [])[2:4] == ["build", "its export"]
    own = start.build_command(python, Path("export"), warehouse)
    assert own is not None
    assert own[3] == "export"
    mapped = start.build_command(python, Path("export"), warehouse, Path("mapping"))
    assert mapped is not None
    assert mapped[3:6] == ["export", "--source", "mapping"]
    with pytest.raises(start.StartError, match="give the folder of the export too"):
        start.build_command(python, None, warehouse, Path("mapping"))


def test_the_sample_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """It is shown until one's own data are built, then when it is asked for, and never built among them."""
    sample = tmp_path / "sample_company"
    assert start.choose_warehouse(tmp_path, None) == sample
    assert start.choose_warehouse(tmp_path, Path("export")) == tmp_path
    (tmp_path / "current").write_text("build")
    assert start.choose_warehouse(tmp_path, None) == tmp_path
    assert start.choose_warehouse(tmp_path, start.SAMPLE) == sample
    assert (start.POINTER, start.SAMPLE_FOLDER) == (home.POINTER, home.SAMPLE_FOLDER)


def test_the_server_listens_on_this_machine_only() -> None:
    command = start.server_command(Path("python"), 8501)
    assert "--server.address=localhost" in command
    assert "--browser.gatherUsageStats=false" in command


def test_wrong_use_is_a_sentence_and_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*requirements: str) -> Path:
        raise start.StartError("No.")

    monkeypatch.setattr(start, "prepare", refuse)
    assert start.main([]) == 2
    assert capsys.readouterr().err == "No.\n"


def test_old_syntax_only() -> None:
    """Python 3.8 reads the whole file before it can say that it is too old."""
    text = Path(start.__file__).read_text(encoding="utf-8")
    assert ast.parse(text, feature_version=(3, 8))
