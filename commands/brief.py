"""`brief`: the weekly review as a file, and sent to those who do not open the dashboard."""

import argparse
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from analyses.board.writing import write_time
from analyses.brief import Brief
from commands.briefed import read_brief
from commands.delivery import Letter, deliver, describe_place, find_problem
from commands.output import warn
from commands.packed import read_out, write_file
from commands.parser import Commands, add_warehouse, add_week
from commands.recipients import RECIPIENTS, Recipient, read_recipients
from exports.brief import to_brief
from exports.brief.mail import JOINER, to_hash, to_mail, to_message, to_subject, to_text
from exports.brief.pdf import to_pdf
from exports.tables import clean
from ledger.sendings import BEGUN, DONE, Step, begin, end, find_steps, is_due
from warehouse.errors import CheckFailed, StandingError

TEXT = "The weekly review: as text, as one HTML file that prints to two pages, or sent to named recipients."


def add(commands: Commands) -> None:
    command = commands.add("brief", run, TEXT)
    add_warehouse(command)
    add_week(command)
    command.add_argument(
        "--out", type=read_out(".html", ".htm", ".pdf"), metavar="FILE",
        help="file to write: brief.html, or brief.pdf",
    )  # fmt: skip
    command.add_argument(
        "--send", action="store_true", help="say to whom it would be sent; nothing leaves"
    )
    command.add_argument("--confirm", action="store_true", help="with --send: send it")
    command.add_argument(
        "--again", action="append", default=[], metavar="NAME",
        help="with --send: also to a recipient who got it, or may have",
    )  # fmt: skip
    command.add_argument(
        "--recipients", type=Path, default=RECIPIENTS, metavar="FILE",
        help="who gets it (default: %(default)s)",
    )  # fmt: skip


def run(given: argparse.Namespace) -> None:
    if (given.confirm or given.again) and not given.send:
        raise StandingError("--confirm and --again go with --send.")
    recipients = read_recipients(given.recipients) if given.send else []
    if unknown := [name for name in given.again if name not in {each.name for each in recipients}]:
        raise StandingError(f"There is no recipient {unknown[0]!r} in {given.recipients}.")
    brief = read_brief(given.warehouse, given.week)
    if given.out:
        is_pdf = given.out.suffix.lower() == ".pdf"
        write_file(given.out, to_pdf(brief) if is_pdf else to_brief(brief).encode())
    if given.send:
        send(brief, recipients, given.warehouse, given.again, given.confirm)
    elif not given.out:
        print(clean(to_text(brief)), end="")


def send(
    brief: Brief,
    recipients: Sequence[Recipient],
    warehouse: Path,
    again: Sequence[str],
    confirm: bool,
) -> None:
    """Send to those who have not got it, or say who they are.

    Raises CheckFailed where somebody did not get it, or may not have; the others get it all the same.
    """
    subject, content = f"brief {brief.name}", to_hash(brief)
    known = find_steps(warehouse, subject)
    problems = {each.name: find_problem(each) for each in recipients}
    for each in recipients:
        told = _describe(known.get(each.name), content, each.name in again)
        print(f"{_name(each)}: {problems[each.name] or told}")
    letter = Letter(to_subject(brief), to_mail(brief), to_message(brief))
    if not confirm:
        _show(letter, to_text(brief), {each.kind for each in recipients})
        _check(problems)
        return
    able = [each for each in recipients if not problems[each.name]]
    due = begin(warehouse, subject, [each.name for each in able], content, again)
    unsure = [
        each.name for each in able if each.name not in due and _is_unsure(known.get(each.name))
    ]
    problems |= dict.fromkeys(unsure, "not known whether it arrived")
    problems |= _deliver(
        [each for each in able if each.name in due], letter, warehouse, subject, content
    )
    sent = [name for name in due if not problems[name]]
    print(f"Sent to {len(sent)} of {len(recipients)} recipients now.")
    _check(problems)


def _show(letter: Letter, text: str, kinds: Collection[str]) -> None:
    """What would leave, as each kind of recipient would read it."""
    print(f"\nSubject: {letter.subject}")
    if "email" in kinds:
        print(f"\nBy e-mail:\n\n{clean(text)}", end="")
    if {"slack", "teams"} & set(kinds):
        print(f"\nIn a chat:\n\n{clean(letter.message.replace(JOINER, ''))}")
    print("\nNothing was sent. Add --confirm to send it.")


def _check(problems: Mapping[str, str]) -> None:
    failed = [f"{name} ({problem})" for name, problem in problems.items() if problem]
    if failed:
        raise CheckFailed(f"Not sent to {'; '.join(failed)}.")


def _deliver(
    recipients: Sequence[Recipient], letter: Letter, warehouse: Path, subject: str, content: str
) -> Mapping[str, str]:
    """Why it failed, by name; one who fails stops no other."""
    problems: dict[str, str] = {}
    for each in recipients:
        try:
            problem = deliver(each, letter)
        except Exception as error:
            # Whatever a library raises, its text may hold the address.
            problem = f"{type(error).__name__} while sending"
        if problem:
            problems[each.name] = problem
        try:
            end(warehouse, subject, each.name, content, problem)
        except StandingError as error:
            warn(f"What became of {each.name} could not be written down: {error}")
    return problems


def _is_unsure(step: Step | None) -> bool:
    return step is not None and step.state == BEGUN


def _name(recipient: Recipient) -> str:
    return clean(f"{recipient.name} ({recipient.kind}, {describe_place(recipient)})")


def _describe(step: Step | None, content: str, is_again: bool) -> str:
    """What became of it, and what happens now."""
    if step is None:
        return "to be sent"
    when = write_time(step.at)
    if is_due(step):
        return f"failed on {when} ({clean(step.remark)}), to be sent again"
    if step.state == DONE:
        changed = "" if step.hash == content else "; it reads otherwise now"
        told = f"sent on {when}{changed}"
    else:
        told = f"begun on {when} and cut off, so it may have arrived: ask"
    return (
        f"{told}; to be sent once more" if is_again else f"{told}; not sent again without --again"
    )
