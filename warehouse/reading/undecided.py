"""What no value of a column tells, day before month or the decimal mark: refused with where it is answered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import StandingError


@dataclass(frozen=True)
class Question:
    """`asked`: what may be either, with examples. `setting` and `line` settle it in settings.toml or source.toml."""

    asked: str
    setting: str
    line: str

    def to_text(self) -> str:
        """The sentence for an export of a CRM that is known: its source.toml is ours."""
        return (
            f"{self.asked}, and it is not guessed: write {self.setting} in settings.toml, or {self.line} in"
            " source.toml."
        )


class UndecidedError(StandingError):
    """The form of one column or more cannot be told."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(" ".join(question.to_text() for question in questions))
        self.questions = tuple(questions)


def refuse_open_questions(questions: Sequence[Question], folder: Path, called: str) -> None:
    """Raise StandingError with every open question of a mapping of one's own, each with its lines in source.toml."""
    if not questions:
        return
    toml = (folder / "source.toml").read_text(encoding="utf-8-sig")
    name = f"{called or folder}/source.toml"
    count = f"{len(questions)} questions are" if len(questions) > 1 else "One question is"
    settings = " and ".join(dict.fromkeys(question.setting for question in questions))
    listed = "".join(f"\n  {_answer(question, toml, name)}" for question in questions)
    raise StandingError(
        f"{count} open, and nothing is guessed:{listed}\nThe other way, for all columns of the kind: {settings} in"
        " settings.toml."
    )


def _answer(question: Question, toml: str, name: str) -> str:
    """The question, and the lines of the draft that wait for the answer."""
    lines = find_commented(toml, question.line)
    if not lines:
        return f"{question.asked}: add {question.line} to {name}."
    listed = " or ".join(f"line {number} ({answer})" for number, answer in lines)
    return f"{question.asked}: {name} {listed}: take the # away from the right one."


def find_commented(toml: str, line: str) -> list[tuple[int, str]]:
    """The lines `# "header" = answer` below the section of `line`, each with the answer or the remark beside it."""
    section, _, rest = line.partition("] ")
    header = rest.rpartition(" = ")[0].strip('"')
    found: list[tuple[int, str]] = []
    is_inside = False
    for number, text in enumerate(toml.splitlines(), start=1):
        if text.startswith("["):
            is_inside = text.strip() == f"{section}]"
        given = re.match(r'#\s*"?(.+?)"?\s*=\s*("[^"]*")\s*(?:#\s*(.+))?$', text)
        if is_inside and given and given[1].replace('\\"', '"') == header:
            found.append((number, given[3] or given[2]))
    return found
