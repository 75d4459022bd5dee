"""What was sent to whom, step by step: begun before the first byte leaves, then done or failed.

A sending that is begun and nothing else was cut off: whether it arrived, nobody here can know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from ledger.database import ledger_url, read_ledger
from ledger.given import now_utc
from ledger.writer import last_id, write_ledger
from ledger.written import SENDINGS

BEGUN, DONE, FAILED = "begun", "done", "failed"


@dataclass(frozen=True)
class Step:
    """The last step of a sending; at is UTC, hash that of what was sent."""

    recipient: str
    state: str
    at: datetime
    hash: str
    remark: str


def find_steps(warehouse: Path, subject: str) -> Mapping[str, Step]:
    """The last step for each recipient of a subject; empty where no ledger has been begun."""
    with read_ledger(ledger_url(warehouse)) as ledger:
        return {} if ledger is None else _find(ledger, subject)


def begin(
    warehouse: Path, subject: str, recipients: Sequence[str], content: str, again: Sequence[str]
) -> list[str]:
    """Mark as begun those who have not got it and are not getting it, and those of again; return them.

    In one transaction that no other writer shares, so that of two who send at once only one does.
    """
    with write_ledger(ledger_url(warehouse)) as ledger:
        known = _find(ledger, subject)
        due = [each for each in recipients if each in again or is_due(known.get(each))]
        for recipient in due:
            _append(ledger, subject, recipient, BEGUN, content, "")
        return due


def end(warehouse: Path, subject: str, recipient: str, content: str, problem: str) -> None:
    """Say that a sending is done, or failed with a problem."""
    with write_ledger(ledger_url(warehouse)) as ledger:
        _append(ledger, subject, recipient, FAILED if problem else DONE, content, problem)


def is_due(step: Step | None) -> bool:
    """Whether a recipient is still to get it: nothing was sent, or it failed for certain."""
    return step is None or step.state == FAILED


def _find(ledger: Connection, subject: str) -> dict[str, Step]:
    columns = [SENDINGS.c[name] for name in Step.__dataclass_fields__]
    asked = select(*columns).where(SENDINGS.c.subject == subject).order_by(SENDINGS.c.sending)
    return {row.recipient: Step(*row) for row in ledger.execute(asked)}


def _append(
    ledger: Connection, subject: str, recipient: str, state: str, content: str, remark: str
) -> None:
    row = {
        "sending": last_id(ledger, SENDINGS) + 1, "subject": subject, "recipient": recipient,
        "state": state, "at": now_utc(), "hash": content, "remark": remark,
    }  # fmt: skip
    ledger.execute(insert(SENDINGS), row)
