"""The brief sent: by SMTP and webhook to servers of the test, once each, without a secret in what is printed."""

import email
import json
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from apprise.plugins.slack import NotifySlack

import start
from cli import main
from commands.brief import send
from commands.delivery import Letter, deliver, describe_place, find_problem
from commands.recipients import Recipient, read_recipients
from exports.brief.mail import to_hash, to_message, to_text
from ledger.sendings import begin, find_steps
from tests.packs import HOSTILE
from tests.unit.test_brief import Reader, make_brief
from warehouse.errors import CheckFailed, StandingError

# The library asks for it on Pythons that still have it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")

SECRET = "TIiajkdnlazkcOXrIdevi7FQ"
BRIEF = make_brief()
SUBJECT = f"brief {BRIEF.name}"
BOARD = Recipient("Board", "email", "BOARD_MAIL")
CHAT = Recipient("Chat", "slack", "CHAT_HOOK")
TEAM = Recipient("Team", "teams", "TEAM_HOOK")


class Box:
    """A mail server's: what arrived, and whom it refuses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused = ""

    async def handle_RCPT(  # noqa: N802 (the name that the server looks for)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refused:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    found = Box()
    port = start.any_port()
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("STANDING_SMTP", f"mailto://127.0.0.1:{port}?from=standing@example.com")
    monkeypatch.setenv("BOARD_MAIL", "board@example.com")
    yield found
    controller.stop()


@pytest.fixture
def posts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The bodies that arrive at the webhooks of Slack and Teams."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(404 if "gone" in self.path else 200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    place = f"127.0.0.1:{server.server_port}"
    post: Callable[..., requests.Response] = requests.post
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://{place}/services")
    # The library speaks nothing but https to Teams.
    monkeypatch.setattr(
        requests, "post", lambda url, **more: post(url.replace("https:", "http:"), **more)
    )
    monkeypatch.setenv(
        "CHAT_HOOK", f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}"
    )
    hook = (
        "triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
    )
    monkeypatch.setenv("TEAM_HOOK", f"https://{place}/workflows/643e69f83c8944/{hook}&sig={SECRET}")
    yield bodies
    server.shutdown()
    server.server_close()


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return found.get_content()


def states(warehouse: Path) -> dict[str, str]:
    return {name: step.state for name, step in find_steps(warehouse, SUBJECT).items()}


def test_nothing_leaves_before_it_is_confirmed(
    box: Box, posts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(BRIEF, [BOARD, CHAT], tmp_path, (), False)
    printed = capsys.readouterr().out
    assert "Board (email, board@example.com): to be sent" in printed
    assert "Chat (slack, hooks.slack.com): to be sent" in printed
    assert to_text(BRIEF) in printed
    assert f"• {BRIEF.sentences[0]}" in printed
    assert SECRET not in printed
    assert (box.mails, posts, states(tmp_path)) == ([], [], {})


def test_a_dry_run_finds_what_would_fail(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_HOOK", "")
    with pytest.raises(CheckFailed, match="Chat"):
        send(BRIEF, [BOARD, CHAT], tmp_path, (), False)
    assert (box.mails, states(tmp_path)) == ([], {})


def test_each_gets_it_once(
    box: Box, posts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = [BOARD, CHAT, TEAM]
    send(BRIEF, everybody, tmp_path, (), True)
    send(BRIEF, everybody, tmp_path, (), True)
    assert (len(box.mails), len(posts)) == (1, 2)
    assert states(tmp_path) == dict.fromkeys(("Board", "Chat", "Team"), "done")
    printed = capsys.readouterr().out
    assert "Sent to 3 of 3" in printed
    assert "Sent to 0 of 3" in printed
    assert "not sent again without --again" in printed
    send(BRIEF, everybody, tmp_path, ("Board",), True)
    assert (len(box.mails), len(posts)) == (2, 2)


def test_the_mail_says_what_the_page_says(box: Box, tmp_path: Path) -> None:
    send(BRIEF, [BOARD], tmp_path, (), True)
    (mail,) = box.mails
    assert mail["To"] == "board@example.com"
    assert BRIEF.headline in mail["Subject"]
    html, text = part(mail, "html"), part(mail, "plain")
    reader = Reader(html)
    assert {"script", "img", "link", "style"}.isdisjoint(reader.tags)
    assert reader.addresses == []
    shown = " ".join(reader.texts)
    for sentence in BRIEF.sentences:
        assert sentence in shown
        assert sentence in " ".join(text.split())
    assert all(figure.value in shown and figure.value in text for figure in BRIEF.figures)
    assert HOSTILE in shown
    assert all(meaning.definition in shown for meaning in BRIEF.meanings)


def test_a_chat_gets_no_mention_and_no_link(posts: list[str], tmp_path: Path) -> None:
    nasty = "<!here> @here <@U1> http://x.example www.y.example [a](http://z.example)"
    send(make_brief(text=nasty), [CHAT, TEAM], tmp_path, (), True)
    slack, teams = (json.loads(post) for post in posts)
    texts = [slack["attachments"][0]["text"]]
    texts += [each["text"] for each in teams["attachments"][0]["content"]["body"]]
    for text in texts:
        assert not any(bad in text for bad in ("<", "://", "@here", "x.example", "image"))
    # Slack has no links of this kind.
    assert "](" not in texts[-1]
    assert "http" in texts[0]
    assert BRIEF.sentences[0] in texts[0]
    assert "apprise" not in "".join(posts).lower()


def test_one_who_fails_stops_no_other_and_is_tried_again(
    box: Box, posts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    box.refused = "board@example.com"
    monkeypatch.setenv("TEAM_HOOK", "")
    with pytest.raises(CheckFailed, match="Board") as failed:
        send(BRIEF, [BOARD, TEAM, CHAT], tmp_path, (), True)
    assert "TEAM_HOOK should hold" in str(failed.value)
    assert len(posts) == 1
    assert states(tmp_path) == {"Board": "failed", "Chat": "done"}
    box.refused = ""
    send(BRIEF, [BOARD, CHAT], tmp_path, (), True)
    assert (len(box.mails), len(posts)) == (1, 1)
    assert "to be sent again" in capsys.readouterr().out


def test_what_was_cut_off_is_told_and_not_sent_twice(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(tmp_path, SUBJECT, ["Board"], to_hash(BRIEF), ())
    with pytest.raises(CheckFailed, match="not known whether it arrived"):
        send(BRIEF, [BOARD], tmp_path, (), True)
    assert box.mails == []
    assert "cut off" in capsys.readouterr().out
    send(BRIEF, [BOARD], tmp_path, ("Board",), True)
    assert (len(box.mails), states(tmp_path)) == (1, {"Board": "done"})


def test_what_reads_otherwise_now_is_said(
    posts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(BRIEF, [CHAT], tmp_path, (), True)
    send(make_brief(text="other"), [CHAT], tmp_path, (), False)
    assert "it reads otherwise now" in capsys.readouterr().out
    assert len(posts) == 1


def test_no_secret_in_what_went_wrong(posts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{NotifySlack.webhook_url}/gone")
    problem = deliver(CHAT, Letter("a", "b", "c"))
    assert "404" in problem
    assert SECRET not in problem


def test_what_a_library_raises_is_a_failure_without_its_text(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object) -> str:
        raise ValueError(SECRET)

    monkeypatch.setattr("commands.brief.deliver", burst)
    with pytest.raises(CheckFailed, match="ValueError while sending") as failed:
        send(BRIEF, [BOARD], tmp_path, (), True)
    assert SECRET not in str(failed.value)
    assert states(tmp_path) == {"Board": "failed"}


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("STANDING_SMTP", "", "STANDING_SMTP is no address of a mail server"),
        ("STANDING_SMTP", "smtp://x.example", "write it like mailtos://"),
        ("STANDING_SMTP", "mailtos://user:pa[ss@x.example", "in the password as %5B"),
        ("BOARD_MAIL", "a@b.example, c@d.example", "BOARD_MAIL should hold an e-mail address"),
        ("BOARD_MAIL", "a@b.example?bcc=c@d.example", ""),
        ("CHAT_HOOK", "https://x.example/hook", "CHAT_HOOK should hold the address of an incoming"),
        ("CHAT_HOOK", "json://127.0.0.1", "CHAT_HOOK should hold the address of an incoming"),
        ("CHAT_HOOK", "https://[x", "CHAT_HOOK should hold the address of an incoming"),
    ],
)
def test_an_address_of_another_kind_is_told_before_anything_leaves(
    box: Box,
    posts: list[str],
    variable: str,
    value: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    problems = [find_problem(each) for each in (BOARD, CHAT) if find_problem(each)]
    assert len(problems) == 1
    assert said in problems[0]
    assert all(describe_place(each) for each in (BOARD, CHAT))


def test_message_and_text_hold_every_sentence() -> None:
    assert all(sentence in to_message(BRIEF) for sentence in BRIEF.sentences)
    assert all(sentence in to_text(BRIEF) for sentence in BRIEF.sentences)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no recipients"),
        ("[[recipient]]\nname = 'A'\nkind = 'fax'\naddress = 'X'", "is one of email, slack, teams"),
        (
            "[[recipient]]\nname = 'A'\nkind = 'email'\naddress = 'a@b.example'",
            "no secret is in a file",
        ),
        ("[[recipient]]\nname = 'A'\nkind = 'email'", "no more and no less"),
        ("[[recipient]]\nname = 'A'\nkind = 'email'\naddress = 'X'\n" * 2, "twice"),
        ("recipient = 1", "has no recipients"),
        ("[[", "cannot be read"),
        (None, "There is no"),
    ],
)
def test_a_wrong_file_of_recipients_is_one_sentence(
    content: str | None, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "recipients.toml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(StandingError, match=said):
        read_recipients(file)


def test_who_is_unknown_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "recipients.toml"
    file.write_text("[[recipient]]\nname = 'A'\nkind = 'email'\naddress = 'X'", encoding="utf-8")
    assert main(["brief", "--send", "--again", "B", "--recipients", str(file)]) == 2
    assert "no recipient 'B'" in capsys.readouterr().err
    assert main(["brief", "--confirm"]) == 2
