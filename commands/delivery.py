"""A brief on its way: by SMTP as an e-mail, by webhook as a short message. Secrets are never printed."""

import logging
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from commands.recipients import SERVER, Recipient
from warehouse.errors import StandingError

WAIT_SECONDS = 30.0
PLUGINS = {"email": "NotifyEmail", "slack": "NotifySlack", "teams": "NotifyWorkflows"}
WANTED = {
    "email": "an e-mail address, such as board@example.com",
    "slack": "the address of an incoming webhook, https://hooks.slack.com/services/...",
    "teams": "the address of a workflow that posts to a channel, https://.../workflows/...",
}
SERVERS = (
    f"{SERVER} is no address of a mail server: write it like"
    " mailtos://user:password@smtp.example.com?from=standing@example.com, a sign such as [ or @ in the"
    " password as %5B or %40"
)
MAIL = re.compile(r"[\w.+'-]+@[\w.-]+")


@dataclass(frozen=True)
class Letter:
    """What is sent: subject and HTML by e-mail, subject and message to a chat."""

    subject: str
    mail: str
    message: str


class _Heard(logging.Handler):
    """Keeps what the library warns of, which says why a sending failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def describe_place(recipient: Recipient) -> str:
    """Where it goes: an e-mail address, or the host of a webhook, whose path is a secret."""
    address = recipient.address
    if recipient.kind == "email":
        return address if MAIL.fullmatch(address) else "no address"
    return _split(address).hostname or "no address"


def find_problem(recipient: Recipient) -> str:
    """Why nothing can be sent to a recipient, before anything is; empty where something can."""
    try:
        with _hear():
            _open(recipient)
    except StandingError as error:
        return str(error).removesuffix(".")
    return ""


def deliver(recipient: Recipient, letter: Letter) -> str:
    """Send; return why it failed, empty where it was taken over."""
    from apprise import NotifyFormat

    is_mail = recipient.kind == "email"
    with _hear() as heard:
        is_sent = _open(recipient).notify(
            body=letter.mail if is_mail else letter.message,
            title=letter.subject,
            body_format=NotifyFormat.HTML if is_mail else NotifyFormat.TEXT,
        )
    return "" if is_sent else _hide(heard[0] if heard else "it was refused", recipient)


@contextmanager
def _hear() -> Generator[list[str]]:
    """What the library warns of, which it would else print, addresses and all."""
    logger, heard = logging.getLogger("apprise"), _Heard()
    before = logger.propagate
    logger.addHandler(heard)
    logger.propagate = False
    try:
        yield heard.lines
    finally:
        logger.removeHandler(heard)
        logger.propagate = before


def _open(recipient: Recipient) -> Any:
    """The library's service of a recipient. Raises StandingError for an address that is none of its kind."""
    # Not at the top: a third of a second that no other command need wait.
    import apprise

    library: Any = apprise
    # Of the library's own name and pictures nothing is sent.
    asset = library.AppriseAsset(
        app_id="Standing", app_desc="Standing", app_url="", image_url_mask="", image_url_logo=""
    )
    service = library.Apprise.instantiate(_to_url(recipient), asset=asset)
    if type(service).__name__ != PLUGINS[recipient.kind]:
        raise StandingError(f"{recipient.variable} should hold {WANTED[recipient.kind]}.")
    # A slow answer is no failure: the next run would send it twice.
    service.socket_connect_timeout = service.socket_read_timeout = WAIT_SECONDS
    return service


def _to_url(recipient: Recipient) -> str:
    address = recipient.address
    if recipient.kind != "email":
        return address
    if not MAIL.fullmatch(address):
        raise StandingError(f"{recipient.variable} should hold {WANTED['email']}.")
    server = os.environ.get(SERVER, "").strip()
    if _split(server).scheme not in ("mailto", "mailtos"):
        raise StandingError(f"{SERVERS}.")
    joint = "&" if "?" in server else "?"
    return f"{server}{joint}to={quote(address)}"


def _split(address: str) -> SplitResult:
    """The parts of an address; all empty where it cannot be one, as with a bare [ in its password."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _hide(text: str, recipient: Recipient) -> str:
    """The text without any part of the addresses that could be a secret."""
    secrets = os.environ.get(SERVER, "") if recipient.kind == "email" else recipient.address
    host = _split(secrets).hostname or ""
    parts = re.split(r"[/:@?&=]", secrets)
    for part in sorted({*parts, *map(unquote, parts)}, key=len, reverse=True):
        if len(part) > 3 and part.lower() not in host:
            text = text.replace(part, "***")
    return " ".join(text.split())
